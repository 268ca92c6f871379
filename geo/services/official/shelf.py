"""Say which official data there are and of when, switch between them, and remind quietly when they grow old."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.errors import OfficialFileError
from geo.io.boundaries import load_units
from geo.io.data_state import DataState, choose_state, current_state
from geo.io.integrity import read_manifest
from geo.io.official.datasets import Dataset, all_datasets, dataset
from geo.io.official.found import OfficialKind
from geo.model.units import Level
from geo.render.table import Column, Table, named, yes_or_no
from geo.render.text import Text
from geo.services.library import today
from geo.services.official.states import REGISTERED_AS, USED, make_state
from geo.settings import BOUNDARIES_DIR

# A month has so many days, and data are old after so many months.
MONTH_DAYS, OLD_MONTHS = 30.44, 12
_STATES = {
    OfficialKind.OUTLINES: "outlines",
    OfficialKind.NAMES: "state_date",
    OfficialKind.PEOPLE: "population_date",
    OfficialKind.AGES: "ages_date",
    OfficialKind.PLACES: "places_date",
}
EMBEDDED = "embedded"


@dataclass(frozen=True)
class Shelf:
    """
    The official data that there are.

    Attributes
    ----------
    table
        One row a dataset, the embedded ones last.
    reminders
        Which data in use are old, one sentence each.
    missing
        Identifiers of a chosen state that is not on this server.
    """

    table: Table
    reminders: tuple[str, ...]
    missing: tuple[str, ...]


def shelf(text: Text) -> Shelf:
    """Return the datasets with the state, source and checksum of each, and whether it is in use."""
    state = current_state()
    used = {} if state.missing else dict(state.datasets)
    kept = [_row(d, text, used=used.get(d.kind) == d.dataset_id) for d in all_datasets()]
    embedded = [_embedded(kind, text, used=str(kind) not in used) for kind in REGISTERED_AS]
    rows = [*kept, *embedded]
    table = Table.of_rows("official", _COLUMNS, [tuple(r.values()) for r in rows], title="official.table")
    return Shelf(table, _reminders(rows, text), tuple(dict(state.datasets).values()) if state.missing else ())


_COLUMNS = (
    Column("id", "official.col.id"),
    Column("kind", "official.col.kind", named("official.kind")),
    Column("state", "official.col.state"),
    Column("age_months", "official.col.age"),
    Column("used", "official.col.used", yes_or_no),
    Column("scope", "official.col.scope"),
    Column("rows", "official.col.rows"),
    Column("source", "official.col.source"),
    Column("licence", "official.col.licence"),
    Column("file", "official.col.file"),
    Column("sha256", "official.col.sha256"),
    Column("added", "official.col.added"),
)


def _row(made: Dataset, text: Text, *, used: bool) -> dict[str, Any]:
    names = load_units(Level.VOIVODESHIP, folder=BOUNDARIES_DIR)["name"]
    whole = len(made.scope) == len(names)
    return {
        "id": made.dataset_id,
        "kind": made.kind,
        "state": made.state,
        "age": _months(made.state),
        "used": used,
        "scope": text("official.scope.country") if whole else ", ".join(names.get(c, c) for c in made.scope),
        "rows": made.rows,
        "source": made.source or made.publisher,
        "licence": made.licence,
        "file": made.file,
        "sha256": made.sha256,
        "added": made.added[:10],
    }


def _embedded(kind: OfficialKind, text: Text, *, used: bool) -> dict[str, Any]:
    facts = read_manifest(BOUNDARIES_DIR)
    register = next(r for r in facts["registers"] if r["name"].startswith(REGISTERED_AS[kind]))
    state = str(facts.get(_STATES[kind], register["state"]))
    return {
        "id": text("official.embedded"),
        "kind": str(kind),
        "state": state,
        "age": _months(state),
        "used": used,
        "scope": text("official.scope.country"),
        "rows": pd.NA,
        "source": f"{register['name']}, {register['publisher']}",
        "licence": register["licence"],
        "file": "",
        "sha256": "",
        "added": "",
    }


def _months(state: str) -> int:
    """Return how old data are, in months."""
    # Of a year alone its first day is meant.
    day = dt.date.fromisoformat(f"{state}-01-01"[:10])
    return max(0, int((today() - day).days // MONTH_DAYS))


def _reminders(rows: Iterable[Mapping[str, Any]], text: Text) -> tuple[str, ...]:
    return tuple(
        text(
            "official.old",
            kind=_capital(text(f"official.kind.{r['kind']}")),
            months=text.count("official.months", r["age"]),
            publisher=PUBLISHERS[OfficialKind(r["kind"])],
        )
        for r in rows
        if r["used"] and r["age"] >= OLD_MONTHS
    )


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def use(dataset_ids: Iterable[str], progress: Callable[[float], object] = lambda _: None) -> DataState:
    """
    Have the app use datasets from now on, beside those of other kinds that it uses already.

    Parameters
    ----------
    dataset_ids
        Identifiers; of one kind the last counts. `EMBEDDED` stands for the embedded data of every kind.
    progress
        Told how much is done, 0 to 1.

    Raises
    ------
    OfficialFileError
        If there is no such dataset, it is none that maps use, or they do not go together; nothing is changed.
    """
    chosen = dict(current_state().datasets)
    for dataset_id in dataset_ids:
        if dataset_id == EMBEDDED:
            chosen = {}
            continue
        found = dataset(dataset_id)
        if found.kind not in USED:
            raise OfficialFileError("not_used", name=dataset_id)
        chosen[found.kind] = dataset_id
    key = make_state({kind: dataset(one) for kind, one in chosen.items()}, progress)
    choose_state(key, chosen)
    return current_state()


PUBLISHERS = {
    OfficialKind.OUTLINES: "GUGiK, geoportal.gov.pl",
    OfficialKind.NAMES: "GUS, eteryt.stat.gov.pl",
    OfficialKind.PLACES: "GUS, eteryt.stat.gov.pl",
    OfficialKind.STREETS: "GUS, eteryt.stat.gov.pl",
    OfficialKind.PEOPLE: "GUS, bdl.stat.gov.pl",
    OfficialKind.AGES: "GUS, bdl.stat.gov.pl",
    OfficialKind.TABLE: "GUS, bdl.stat.gov.pl",
}
