"""Turn errors into messages that say what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from geo.errors import DataFileError, MemberTableError, NotAllowedError, QueryError, StoreError, TableError, UploadError
from geo.render.text import Text
from pages._ui.i18n import plain

KNOWN = (DataFileError, MemberTableError, NotAllowedError, QueryError, StoreError, UploadError)


@contextmanager
def explained(text: Text) -> Iterator[None]:
    """Show known errors in the language of the page and stop there."""
    try:
        yield
    except KNOWN as error:
        show_error(error, text)
        st.stop()


def show_error(error: Exception, text: Text) -> None:
    """Show an error of ours in the language of the page."""
    title = text("error.upload.title" if isinstance(error, UploadError) else "error.title")
    st.error("\n\n".join([f"**{title}**", *_lines(error, text)]))


def told(error: TableError, text: Text) -> list[str]:
    """Return what is wrong with a loaded table, in the language of the page."""
    return [text(f"table.{key}", **{k: plain(str(v)) for k, v in values.items()}) for key, values in error.details]


def _lines(error: Exception, text: Text) -> list[str]:
    match error:
        case DataFileError():
            lines = [text(f"error.data.{error.problem}", file=plain(error.file))]
            return [*lines, text("error.data.fix", command=f"`{error.command}`")]
        case MemberTableError():
            return [text("error.members"), *(f"- {plain(p)}" for p in error.problems)]
        case UploadError():
            details = {k: plain(str(v)) for k, v in error.details.items()}
            return [text(f"upload.{error.problem}", **details)]
        case NotAllowedError():
            return [text("error.not_allowed"), text(f"access.{error.reason}", author="")]
        case StoreError():
            return [text(f"error.store.{error.problem}", details=plain(error.details))]
        case QueryError():
            given = plain(str(error.given))
            return [text("error.query", field=error.field, given=given, expected=plain(error.expected))]
        case _:
            raise error
