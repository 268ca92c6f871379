"""Write numbers, plurals, names of units and every sentence in Polish or English."""

from __future__ import annotations

import html
import json
import math
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Any, SupportsFloat

import pandas as pd
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from geo.io.data_state import current_folder, per_state
from geo.io.integrity import read_manifest
from geo.model.phrase import Phrase, Words
from geo.model.units import Level, level_of

LANGUAGES = ("pl", "en")
# Digits are parted in threes from this number on.
_FROM_GROUPED = {"pl": 10_000}
# What Markdown may take for its own, and what it takes at the start of a line.
_MARKUP = re.compile(r"[\\`*_\[\]<>|&]|^[#>+=-](?=\s|$)")
# After these a Polish line does not end: "w", "z", "i" and the like.
_HANGING = re.compile(r"(?<![^\s(„])([aiouwz]) +(?=\S)", re.IGNORECASE)
# What is dated in the manifest of the data.
_DATED = {"people": "population_date", "ages": "ages_date", "entities": "entities_date"}
_ALWAYS_KNOWN = re.compile(r"\{(who|(?:year|date|census)_\w+)\}")
# Nouns behind which stands who is counted.
PEOPLE = ("inhabitants", "inhabitants.of")
_LEVEL_KEY = {Level.GMINA: "gminy", Level.POWIAT: "powiaty", Level.VOIVODESHIP: "voivodeships"}


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = {}
    for file in (resources.files("geo.render") / "texts").iterdir():
        content |= json.loads(file.read_text(encoding="utf-8"))
    return content


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@lru_cache(maxsize=1024)
def _asks_for_more(template: str) -> bool:
    """Say whether a template has a place for what is known without asking."""
    return _ALWAYS_KNOWN.search(template) is not None


@lru_cache(maxsize=32_768)
def _number(language: str, value: float, digits: int, fixed: bool) -> str:  # noqa: FBT001 - as `Text.number` has it
    pattern = "#,##0" + ("." + ("0" if fixed else "#") * digits if digits else "")
    # Polish does not part four digits (CLDR: minimumGroupingDigits, which babel does not read).
    grouped = abs(round(value, digits)) >= _FROM_GROUPED.get(language, 0)
    return str(format_decimal(value, format=pattern, locale=_locale(language), group_separator=grouped))


@per_state(4)
def _dates_of_data(language: str) -> dict[str, str]:
    """Return of when the official data in use are, as texts name it: `{year_people}`, `{date_people}` and the like."""
    facts, text = read_manifest(current_folder()), Text(language)
    words = {"year_outlines": str(facts["outlines"])}
    for name, key in _DATED.items():
        words |= {f"year_{name}": facts[key][:4], f"date_{name}": text.when(facts[key])}
        census = facts.get(f"{name}_census", "")
        template: str = _catalogue()["data.census"][language]
        words[f"census_{name}"] = template.format(year=census) if census else ""
    return words


