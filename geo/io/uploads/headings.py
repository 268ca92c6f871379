"""Recognise the headings of a member list in Polish and English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo.model.intake import Field
from geo.model.names import fold

# Folded headings: no diacritics, no case, no punctuation. The first of each is the one we write.
WORDS: dict[Field, tuple[str, ...]] = {
    Field.MEMBER_ID: ("identyfikator", "id", "id czlonka", "member id"),
    Field.NAME: (
        "nazwa",
        "nazwa organizacji",
        "nazwa czlonka",
        "nazwa firmy",
        "nazwa podmiotu",
        "nazwa instytucji",
        "pelna nazwa",
        "firma",
        "organizacja",
        "podmiot",
        "czlonek",
        "instytucja",
        "name",
        "organisation",
        "organization",
        "company",
        "member",
        "partner",
    ),
    Field.FORM: (
        "forma prawna",
        "forma organizacyjno prawna",
        "forma",
        "legal form",
        "forma dzialalnosci",
        "status prawny",
    ),
    Field.KIND: (
        "rodzaj",
        "typ",
        "rodzaj podmiotu",
        "typ podmiotu",
        "rodzaj dzialalnosci",
        "rodzaj organizacji",
        "typ organizacji",
        "kind",
        "type",
    ),
    Field.SECTOR: ("sektor", "branza sektor", "sector"),
    Field.STATUS: ("status", "status czlonkostwa", "status w klastrze", "membership", "membership status"),
    Field.PERSON: ("osoba fizyczna", "natural person", "osoba prywatna", "czy osoba fizyczna"),
    Field.NIP: ("nip", "numer nip", "nr nip", "vat", "vat id", "tax id"),
    Field.REGON: ("regon", "numer regon", "nr regon"),
    Field.KRS: ("krs", "numer krs", "nr krs"),
    Field.STREET: ("ulica", "ul", "adres", "adres siedziby", "street", "address"),
    Field.HOUSE: ("nr", "nr domu", "numer", "numer domu", "nr budynku", "numer budynku", "house number", "number"),
    Field.POSTAL_CODE: ("kod pocztowy", "kod", "postal code", "postcode", "zip", "zip code"),
    Field.LOCALITY: ("miejscowosc", "miasto", "siedziba", "city", "town", "locality", "place", "miejscowosc siedziby"),
    Field.GMINA: ("gmina", "nazwa gminy", "commune", "municipality"),
    Field.POWIAT: ("powiat", "nazwa powiatu", "county", "district"),
    Field.VOIVODESHIP: ("wojewodztwo", "woj", "nazwa wojewodztwa", "voivodeship", "province", "region"),
    Field.TERYT: ("teryt", "kod teryt", "terc", "kod gminy", "teryt gminy", "kod terc", "jpt kod je"),
    Field.LATITUDE: (
        "szer geogr",
        "szer",
        "szerokosc geograficzna",
        "szerokosc",
        "szerokosc geogr",
        "latitude",
        "lat",
        "szerokosc geogr geometria",
        "wgs84 szerokosc",
    ),
    Field.LONGITUDE: (
        "dl geogr",
        "dl",
        "dlugosc geograficzna",
        "dlugosc",
        "dlugosc geogr",
        "longitude",
        "lon",
        "lng",
        "long",
        "dlugosc geogr geometria",
        "wgs84 dlugosc",
    ),
    Field.EASTING_2180: ("wschod epsg 2180", "easting epsg 2180", "easting 2180"),
    Field.NORTHING_2180: ("polnoc epsg 2180", "northing epsg 2180", "northing 2180"),
    Field.X: ("x", "wspolrzedna x", "x puwg", "x 1992", "x 2000", "x puwg 1992", "wspx", "coordinate x"),
    Field.Y: ("y", "wspolrzedna y", "y puwg", "y 1992", "y 2000", "y puwg 1992", "wspy", "coordinate y"),
    Field.PRECISION: ("dokladnosc", "precyzja", "dokladnosc miejsca", "precision"),
    Field.ROLE: ("rola", "funkcja", "rola w klastrze", "role"),
    Field.SOURCE: ("zrodlo", "zrodlo danych", "source"),
    Field.JOINED: (
        "data przystapienia",
        "przystapil",
        "przystapienie",
        "data dolaczenia",
        "czlonek od",
        "data wstapienia",
        "joined",
        "member since",
    ),
    Field.LEFT_ON: (
        "data wystapienia",
        "wystapil",
        "wystapienie",
        "czlonek do",
        "data odejscia",
        "left",
        "left on",
        "member until",
    ),
    Field.SOURCE_DATE: ("data zrodla", "data", "stan na", "source date", "date"),
}
_BY_WORD = {word: field for field, words in WORDS.items() for word in words}
# A title may stand above the headings; they are looked for this far down.
SEARCHED_ROWS = 30
ENOUGH = 2


def folded(heading: str) -> str:
    """Return a heading without case, diacritics and punctuation."""
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", fold(heading)).split())


def recognise(headings: Sequence[str]) -> dict[Field, int]:
    """
    Say which column holds which field.

    Parameters
    ----------
    headings
        As they stand in the file.

    Returns
    -------
    columns
        Position of the column of each field that was recognised; the best heading of a field wins,
        then the first.
    """
    ranked: dict[Field, tuple[int, int]] = {}
    for column, heading in enumerate(headings):
        word = folded(heading)
        field = _BY_WORD.get(word)
        if field is not None:
            rank = (WORDS[field].index(word), column)
            ranked[field] = min(rank, ranked.get(field, rank))
    return {field: column for field, (_, column) in ranked.items()}


def is_pesel_heading(heading: str) -> bool:
    """Say whether a column is meant for PESEL numbers."""
    return "pesel" in folded(heading).split()


def heading_row(rows: Sequence[Sequence[str]]) -> int:
    """
    Find the row of the headings: the one with most known headings, at least two; else the first.

    Parameters
    ----------
    rows
        Rows of the file that are not blank.
    """
    found = [len(recognise(row)) for row in rows[:SEARCHED_ROWS]]
    best = max(found, default=0)
    return found.index(best) if best >= ENOUGH else 0


def signature(headings: Sequence[str]) -> str:
    """Return what identifies a layout of columns, so that its mapping can be remembered."""
    return "|".join(folded(h) for h in headings)
