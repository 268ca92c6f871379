"""Turn errors into messages that say what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from geo.errors import (
    AtlasError,
    BusyError,
    ConflictError,
    DataFileError,
    KlastryError,
    LogoError,
    MemberTableError,
    NotAllowedError,
    QueryError,
    StoreError,
    TableError,
    UnknownClusterError,
    UnknownUnitError,
    UploadError,
)
from geo.render.text import Text
from pages._ui.i18n import plain


@contextmanager
def explained(text: Text) -> Iterator[None]:
    """Show errors of ours in the language of the page and stop there; others are explained by the server."""
    try:
        yield
    except KlastryError as error:
        show_error(error, text)
        st.stop()


def show_error(error: Exception, text: Text) -> None:
    """Show an error of ours in the language of the page."""
    title = text("error.upload.title" if isinstance(error, UploadError) else "error.title")
    st.error("\n\n".join([f"**{title}**", *_lines(error, text)]))


def told(error: TableError, text: Text) -> list[str]:
    """Return what is wrong with a loaded table, in the language of the page."""
    return [text(f"table.{key}", **{k: plain(str(v)) for k, v in values.items()}) for key, values in error.details]


def _lines(error: Exception, text: Text) -> list[str]:  # noqa: C901, PLR0911, PLR0912 - one answer a kind
    match error:
        case DataFileError():
            lines = [text(f"error.data.{error.problem}", file=plain(error.file))]
            return [*lines, text("error.data.fix", command=f"`{error.command}`")]
        case MemberTableError():
            lines = told(error, text) if isinstance(error, TableError) else [plain(p) for p in error.problems]
            return [text("error.members"), *(f"- {line}" for line in lines)]
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
        case UnknownClusterError():
            return [text("error.unknown_cluster", given=plain(error.given))]
        case UnknownUnitError():
            return [text("error.unknown_unit", given=plain(error.given))]
        case ConflictError():
            return [conflict_words(error, text)]
        case LogoError():
            return [text(f"logo.{error.problem}", **{k: plain(str(v)) for k, v in error.details.items()})]
        case BusyError():
            return [text("upload.busy")]
        case AtlasError():
            return [text("atlas.failed")]
        case _:
            return [text("error.unexpected")]


def conflict_words(error: ConflictError, text: Text) -> str:
    """Return which version was opened and which is there now."""
    if error.based_on == 0:
        return text("conflict.shipped", current=error.current)
    return text("conflict.text", based_on=error.based_on, current=error.current)
