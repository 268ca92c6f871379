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

metadata = MetaData()

cluster = Table(
    "cluster",
    metadata,
    Column("cluster_id", String(80), primary_key=True),
    # The newest version; a change names the one it was made from.
    Column("head", Integer, nullable=False),
    Column("archived", Boolean, nullable=False),
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

member = Table(
    "member",
    metadata,
    Column("list_id", String(32), nullable=False, primary_key=True),
    Column("position", Integer, nullable=False, primary_key=True),
    Column("member_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sector", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("precision", String(20), nullable=False),
    Column("locality", Text, nullable=False),
    Column("teryt", String(6), nullable=False),
    # EPSG:2180, metres; null where the place is not known to a point.
    Column("x", Float),
    Column("y", Float),
    Column("role", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_date", Text, nullable=False),
    # ISO 8601 to a year, a month or a day; empty where not known.
    Column("joined", String(10), nullable=False, server_default=""),
    Column("left_on", String(10), nullable=False, server_default=""),
    Column("nip", String(10), nullable=False),
    Column("regon", String(14), nullable=False),
    Column("krs", String(10), nullable=False),
    Column("street", Text, nullable=False),
    Column("house", Text, nullable=False),
    Column("postal_code", String(6), nullable=False),
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

# Logins that were ended, by a mark from which no cookie can be made. They are of no use in a backup.
ended_login = Table(
    "ended_login",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("ended_at", String(32), nullable=False),
)

# In an order in which rows may be inserted.
TABLES = (cluster, member_list, version, member, mapping)
MEMBER_FIELDS = tuple(c.name for c in member.c if c.name not in ("list_id", "position"))
