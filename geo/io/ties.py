"""Read a table of links between members."""

from __future__ import annotations

import pandas as pd

from geo.errors import TableError
from geo.io.delimited import read_delimited
from geo.model.names import fold
from geo.model.ties import TieKind

HEADINGS = {
    "source": ("od", "z", "from", "source"),
    "target": ("do", "to", "target"),
    "kind": ("rodzaj", "typ", "kind", "type"),
}
KINDS = {
    TieKind.SUPPLY: ("dostawa", "dostawca", "dostawca odbiorca", "zakup", "supply", "supplier buyer"),
    TieKind.REFERRAL: ("skierowanie", "kierowanie", "polecenie", "referral"),
    TieKind.COOPERATION: ("wspolpraca", "partnerstwo", "cooperation"),
    TieKind.COMPETITION: ("konkurencja", "competition"),
}
MAX_TIES = 20_000
EXPECTED = "dostawa, skierowanie, współpraca, konkurencja"


def read_ties(content: bytes, members: pd.DataFrame) -> pd.DataFrame:
    """
    Read and check a table of links.

    Parameters
    ----------
    content
        CSV in UTF-8 or cp1250 with semicolons, commas or tabs; columns `od`, `do` (names or identifiers of
        members) and `rodzaj`.
    members
        Columns `member_id`, `name`.

    Returns
    -------
    ties
        Columns `source`, `target` (identifiers; of a horizontal link the lesser first), `kind`; none stands twice.

    Raises
    ------
    TableError
        If it is no such table; every problem is named with its row (headings are row 1).
    """
    raw = read_delimited(content, "od, do, rodzaj")
    heading = {fold(str(c)).strip(): c for c in raw.columns}
    found = {name: next((heading[w] for w in words if w in heading), None) for name, words in HEADINGS.items()}
    missing = [HEADINGS[name][0] for name, column in found.items() if column is None]
    if missing:
        found_columns = ", ".join(map(str, raw.columns))
        raise TableError((("table.columns", {"missing": ", ".join(missing), "found": found_columns}),))
    if len(raw) > MAX_TIES:
        raise TableError((("table.rows", {"rows": len(raw), "limit": MAX_TIES}),))
    table = pd.DataFrame({name: raw[column].str.strip() for name, column in found.items()})
    known = _known(members)
    kinds = {word: kind for kind, words in KINDS.items() for word in words}
    rows = []
    problems: list[tuple[str, dict[str, object]]] = []
    for number, row in zip(table.index.tolist(), table.itertuples(index=False), strict=True):
        ends = [known.get(fold(given), known.get(given, ())) for given in (row.source, row.target)]
        problems += [_who(number, given, end) for given, end in zip(row[:2], ends, strict=True) if len(end) != 1]
        kind = kinds.get(" ".join(fold(row.kind).replace("-", " ").replace("–", " ").split()))
        if kind is None:
            problems.append(("table.kind", {"row": number, "given": row.kind, "expected": EXPECTED}))
        if all(len(end) == 1 for end in ends) and kind is not None:
            if ends[0] == ends[1]:
                problems.append(("table.itself", {"row": number, "given": row.source}))
            pair = (*ends[0], *ends[1])
            # A horizontal link is the same from either end.
            rows.append((*(pair if kind.directed else sorted(pair)), str(kind)))
    if problems:
        raise TableError(tuple(problems))
    return pd.DataFrame(rows, columns=["source", "target", "kind"]).drop_duplicates(ignore_index=True)


def _known(members: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the identifiers that a name, folded, or an identifier can mean."""
    known: dict[str, tuple[str, ...]] = {}
    for identifier, name in zip(members["member_id"], members["name"], strict=True):
        known[fold(name)] = (*known.get(fold(name), ()), identifier)
    for identifier in members["member_id"]:
        known[identifier] = (identifier,)
    return known


def _who(number: int, given: str, found: tuple[str, ...]) -> tuple[str, dict[str, object]]:
    if not found:
        return "table.nobody", {"row": number, "given": given}
    return "table.several", {"row": number, "given": given, "n": len(found)}