@dataclass(frozen=True)
class Text:
    """
    Texts in one language.

    Attributes
    ----------
    language
        "pl" or "en".
    who
        Which people are counted, as it stands behind the noun (" w wieku 60 lat i więcej (2020)"); "" for all.
    """

    language: str = "pl"
    who: str = ""

    def about(self, who: str) -> Text:
        """Return the texts for others than all people."""
        return replace(self, who=who)

    @property
    def tag(self) -> str:
        """Tag of the language with its country, as office files want it."""
        return {"pl": "pl-PL", "en": "en-GB"}[self.language]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key with its values filled in; KeyError if there is none."""
        template: str = _catalogue()[key][self.language]
        if values:
            if not _asks_for_more(template):
                return template.format(**values)
            return template.format(**{"who": self.who} | _dates_of_data(self.language) | values)
        return self._filled(template)

    def _filled(self, template: str) -> str:
        """Return a template with what is known without asking: who is counted, and of when the data are."""
        if "{" not in template:
            return template
        known = {"who": self.who} | _dates_of_data(self.language)
        return _ALWAYS_KNOWN.sub(lambda found: known[found[1]], template)

    def say(self, words: Words) -> str:
        """Return words in this language; what came from outside stays as it is."""
        return words if isinstance(words, str) else words.make(self)

    def count(self, key: str, number: int) -> str:
        """Return a number with its noun in the right plural form ("3 gminy", "5 gmin")."""
        who = self.who if key in PEOPLE else ""
        return f"{self.number(number)} {self.form(key, number)}{who}"

    def form(self, key: str, number: int) -> str:
        """Return a word in the plural form that goes with a number ("ma", "mają")."""
        forms = self.forms(key)
        return forms.get(_locale(self.language).plural_form(number), forms["other"])

    def forms(self, key: str) -> dict[str, str]:
        """Return a word in all plural forms, by their names in CLDR."""
        forms: dict[str, str] = _catalogue()[key][self.language]
        return forms

    def number(self, value: float, digits: int = 0, *, fixed: bool = False) -> str:
        """Return a number with the separators of the language and at most, or exactly, so many decimals."""
        # Of two zeros that are equal the one below zero would be written with its sign.
        return _number(self.language, value or 0, digits, fixed)

    def measure(self, value: float) -> str:
        """Return a measured value with three significant digits."""
        if value == 0 or not math.isfinite(value):
            return "0" if value == 0 else "–"
        digits = max(0, 2 - math.floor(math.log10(abs(value))))
        return self.number(round(value, digits), digits)

    def cell(self, value: object, digits: int | None = None) -> str:
        """
        Return what a cell of a table shows: numbers as the language writes them, nothing for no value.

        Parameters
        ----------
        value
            What the cell holds.
        digits
            Decimals that the whole column has; None where the cell stands alone.
        """
        if isinstance(value, bool) or not isinstance(value, SupportsFloat) or isinstance(value, str):
            return "" if value is None or value is pd.NA else str(value)
        number = float(value)
        if math.isnan(number):
            return ""
        return self.number(number, 3) if digits is None else self.number(number, digits, fixed=True)

    def percent(self, part: float, whole: float) -> str:
        """Return a share in whole percent, without rounding to 0 or 100 what is not."""
        if whole <= 0:
            return "–"
        share = 100.0 * part / whole
        if 0 < share < 1:
            return "<1%"
        if 99 < share < 100:
            return ">99%"
        # Halves go up, as people round.
        return f"{math.floor(share + 0.5)}%"

    def when(self, stated: str) -> str:
        """Return a day, month or year as registers write them (2026-01-01, 2026-01, 2026) in words; others as given."""
        for length, form in ((10, self.day), (7, self.month)):
            if len(stated) == length:
                try:
                    return form(date.fromisoformat(f"{stated}-01"[:10]))
                except ValueError:
                    return stated
        return stated

    def day(self, day: date) -> str:
        """Return a day in words ("31 maja 2018")."""
        return str(format_date(day, "d MMMM y", locale=self.language))

    def month(self, day: date) -> str:
        """Return the month of a day in words ("maj 2018")."""
        return str(format_date(day, "LLLL y", locale=self.language))

    def level(self, level: Level) -> str:
        """Return the name of a level in the plural ("gminy")."""
        forms: dict[str, str] = _catalogue()[_LEVEL_KEY[level]][self.language]
        return forms["few" if self.language == "pl" else "other"]

    def units(self, level: Level, number: int) -> str:
        """Return a number of units of a level ("3 gminy")."""
        return self.count(_LEVEL_KEY[level], number)

    def of_units(self, level: Level, number: int) -> str:
        """Return the same in the genitive, for "3 z 6 gmin"."""
        return self.count(f"{_LEVEL_KEY[level]}.of", number)

    def items(self, key: str) -> list[str]:
        """Return a list of texts."""
        return [self._filled(item) for item in _catalogue()[key][self.language]]

    def unit(self, teryt: str, name: str, kind: str) -> str:
        """Return the name of a unit with its kind ("powiat olkuski", "Bochnia (gmina wiejska)")."""
        level = level_of(teryt)
        if level is Level.VOIVODESHIP:
            return self("name.voivodeship", name=name)
        if level is Level.POWIAT:
            return name if kind.startswith("miasto") else self("name.powiat", name=name)
        return f"{name} ({self('kind.' + kind)})"


def unbroken(words: str) -> str:
    """Return words with spaces that do not break a line after prepositions and conjunctions of one letter."""
    return _HANGING.sub("\\1\u00a0", words)


def marked(words: str) -> str:
    """Return words for a line of Markdown, in which nothing is markup, a tag or a link."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(words.split("\n")))


def escaped(words: str) -> str:
    """Return words for HTML, with spaces that do not break a line after words of one letter."""
    return html.escape(unbroken(words))


def later(key: str, **values: object) -> Phrase:
    """Return the text of a key as words to be said later; values may be such words themselves."""

    def make(text: Text) -> str:
        return text(key, **{name: text.say(v) if isinstance(v, Phrase) else v for name, v in values.items()})

    return Phrase(make)
