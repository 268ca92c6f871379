"""Write a table as HTML, for pages and for files: whole, printable, and read cell by cell."""

from __future__ import annotations

import pandas as pd

from geo.render.links import anchored
from geo.render.table import rows_in_words
from geo.render.text import Text, escaped

# As many columns as a page of paper holds.
PRINTED_COLUMNS = 9


def printed_note(columns: int, text: Text) -> str:
    """Return what is said on paper of a table with so many columns; "" where paper holds all."""
    if columns <= PRINTED_COLUMNS:
        return ""
    return text("columns.printed", n=PRINTED_COLUMNS, all=text.count("columns.of", columns))


def web_table(shown: pd.DataFrame, text: Text, *, name: str = "") -> str:
    """
    Return a table in HTML; the first column names the rows.

    Parameters
    ----------
    shown
        Headings and values as they are shown; both may be hostile.
    text
        Language, for the numbers.
    name
        What the table is, for whoever does not see where it stands; "" for none.
    """
    marks = [" class='n'" if kind.kind in "if" else "" for kind in shown.dtypes]
    head = "".join(f"<th scope='col'{m}>{escaped(str(c))}</th>" for c, m in zip(shown.columns, marks, strict=True))
    body = "".join(f"<tr>{_row(row, marks)}</tr>" for row in rows_in_words(shown, text))
    named = f" aria-label='{escaped(name)}'" if name else ""
    return f"<table{named}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(cells: list[str], marks: list[str]) -> str:
    first, *rest = cells
    others = "".join(f"<td{mark}>{anchored(cell)}</td>" for cell, mark in zip(rest, marks[1:], strict=True))
    return f"<th scope='row'{marks[0]}>{escaped(first)}</th>{others}"
