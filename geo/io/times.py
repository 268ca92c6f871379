"""Read a table of travel times from localities to members."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.errors import TableError
from geo.io.delimited import read_delimited

EXPECTED = "teryt, miejscowosc, czlonek, minuty"
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
    TableError
        If it is no such table; every problem is named with its row (headings are row 1).
    UploadError
        If it is no text.
    """
    raw = read_delimited(content, EXPECTED)
    heading = {str(c).strip().casefold(): c for c in raw.columns}
    found = {name: next((heading[w] for w in words if w in heading), None) for name, words in HEADINGS.items()}
    missing = [HEADINGS[name][0] for name, column in found.items() if column is None]
    if missing:
        there = ", ".join(map(str, raw.columns))
        raise TableError((("table.columns", {"missing": ", ".join(missing), "found": there}),))
    table = pd.DataFrame({name: raw[column].str.strip() for name, column in found.items()})
    # Spreadsheets drop the leading zero of voivodeships 02 to 08.
    table["teryt"] = table["teryt"].str.zfill(6)
    minutes = pd.to_numeric(table["minutes"].str.replace(",", "."), errors="coerce")
    wrong = ~(np.isfinite(minutes) & (minutes >= 0))
    problems = [("table.minutes", {"row": row, "given": table["minutes"][row]}) for row in table.index[wrong]]
    code = ~table["teryt"].str.fullmatch(r"[0-9]{6}")
    problems += [("table.teryt", {"row": row, "given": table["teryt"][row]}) for row in table.index[code]]
    if problems:
        raise TableError(tuple(problems))
    return table.assign(minutes=minutes).reset_index(drop=True)
