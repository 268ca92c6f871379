"""Keep how to reach members, the highest number given, who was erased, and where backups lie."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CONTACTS = ("phone", "email", "website", "remarks")


def upgrade() -> None:
    """Add columns and tables; the highest number is counted from every list that is kept."""
    with op.batch_alter_table("member") as batch:
        for column in _CONTACTS:
            batch.add_column(sa.Column(column, sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("cluster") as batch:
        batch.add_column(sa.Column("last_number", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "erased",
        sa.Column("cluster_id", sa.String(80), primary_key=True),
        sa.Column("member_id", sa.Text, primary_key=True),
        sa.Column("erased_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "saved_copy",
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("made_at", sa.String(32), nullable=False),
    )
    _count_numbers()


def _count_numbers() -> None:
    connection = op.get_bind()
    used = sa.text("SELECT DISTINCT version.cluster_id, member.member_id FROM member JOIN version USING (list_id)")
    highest: dict[str, int] = {}
    for cluster_id, member_id in connection.execute(used):
        if member_id.isascii() and member_id.isdecimal() and len(member_id) <= 9:
            highest[cluster_id] = max(int(member_id), highest.get(cluster_id, 0))
    for cluster_id, number in highest.items():
        change = sa.text("UPDATE cluster SET last_number = :number WHERE cluster_id = :cluster_id")
        connection.execute(change, {"number": number, "cluster_id": cluster_id})


def downgrade() -> None:
    """Drop them."""
    op.drop_table("saved_copy")
    op.drop_table("erased")
    with op.batch_alter_table("cluster") as batch:
        batch.drop_column("last_number")
    with op.batch_alter_table("member") as batch:
        for column in _CONTACTS:
            batch.drop_column(column)
