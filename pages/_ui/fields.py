"""
Declare the fields of a page once: name in the address, values, default, words and widget.

    form = Form(text)
    level = form.read(LEVEL)          # from a link, else as the visitor chose it, else the default
    form.show(LEVEL, column)          # the widget
    form.write()                      # everything that was read, to the address
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Literal, Protocol, TypeVar

import streamlit as st

from geo.model.cluster import Sector, Status
from geo.model.queries import Measure
from geo.model.units import Level
from geo.render.text import Text
from pages._ui import state

Where = st.delta_generator.DeltaGenerator
Options = Callable[[Text], Mapping[str, str]]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Shown(Protocol[T_co]):
    """What a form can read, show and write."""

    @property
    def name(self) -> str:
        """Name in the address and key of the widget."""

    def read(self, text: Text) -> T_co:
        """Return the value: from a link, else as the visitor chose it, else the default."""

    def show(self, where: Where, text: Text) -> None:
        """Show the widget."""

    def spelled(self, value: Any) -> state.Field:
        """Return a value as the address has it."""

    @property
    def usual(self) -> state.Field | None:
        """The value that need not stand in the address; None where every one must."""


def words_of(values: Iterable[StrEnum], family: str) -> Options:
    """Return what gives the values of an enumeration with their words, the texts below `family`."""
    listed = tuple(values)
    return lambda text: {str(v): text(f"{family}.{v}") for v in listed}


def given(options: Mapping[str, str]) -> Options:
    """Return options that are known already, such as the clusters there are."""
    return lambda _: options


def _tip(key: str, text: Text, **values: object) -> str | None:
    return text(key, **values) if key else None


@dataclass(frozen=True)
class Choice(Generic[T]):
    """
    One of several values, in a select box.

    Attributes
    ----------
    name, label, help
        Name in the address and key of the widget; keys of its words, "" for no help.
    options
        Values with their words; the values are those of the address.
    default
        Value where nothing valid is given.
    kind
        Makes the value of its spelling.
    always
        Whether even the default stands in the address.
    understand
        Finds the value that words of a link stand for; by default they are the value.
    follows
        Whether it follows its default, as that changes, until the visitor chooses another.
    """

    name: str
    label: str
    options: Options
    default: T
    kind: Callable[[str], T]
    help: str = ""
    always: bool = False
    understand: Callable[[str], str | None] | None = None
    follows: bool = False

    @property
    def usual(self) -> state.Field | None:
        """See `Shown`."""
        return None if self.always else str(self.default)

    def read(self, text: Text) -> T:
        """See `Shown`."""
        if self.follows:
            state.follow(self.name, str(self.default))
        return self.kind(state.choice(self.name, str(self.default), self.options(text), self.understand))

    def spelled(self, value: T) -> state.Field:
        """See `Shown`."""
        return str(value)

    def show(self, where: Where, text: Text) -> None:
        """See `Shown`."""
        options = self.options(text)
        where.selectbox(
            text(self.label),
            list(options),
            format_func=lambda v: options[v],
            key=self.name,
            help=_tip(self.help, text),
        )


@dataclass(frozen=True)
class Tabs(Choice[T]):
    """
    One of several values, all of them seen at once.

    Attributes
    ----------
    width
        "content" or "stretch".
    """

    width: Literal["content", "stretch"] = "content"

    def show(self, where: Where, text: Text) -> None:
        """See `Shown`."""
        options = self.options(text)
        where.segmented_control(
            text(self.label),
            list(options),
            format_func=lambda v: options[v],
            key=self.name,
            required=True,
            width=self.width,
        )


@dataclass(frozen=True)
class Slider(Choice[T]):
    """One of several values in their order, on a slider."""

    def show(self, where: Where, text: Text) -> None:
        """See `Shown`."""
        options = self.options(text)
        where.select_slider(text(self.label), list(options), key=self.name, format_func=lambda v: options[v])


@dataclass(frozen=True)
class Choices(Generic[T]):
    """
    Any of several values; none is an answer too. Attributes as of `Choice`.

    Attributes
    ----------
    default
        Values where nothing valid is given.
    listed
        Whether they are chosen from a list, as many ones are, and not by pressing each.
    """

    name: str
    label: str
    options: Options
    default: Sequence[T]
    kind: Callable[[str], T]
    help: str = ""
    always: bool = False
    listed: bool = False

    @property
    def usual(self) -> state.Field | None:
        """See `Shown`."""
        return None if self.always else [str(v) for v in self.default]

    def read(self, text: Text) -> tuple[T, ...]:
        """See `Shown`."""
        chosen = state.choices(self.name, [str(v) for v in self.default], list(self.options(text)))
        return tuple(self.kind(v) for v in chosen)

    def spelled(self, value: Sequence[T]) -> state.Field:
        """See `Shown`."""
        return [str(v) for v in value]

    def show(self, where: Where, text: Text) -> None:
        """See `Shown`."""
        options, tip = self.options(text), _tip(self.help, text)
        label, values = text(self.label), list(options)
        if self.listed:
            where.multiselect(
                label,
                values,
                format_func=lambda v: options[v],
                placeholder=text("choose.placeholder"),
                key=self.name,
                help=tip,
            )
        else:
            where.pills(
                label, values, selection_mode="multi", format_func=lambda v: options[v], key=self.name, help=tip
            )


@dataclass(frozen=True)
class Number:
    """
    A whole number in a range, on a slider. Attributes as of `Choice`.

    Attributes
    ----------
    low, high
        The range.
    follows
        Whether it follows its default, as that changes, until the visitor chooses another.
    """

    name: str
    label: str
    default: int
    low: int
    high: int
    help: str = ""
    follows: bool = False

    @property
    def usual(self) -> state.Field | None:
        """See `Shown`."""
        return self.default

    def read(self, _: Text) -> int:
        """See `Shown`."""
        if self.follows:
            state.follow(self.name, self.default)
        return state.number(self.name, self.default, self.low, self.high)

    def spelled(self, value: int) -> state.Field:
        """See `Shown`."""
        return value

    def show(self, where: Where, text: Text) -> None:
        """See `Shown`."""
        tip = _tip(self.help, text, km=self.default)
        where.slider(text(self.label), self.low, self.high, key=self.name, help=tip)


@dataclass(frozen=True)
class Flag:
    """A switch that is off by default. Attributes as of `Choice`."""

    name: str
    label: str
    help: str = ""

    @property
    def usual(self) -> state.Field | None:
        """See `Shown`."""
        return False

    def read(self, _: Text) -> bool:
        """See `Shown`."""
        return state.flag(self.name)

    def spelled(self, value: bool) -> state.Field:  # noqa: FBT001 - the value itself
        """See `Shown`."""
        return value

    def show(self, where: Where, text: Text) -> None:
        """See `Shown`."""
        where.toggle(text(self.label), key=self.name, help=_tip(self.help, text))


class Form:
    """
    The fields of a page in one run: each is read once, and all that were read are written to the address.

    Parameters
    ----------
    text
        Language.
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        self._written: dict[str, state.Field] = {"lang": text.language}
        self._usual: dict[str, state.Field] = {"lang": "pl"}

    def read(self, field: Shown[T]) -> T:
        """Return the value of a field and set its widget to it."""
        value = field.read(self.text)
        self._written[field.name] = field.spelled(value)
        if field.usual is not None:
            self._usual[field.name] = field.usual
        return value

    def set(self, name: str, value: state.Field) -> None:
        """Set a field that was read to what its widget says instead."""
        st.session_state[name] = self._written[name] = value

    def show(self, field: Shown[Any], where: Where) -> None:
        """Show the widget of a field."""
        field.show(where, self.text)

    def ask(self, field: Shown[T], where: Where) -> T:
        """Read a field and show it."""
        value = self.read(field)
        self.show(field, where)
        return value

    def write(self) -> None:
        """Write every field that was read to the address, without those at their default."""
        state.write_address(self._written, self._usual)


LEVEL = Choice("poziom", "density.level", words_of(Level, "level"), Level.GMINA, Level)
MEASURE = Choice("miara", "density.measure", words_of(Measure, "measure"), Measure.COUNT, Measure)
SECTORS = Choices("sektory", "density.sectors", words_of(Sector, "sector"), tuple(Sector), Sector)
STATUSES = Choices(
    "statusy", "density.statuses", words_of(Status, "status"), (Status.MEMBER,), Status, help="density.statuses.help"
)
