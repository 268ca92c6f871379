"""Bring a database to the present schema, one step a file (Alembic)."""
