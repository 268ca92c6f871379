"""Say what members can be compared with: people, entities, and the tables that were taken in as official data."""

from __future__ import annotations

from geo.io.background import BackgroundTable
from geo.io.official.datasets import Dataset, all_datasets
from geo.io.official.found import OfficialKind
from geo.io.people import load_groups
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.text import Text
from geo.services.concentration.view import Background, entities_background
from geo.services.people import EVERYBODY, group_named, opening_group, units_of

# Bases that are there always, the usual first.
PEOPLE, ENTITIES = "people", "entities"
# Of one table so many columns are offered.
MOST_COLUMNS = 60
_BETWEEN = "~"


def base_options(text: Text) -> dict[str, str]:
    """Return every base by its identifier in the address, with its words and year."""
    options = {base: text(f"conc.base.option.{base}") for base in (PEOPLE, ENTITIES)}
    groups = (g for g in load_groups() if not g.everyone)
    options |= {g.group_id: text("conc.base.option.group", group=g.words[text.language]) for g in groups}
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
    if base in {g.group_id for g in load_groups()}:
        return group_base(base, level, text)
    dataset_id, _, number = base.partition(_BETWEEN)
    made = next(d for d in _tables() if d.dataset_id == dataset_id)
    frame = made.frame()
    name = str(frame.columns[int(number)])
    values = BackgroundTable({name: frame.iloc[:, int(number)].dropna()}, ()).at(name, level)
    return None if values is None else Background(f"{name} ({made.state[:4]})", values)


def group_base(asked: str, level: Level, text: Text) -> Background | None:
    """Return the people of a group of age as a base, as for `group_named`; None for everybody."""
    group = group_named(asked)
    if group is None:
        return None
    name = text("conc.base.group", group=group.words[text.language])
    return Background(name, units_of(level, group.group_id)["population"].astype(float), of_people=True)


def opening_base(subject: Subject) -> str:
    """Return what members of some clusters are compared with at first: the group that they are about, or people."""
    group = opening_group(subject)
    return PEOPLE if group == EVERYBODY else group


def _tables() -> tuple[Dataset, ...]:
    return tuple(d for d in all_datasets() if d.kind == OfficialKind.TABLE)
