"""Keep tables beside a version, invitations, scenarios, and what visitors report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "attachment",
        sa.Column("attachment_id", sa.String(64), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "version_attachment",
        sa.Column("cluster_id", sa.String(80), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("attachment_id", sa.String(64), sa.ForeignKey("attachment.attachment_id"), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id", "number"], ["version.cluster_id", "version.number"]),
    )
    op.create_table(
        "invitation",
        sa.Column("invitation_id", sa.String(32), primary_key=True),
        sa.Column("cluster_id", sa.String(80), nullable=False),
        sa.Column("member_id", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("on_date", sa.String(10), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("author", sa.String(320), nullable=False),
    )
    op.create_index("invitation_by_cluster", "invitation", ["cluster_id"])
    op.create_table(
        "scenario",
        sa.Column("cluster_id", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("author", sa.String(320), nullable=False),
    )
    op.create_table(
        "message",
        sa.Column("message_id", sa.String(32), primary_key=True),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_at", sa.String(32), nullable=False),
        sa.Column("author", sa.String(320), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("message", "scenario"):
        op.drop_table(table)
    op.drop_index("invitation_by_cluster", "invitation")
    for table in ("invitation", "version_attachment", "attachment"):
        op.drop_table(table)
