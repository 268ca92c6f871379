"""Read a table of links between members."""

from __future__ import annotations

import io

import pandas as pd

from geo.errors import MemberTableError
from geo.io.uploads.delimited import decode
from geo.model.names import fold
from geo.model.ties import TieKind

SEPARATORS = (";", ",", "\t")
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
        Columns `source`, `target` (identifiers), `kind`; no pair and kind stands twice.

    Raises
    ------
    MemberTableError
        If it is no such table; every problem is named with its row (headings are row 1).
    """
    text, _ = decode(content)
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    try:
        raw = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, index_col=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError):
        raise MemberTableError(("not a CSV table; expected columns od, do, rodzaj",)) from None
    heading = {fold(str(c)).strip(): c for c in raw.columns}
    found = {name: next((heading[w] for w in words if w in heading), None) for name, words in HEADINGS.items()}
    missing = [HEADINGS[name][0] for name, column in found.items() if column is None]
    if missing:
        raise MemberTableError((f"columns missing: {', '.join(missing)}; found: {', '.join(map(str, raw.columns))}",))
    if len(raw) > MAX_TIES:
        raise MemberTableError((f"{len(raw)} rows, expected at most {MAX_TIES}",))
    table = pd.DataFrame({name: raw[column].str.strip() for name, column in found.items()})
    known = _known(members)
    kinds = {word: kind for kind, words in KINDS.items() for word in words}
    rows, problems = [], []
    for number, row in enumerate(table.itertuples(index=False), start=2):
        ends = [known.get(fold(given), known.get(given, ())) for given in (row.source, row.target)]
        problems += [_who(number, given, end) for given, end in zip(row[:2], ends, strict=True) if len(end) != 1]
        kind = kinds.get(" ".join(fold(row.kind).replace("-", " ").replace("–", " ").split()))
        if kind is None:
            problems.append(f"row {number}: rodzaj {row.kind!r}, expected one of {EXPECTED}")
        if all(len(end) == 1 for end in ends) and kind is not None:
            if ends[0] == ends[1]:
                problems.append(f"row {number}: {row.source!r} is linked with itself, expected two members")
            rows.append((*ends[0], *ends[1], str(kind)))
    if problems:
        raise MemberTableError(tuple(problems))
    return pd.DataFrame(rows, columns=["source", "target", "kind"]).drop_duplicates(ignore_index=True)


def _known(members: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the identifiers that a name, folded, or an identifier can mean."""
    known: dict[str, tuple[str, ...]] = {}
    for identifier, name in zip(members["member_id"], members["name"], strict=True):
        known[fold(name)] = (*known.get(fold(name), ()), identifier)
    for identifier in members["member_id"]:
        known[identifier] = (identifier,)
    return known


def _who(number: int, given: str, found: tuple[str, ...]) -> str:
    if not found:
        return f"row {number}: {given!r} is no member of the chosen clusters, expected a name or member_id of the list"
    return f"row {number}: {given!r} is the name of {len(found)} members, expected the member_id of one"
