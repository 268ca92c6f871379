"""Say which clusters and which of their members are meant."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geo.errors import QueryError
from geo.model.cluster import Sector


@dataclass(frozen=True)
class Subject:
    """
    The clusters and networks that something is asked of.

    Attributes
    ----------
    ids
        Identifiers, in the order they were asked for.
    """

    ids: tuple[str, ...]

    @classmethod
    def of(cls, given: Subject | str) -> Subject:
        """Return a subject; words are read as addresses and the shell write them, with commas between identifiers."""
        return given if isinstance(given, Subject) else cls(tuple(given.split(",")))

    def __str__(self) -> str:
        """Return the subject as addresses write it."""
        return ",".join(self.ids)

    @property
    def stem(self) -> str:
        """The subject in the name of a file."""
        return "+".join(self.ids)


class Asked:
    """What every query has: a subject, which may be given in words."""

    subject: Subject

    def _read_subject(self) -> None:
        object.__setattr__(self, "subject", Subject.of(self.subject))


class NeedKind(StrEnum):
    """By what a need chooses members; the names are those of their columns."""

    ANY = "any"
    SECTOR = "sector"
    KIND = "kind"


@dataclass(frozen=True)
class Need:
    """
    What must be covered.

    Attributes
    ----------
    by
        Any member, members of a sector, or organisations of a kind.
    value
        The sector or the kind, "" for any.

    Raises
    ------
    QueryError
        If there is no such sector, or the kind is not named.
    """

    by: NeedKind = NeedKind.ANY
    value: str = ""

    def __post_init__(self) -> None:
        """Check the value."""
        named = {
            NeedKind.ANY: not self.value,
            NeedKind.SECTOR: self.value in list(Sector),
            NeedKind.KIND: bool(self.value),
        }
        if not named[self.by]:
            raise QueryError("need", str(self), "need")

    @classmethod
    def parse(cls, words: str) -> Need:
        """
        Read a need as addresses and the shell write it: `any`, `sector:<sector>` or `kind:<kind>`.

        Raises
        ------
        QueryError
            If it is none.
        """
        by, _, value = words.partition(":")
        if by not in list(NeedKind):
            raise QueryError("need", words, "need")
        return cls(NeedKind(by), value)

    def __str__(self) -> str:
        """Return the need as `parse` reads it."""
        return f"{self.by}:{self.value}" if self.value else str(self.by)


ANY = Need()
