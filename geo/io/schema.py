"""Describe the tables of the store; `migrations/` brings a database to this state."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from geo.model.members import KEPT, MemberField

metadata = MetaData()

cluster = Table(
    "cluster",
    metadata,
    Column("cluster_id", String(80), primary_key=True),
    # The newest version; a change names the one it was made from.
    Column("head", Integer, nullable=False),
    Column("archived", Boolean, nullable=False),
    # The highest number that a member of it ever had as its identifier: none is given twice.
    Column("last_number", Integer, nullable=False, server_default="0"),
)

# A list of members is written once and never changed; versions refer to it.
member_list = Table(
    "member_list",
    metadata,
    Column("list_id", String(32), primary_key=True),
    # By which state of the outlines its points were placed; empty where that is not known any more.
    Column("outlines", String(16), nullable=False, server_default=""),
)

version = Table(
    "version",
    metadata,
    Column("cluster_id", String(80), ForeignKey("cluster.cluster_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("made_at", String(32), nullable=False),
    Column("author", String(320), nullable=False),
    Column("action", String(20), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("definition", Text, nullable=False),
    Column("list_id", String(32), ForeignKey("member_list.list_id"), nullable=False),
)


def _column(field: MemberField) -> Column[str]:
    kind = String(field.room) if field.room else Text()
    return Column(field.name, kind, nullable=False, server_default="" if field.later else None)


member = Table(
    "member",
    metadata,
    Column("list_id", String(32), nullable=False, primary_key=True),
    Column("position", Integer, nullable=False, primary_key=True),
    *(_column(f) for f in KEPT),
    # EPSG:2180, metres; null where the place is not known to a point.
    Column("x", Float),
    Column("y", Float),
    Column("person", Boolean, nullable=False),
    # The gmina that the source itself gave, and the one that the point lies in where that contradicts it.
    Column("given", String(6), nullable=False, server_default=""),
    Column("doubt", String(6), nullable=False, server_default=""),
    ForeignKeyConstraint(["list_id"], ["member_list.list_id"]),
)
Index("member_by_list", member.c.list_id)

mapping = Table(
    "mapping",
    metadata,
    Column("signature", String(64), primary_key=True),
    Column("columns", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
)

# Members that were erased, by identifiers that say nothing of them: a list that still holds one is kept without it.
erased = Table(
    "erased",
    metadata,
    Column("cluster_id", String(80), primary_key=True),
    Column("member_id", Text, primary_key=True),
    Column("erased_at", String(32), nullable=False),
)

# Backups that were made, so that it can be said which of them still hold what was erased.
saved_copy = Table(
    "saved_copy",
    metadata,
    Column("path", Text, primary_key=True),
    Column("made_at", String(32), nullable=False),
)

# Logins that were ended, by a mark from which no cookie can be made. They are of no use in a backup.
ended_login = Table(
    "ended_login",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("ended_at", String(32), nullable=False),
)

# Tables that belong to a version besides its list: links, travel times. Each content is kept once.
attachment = Table(
    "attachment",
    metadata,
    # SHA-256 of the content.
    Column("attachment_id", String(64), primary_key=True),
    Column("content", Text, nullable=False),
)
version_attachment = Table(
    "version_attachment",
    metadata,
    Column("cluster_id", String(80), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("attachment_id", String(64), ForeignKey("attachment.attachment_id"), nullable=False),
    ForeignKeyConstraint(["cluster_id", "number"], ["version.cluster_id", "version.number"]),
)

# What came of inviting potential members; the last row of a member counts, none is ever changed.
invitation = Table(
    "invitation",
    metadata,
    Column("invitation_id", String(32), primary_key=True),
    Column("cluster_id", String(80), nullable=False),
    Column("member_id", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("on_date", String(10), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("author", String(320), nullable=False),
)
Index("invitation_by_cluster", invitation.c.cluster_id)

# Who might join, kept with a cluster: gminy by code and members by identifier.
scenario = Table(
    "scenario",
    metadata,
    Column("cluster_id", String(80), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("content", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("author", String(320), nullable=False),
)

# What visitors report, and what editors answer.
message = Table(
    "message",
    metadata,
    Column("message_id", String(32), primary_key=True),
    # SHA-256 of the key that whoever sent it holds.
    Column("mark", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("state", String(20), nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_at", String(32), nullable=False),
    Column("author", String(320), nullable=False),
)

# In an order in which rows may be inserted.
TABLES = (
    cluster,
    member_list,
    version,
    member,
    mapping,
    erased,
    attachment,
    version_attachment,
    invitation,
    scenario,
    message,
)
MEMBER_NAMES = tuple(c.name for c in member.c if c.name not in ("list_id", "position"))
