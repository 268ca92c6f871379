"""Create clusters, versions, lists of members and remembered mappings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXTS = ("kind", "locality", "role", "source", "source_date", "street", "house")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "cluster",
        sa.Column("cluster_id", sa.String(80), primary_key=True),
        sa.Column("head", sa.Integer, nullable=False),
        sa.Column("archived", sa.Boolean, nullable=False),
    )
    op.create_table("member_list", sa.Column("list_id", sa.String(32), primary_key=True))
    op.create_table(
        "version",
        sa.Column("cluster_id", sa.String(80), sa.ForeignKey("cluster.cluster_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("author", sa.String(320), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("list_id", sa.String(32), sa.ForeignKey("member_list.list_id"), nullable=False),
    )
    op.create_table(
        "member",
        sa.Column("list_id", sa.String(32), sa.ForeignKey("member_list.list_id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("member_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        *(sa.Column(name, sa.String(20), nullable=False) for name in ("sector", "status", "precision")),
        sa.Column("teryt", sa.String(6), nullable=False),
        sa.Column("x", sa.Float),
        sa.Column("y", sa.Float),
        sa.Column("nip", sa.String(10), nullable=False),
        sa.Column("regon", sa.String(14), nullable=False),
        sa.Column("krs", sa.String(10), nullable=False),
        sa.Column("postal_code", sa.String(6), nullable=False),
        sa.Column("person", sa.Boolean, nullable=False),
    )
    op.create_index("member_by_list", "member", ["list_id"])
    op.create_table(
        "mapping",
        sa.Column("signature", sa.String(64), primary_key=True),
        sa.Column("columns", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("mapping", "member", "version", "member_list", "cluster"):
        op.drop_table(name)
