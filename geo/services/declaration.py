"""
Read what the office that runs the app declares about accessibility.

The elements are those of art. 10 of the Polish act of 4 April 2019 on the digital accessibility of websites of public
bodies and of the technical conditions of the declaration (Ministry of Digital Affairs, version 2.0 of 31 July 2024).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SETTING = "KLASTRY_DECLARATION"
# What the law asks for and only the office knows, by the names in its file.
DATES = ("data_publikacji", "data_aktualizacji", "data_sporzadzenia", "data_przegladu")
REQUIRED = ("podmiot", "adres", *DATES, "kontakt", "email", "telefon", "skargi", "architektura")
OPTIONAL = ("audytor", "ocena")
ADDRESSES = ("adres", "ocena")
MAX_BYTES, MAX_CHARS = 100_000, 5_000
_ADDRESS, _EMAIL = re.compile(r"https?://[^\s<>\"']+"), re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s<>\"']+")


@dataclass(frozen=True)
class Declaration:
    """
    What an office declares.

    Attributes
    ----------
    facts
        What it tells, by the names of `REQUIRED` and `OPTIONAL`; dates as ISO.
    missing
        Names of `REQUIRED` that it does not tell, or not so that they can be used.
    problems
        What cannot be used: a key of the texts and its details.
    """

    facts: Mapping[str, str]
    missing: tuple[str, ...]
    problems: tuple[tuple[str, dict[str, object]], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether all that the law asks for is told."""
        return not self.missing


def declaration() -> Declaration:
    """
    Return what the file named by `KLASTRY_DECLARATION` (TOML) tells; it is read anew each time.

    A file that is not there or cannot be read tells nothing, and `problems` says why.
    """
    path = os.environ.get(SETTING, "").strip()
    if not path:
        return Declaration({}, REQUIRED)
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            return Declaration({}, REQUIRED, (("declaration.problem.large", {"kb": MAX_BYTES // 1000}),))
        told = tomllib.loads(content.decode("utf-8-sig"))
    except OSError:
        return Declaration({}, REQUIRED, (("declaration.problem.file", {"setting": SETTING}),))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Declaration({}, REQUIRED, (("declaration.problem.toml", {"reason": str(error)}),))
    return _checked(told)


def _checked(told: Mapping[str, object]) -> Declaration:
    facts: dict[str, str] = {}
    problems: list[tuple[str, dict[str, object]]] = []
    for name, given in told.items():
        if name not in (*REQUIRED, *OPTIONAL):
            problems.append(("declaration.problem.name", {"name": name, "names": ", ".join((*REQUIRED, *OPTIONAL))}))
            continue
        value = given.isoformat() if isinstance(given, date) else given
        if not isinstance(value, str) or len(value) > MAX_CHARS:
            problems.append(("declaration.problem.words", {"name": name, "n": MAX_CHARS}))
        elif not value.strip():
            continue
        elif problem := _unusable(name, value.strip()):
            problems.append((problem, {"name": name, "given": value[:80]}))
        else:
            facts[name] = value.strip()
    return Declaration(facts, tuple(n for n in REQUIRED if n not in facts), tuple(problems))


def _unusable(name: str, value: str) -> str:
    """Return the key of what is wrong with a value, "" for nothing."""
    if name in DATES and not _is_day(value):
        return "declaration.problem.date"
    if name in ADDRESSES and not _ADDRESS.fullmatch(value):
        return "declaration.problem.address"
    if name == "email" and not _EMAIL.fullmatch(value):
        return "declaration.problem.email"
    return ""


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
