"""Say what members can be compared with: people, entities, and the tables that were taken in as official data."""

from __future__ import annotations

from geo.io.background import BackgroundTable
from geo.io.official.datasets import Dataset, all_datasets
from geo.io.official.found import OfficialKind
from geo.model.units import Level
from geo.render.text import Text
from geo.services.concentration.view import Background, entities_background

# Bases that are there always, the usual first.
PEOPLE, ENTITIES = "people", "entities"
# Of one table so many columns are offered.
MOST_COLUMNS = 60
_BETWEEN = "~"


def base_options(text: Text) -> dict[str, str]:
    """Return every base by its identifier in the address, with its words and year."""
    options = {base: text(f"conc.base.option.{base}") for base in (PEOPLE, ENTITIES)}
    for made in _tables():
        for n, column in enumerate(made.frame().columns[:MOST_COLUMNS]):
            options[f"{made.dataset_id}{_BETWEEN}{n}"] = f"{column} ({made.state[:4]})"
    return options


def base_named(base: str, level: Level, text: Text) -> Background | None:
    """
    Return a base at a level; None for people, and where the table has neither the level nor a finer one.

    Parameters
    ----------
    base
        One of `base_options`.
    level
        Level of the units.
    text
        Language.

    Raises
    ------
    OfficialFileError
        If the file of a dataset is missing or damaged.
    """
    if base == PEOPLE:
        return None
    if base == ENTITIES:
        return entities_background(level, text)
    dataset_id, _, number = base.partition(_BETWEEN)
    made = next(d for d in _tables() if d.dataset_id == dataset_id)
    frame = made.frame()
    name = str(frame.columns[int(number)])
    values = BackgroundTable({name: frame.iloc[:, int(number)].dropna()}, ()).at(name, level)
    return None if values is None else Background(f"{name} ({made.state[:4]})", values)


def _tables() -> tuple[Dataset, ...]:
    return tuple(d for d in all_datasets() if d.kind == OfficialKind.TABLE)
