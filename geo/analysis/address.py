"""
Split a Polish address written in one cell, and words about a place into name and units.

Grammar of an address: parts stand between commas, semicolons, line breaks or bars. A part that holds a postal code
(`dd-ddd`) is code and post town, with a street before or a house number behind at most. A part that begins with a word
for a street (ul., al., pl., os., rondo, rynek …) is a street with its number. A part that begins with gm., pow. or
woj., or is the name of a voivodeship, names a unit. Of what is left, the first part that is a name with at most a house
number is the village; without one the post town is the place. A name with a number beside a post town may be a street
without its word, too ("Wolności 1, 32-341 Wolbrom"): `either` tells it, and whoever knows the places decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.model.names import bare, fold

POSTAL = re.compile(r"(?<!\d)(\d{2})\s?[-–]\s?(\d{3})(?!\d)")
_STREET = re.compile(
    r"^(?:ul|ulica|al|aleja|aleje|pl|plac|os|osiedle|rondo|rynek|skwer|bulwar|bulw|szosa|trakt|deptak|park|"
    r"wybrzeze|nabrzeze)\b"
)
# A street without its word: "Rabsztyńska 1".
_ADJECTIVE = re.compile(r"(?:[sc]k|dzk|zk)(?:a|iego|iej)$|ego$")
_STREET_INSIDE = re.compile(
    r"\s+(?=(?:(?:ul|al|pl|os)\b\.?|ulica|aleja|aleje|plac|osiedle|rynek|rondo|skwer)\s)", re.IGNORECASE
)
_COUNTRY = re.compile(r"(?:polska|poland|pl|rp)$")
_VOIVODESHIP = re.compile(
    r"(?:dolnoslaskie|kujawsko pomorskie|lubelskie|lubuskie|lodzkie|malopolskie|mazowieckie|opolskie|podkarpackie"
    r"|podlaskie|pomorskie|slaskie|swietokrzyskie|warminsko mazurskie|wielkopolskie|zachodniopomorskie)$"
)
_BOX = re.compile(r"^(?:skr|skrytka|box|p o box)\b")
_HOUSE = r"\d+\s?[a-z]?(?:\s?[/\\]\s?\d+\s?[a-z]?)?(?:\s?(?:m|lok|lokal|p|pok)\.?\s?\d+\s?[a-z]?)?"
_NUMBER_BEHIND = re.compile(rf"\s+(?:nr\s+)?({_HOUSE})$", re.IGNORECASE)
_UNITS = (
    ("voivodeship", r"woj(?:ewodztw[oa])?"),
    ("powiat", r"pow(?:iat(?:u|owi)?)?"),
    ("gmina", r"gm(?:in[ay])?"),
)
_UNIT_WORD = re.compile(r"\b(woj(?:ewództw[oa])?|pow(?:iatu?)?|gm(?:in[ay])?)(?:\b\.?\s*|\.)(?=\S|$)", re.IGNORECASE)
_NEAR = re.compile(r"\s+(?:k\.\s*|k/\s*|k\s+|koło\s+|kolo\s+|obok\s+)(?=\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """
    What an address in one cell says; "" for nothing.

    Attributes
    ----------
    either
        A name with a number that may be a street of the post town or a village.
    town
        The post town.
    """

    street: str = ""
    house: str = ""
    postal_code: str = ""
    locality: str = ""
    gmina: str = ""
    powiat: str = ""
    voivodeship: str = ""
    either: str = ""
    town: str = ""


def parse_address(text: str) -> Address:
    """
    Split an address.

    Parameters
    ----------
    text
        As it came: "ul. Długa 5 lok. 2, 32-310 Klucze", "Rodaki 12, 32-310 Klucze", "32-300 Olkusz, Rynek 1".
    """
    found = dict.fromkeys(("street", "house", "postal_code", "locality", "gmina", "powiat", "voivodeship"), "")
    found |= {"either": "", "town": ""}
    town = ""
    for part in (p.strip(" .") for p in re.split(r"[,;|\n]", text)):
        if not part or _COUNTRY.match(fold(part)):
            continue
        unit = _unit_of(part)
        if unit:
            found[unit[0]] = found[unit[0]] or unit[1]
            continue
        code = POSTAL.search(part)
        if code:
            found["postal_code"] = found["postal_code"] or f"{code[1]}-{code[2]}"
            before, behind = part[: code.start()].strip(), part[code.end() :].strip()
            behind, *street = _STREET_INSIDE.split(behind, maxsplit=1)
            if street:
                _street_or_village(street[0], found, village=False)
            town = town or _NUMBER_BEHIND.sub("", behind).strip()
            if (number := _NUMBER_BEHIND.search(behind)) and not found["house"]:
                found["house"] = number[1]
            if before:
                _street_or_village(before, found, village=True)
            continue
        # A village stands before the post town, not behind.
        _street_or_village(part, found, village=not town)
    found["town"] = town
    found["locality"] = found["locality"] or town
    return Address(**found)


def _street_or_village(part: str, found: dict[str, str], *, village: bool) -> None:
    if _BOX.match(bare(part)):
        return
    number = _NUMBER_BEHIND.search(part)
    name = _NUMBER_BEHIND.sub("", part).strip()
    if number and name and not _STREET.match(bare(part)) and not any(c.isdigit() for c in name):
        found["either"] = found["either"] or name
    if _STREET.match(bare(part)) or (number and (not village or _ADJECTIVE.search(fold(name)))):
        found["street"], found["house"] = found["street"] or name, found["house"] or (number[1] if number else "")
    elif not any(c.isdigit() for c in name) and name and not found["locality"]:
        found["locality"], found["house"] = name, found["house"] or (number[1] if number else "")


def _without_units(piece: str, units: dict[str, str], *, alone: bool, of_gmina: bool) -> str:
    """Take "pow. olkuski" and the like out of a piece into `units`; return the rest."""
    start = _UNIT_WORD.search(piece)
    while start:
        kind = {"w": "voivodeship", "p": "powiat", "g": "gmina"}[fold(start[1])[0]]
        following = _UNIT_WORD.search(piece, start.end())
        value = piece[start.end() : following.start() if following else None].strip(" .")
        # At the end it says a kind; "gmina Klucze" alone is the name itself.
        if not value or (kind == "gmina" and (of_gmina or (start.start() == 0 and alone))):
            start = following
            continue
        units.setdefault(kind, value)
        rest = piece[following.start() :] if following else ""
        piece = f"{piece[: start.start()]} {rest}".strip()
        start = _UNIT_WORD.search(piece)
    return piece


def _unit_of(part: str) -> tuple[str, str] | None:
    words = bare(part)
    if _VOIVODESHIP.match(fold(part)):
        return "voivodeship", part
    for unit, starts in _UNITS:
        if re.match(rf"^{starts} \S", words):
            return unit, part
    return None


def looks_like_address(text: str) -> bool:
    """Say whether a cell holds an address and not a street or a place alone."""
    return bool(POSTAL.search(text)) or bool("," in text and _STREET.match(bare(text.rsplit(",", maxsplit=1)[-1])))


def split_units(text: str, *, of_gmina: bool = False) -> tuple[str, dict[str, str], str]:
    """
    Split words about a place into its name, the units said with it and what it is near to.

    Parameters
    ----------
    text
        "Klucze pow. olkuski", "Klucze (pow. olkuski)", "Klucze k. Olkusza", "Klucze, olkuski".
    of_gmina
        Whether they name a gmina: then "gm." and words in brackets tell its kind and stay.

    Returns
    -------
    name, units, near
        The name; `gmina`, `powiat`, `voivodeship` as they came; the place it is near to, or "".
    """
    units: dict[str, str] = {}
    # "k/Krakowa" is one word.
    text = re.sub(r"\b([km])/(?=\w)", r"\1. ", POSTAL.sub(" ", text))
    # Brackets round a kind are part of the name of a gmina.
    pieces = re.split(r"[,;|]|[(](?=\s*(?:pow|woj))|(?<=[a-ząćęłńóśźż])[)]" if of_gmina else r"[,;()/|]", text)
    kept = [
        rest
        for piece in pieces
        if (rest := _without_units(piece.strip(" -–"), units, alone=len(pieces) == 1, of_gmina=of_gmina))
    ]
    name = kept[0] if kept else ""
    for other in kept[1:]:
        if re.fullmatch(r"(?:[^\W\d]+ )?[^\W\d]+(?:ski|cki|dzki|zki)(?: \w+)?", fold(other)):
            units.setdefault("powiat", other)
        elif re.fullmatch(r"(?:[^\W\d]+ )?[^\W\d]+(?:skie|ckie|dzkie)", fold(other)):
            units.setdefault("voivodeship", other)
    near = ""
    if match := _NEAR.search(name):
        name, near = name[: match.start()].strip(), name[match.end() :].strip()
    return name, units, near
