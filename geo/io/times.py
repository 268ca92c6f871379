"""Read a table of travel times from localities to members."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd

from geo.errors import MemberTableError

SEPARATORS = (";", ",", "\t")
HEADINGS = {
    "teryt": ("teryt",),
    "locality": ("miejscowosc", "miejscowość", "locality"),
    "member": ("czlonek", "członek", "member"),
    "minutes": ("minuty", "minutes"),
}


def read_times(content: bytes) -> pd.DataFrame:
    """
    Read and check a table of travel times.

    Parameters
    ----------
    content
        CSV in UTF-8 or cp1250 with semicolons, commas or tabs; headings in Polish or English.

    Returns
    -------
    times
        Columns `teryt` (6 digits), `locality`, `member` (name), `minutes` (float, at least 0).

    Raises
    ------
    MemberTableError
        If it is no such table; every problem is named with its row (headings are row 1).
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1250", "replace")
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    try:
        raw = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError):
        raise MemberTableError(("not a CSV table; expected columns teryt, locality, member, minutes",)) from None
    heading = {str(c).strip().casefold(): c for c in raw.columns}
    found = {name: next((heading[w] for w in words if w in heading), None) for name, words in HEADINGS.items()}
    missing = [name for name, column in found.items() if column is None]
    if missing:
        raise MemberTableError((f"columns missing: {', '.join(missing)}; found: {', '.join(map(str, raw.columns))}",))
    table = pd.DataFrame({name: raw[column].str.strip() for name, column in found.items()})
    # Spreadsheets drop the leading zero of voivodeships 02 to 08.
    table["teryt"] = table["teryt"].str.zfill(6)
    minutes = pd.to_numeric(table["minutes"].str.replace(",", "."), errors="coerce")
    wrong = ~(np.isfinite(minutes) & (minutes >= 0))
    problems = [
        f"row {i + 2}: minutes {table['minutes'][i]!r}, expected a number from 0" for i in np.flatnonzero(wrong)
    ]
    code = ~table["teryt"].str.fullmatch(r"[0-9]{6}")
    problems += [f"row {i + 2}: teryt {table['teryt'][i]!r}, expected 6 digits" for i in np.flatnonzero(code)]
    if problems:
        raise MemberTableError(tuple(problems))
    return table.assign(minutes=minutes)
