"""Wait for a PostgreSQL server only so long, even one that is frozen and says nothing."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from psycopg import Connection, OperationalError, errors


class BoundedConnection(Connection[Any]):
    """
    A connection that gives up and closes when an answer takes too long.

    A server that is stopped keeps no time limit of its own, and its kernel still acknowledges packets.

    Attributes
    ----------
    seconds
        How long an answer may take; None for as long as it takes.
    """

    seconds: float | None = None

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **options: Any) -> Any:
        """
        Wait for the answer to a statement.

        Raises
        ------
        OperationalError
            If it takes too long; the connection is closed then.
        """
        try:
            return super().wait(gen, *args, **{"timeout": self.seconds, **options})
        except errors._WaitTimeout:  # noqa: SLF001 - there is no other name for it
            self.pgconn.finish()
            raise OperationalError("the server does not answer") from None
