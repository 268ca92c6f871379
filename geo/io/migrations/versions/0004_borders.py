"""Keep by which outlines members were placed, the gmina that their source gave, and what contradicts it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; lists kept before were placed by outlines that are no longer known."""
    with op.batch_alter_table("member_list") as batch:
        batch.add_column(sa.Column("outlines", sa.String(16), nullable=False, server_default=""))
    with op.batch_alter_table("member") as batch:
        for column in ("given", "doubt"):
            batch.add_column(sa.Column(column, sa.String(6), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("member") as batch:
        for column in ("given", "doubt"):
            batch.drop_column(column)
    with op.batch_alter_table("member_list") as batch:
        batch.drop_column("outlines")
