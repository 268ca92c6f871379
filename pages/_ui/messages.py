"""Turn errors into messages that say what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from geo.errors import DataFileError, MemberTableError, QueryError
from geo.render.text import Text
from pages._ui.i18n import plain


@contextmanager
def explained(text: Text) -> Iterator[None]:
    """Show known errors in the language of the page and stop there."""
    try:
        yield
    except DataFileError as error:
        lines = [text(f"error.data.{error.problem}", file=plain(error.file))]
        lines.append(text("error.data.fix", command=f"`{error.command}`"))
    except MemberTableError as error:
        lines = [text("error.members"), *(f"- {plain(p)}" for p in error.problems)]
    except QueryError as error:
        given = plain(str(error.given))
        lines = [text("error.query", field=error.field, given=given, expected=plain(error.expected))]
    else:
        return
    st.error("\n\n".join([f"**{text('error.title')}**", *lines]))
    st.stop()
