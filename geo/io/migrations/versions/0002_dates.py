"""Keep when members joined and left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the dates; of members kept before nothing is known."""
    with op.batch_alter_table("member") as batch:
        for column in ("joined", "left_on"):
            batch.add_column(sa.Column(column, sa.String(10), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the dates."""
    with op.batch_alter_table("member") as batch:
        for column in ("joined", "left_on"):
            batch.drop_column(column)
