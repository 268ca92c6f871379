"""Keep people's data out of the log: of an error it says where and of what kind, never with which values."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any

ExceptionInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


def described(error: BaseException) -> str:
    """Return the kinds of an error and of those it came from, with the places in the code."""
    parts: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        kind = type(link)
        stack = "".join(traceback.format_tb(link.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{stack}{kind.__module__}.{kind.__qualname__}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\n\n".join(reversed(parts))


def quiet_logs() -> None:
    """Have every logger of this process describe errors in this way."""
    make = logging.getLogRecordFactory()
    if getattr(make, "quiet", False):
        return

    def quiet(*args: Any, **options: Any) -> logging.LogRecord:
        record = make(*args, **options)
        if record.exc_info and record.exc_info[1] is not None:
            # A formatter takes this where it is there.
            record.exc_text = described(record.exc_info[1])
        return record

    quiet.quiet = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(quiet)
