"""Say in one table what is known of a member: what lists call it, what is kept, shown and written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """What a column of a list of members may mean."""

    NAME = "name"
    FORM = "form"
    KIND = "kind"
    SECTOR = "sector"
    STATUS = "status"
    PERSON = "person"
    NIP = "nip"
    REGON = "regon"
    KRS = "krs"
    STREET = "street"
    HOUSE = "house"
    POSTAL_CODE = "postal_code"
    LOCALITY = "locality"
    GMINA = "gmina"
    POWIAT = "powiat"
    VOIVODESHIP = "voivodeship"
    TERYT = "teryt"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    X = "x"
    Y = "y"
    EASTING_2180 = "easting_2180"
    NORTHING_2180 = "northing_2180"
    PRECISION = "precision"
    ROLE = "role"
    SOURCE = "source"
    SOURCE_DATE = "source_date"
    JOINED = "joined"
    LEFT_ON = "left_on"
    MEMBER_ID = "member_id"


@dataclass(frozen=True)
class MemberField:
    """
    A field of a member.

    A new one needs its row here, its words `field.*` (and `template.*`, `col.*` where it is asked for or
    shown) in the catalogue, and a migration of the store.

    Attributes
    ----------
    field
        Its name.
    headings
        What lists call it, folded: no diacritics, case or punctuation. The first is the one we write.
    room
        Most characters that the store keeps, 0 for any number, None where nothing is kept.
    public
        Whether maps, tables and the library see it; other fields are seen by editors only.
    plain
        Whether a list's cell is taken as it stands.
    written
        Whether the files of a cluster hold it.
    asked
        Whether the template asks for it.
    digits
        Whether spreadsheets must keep it as text, so that zeros in front stay.
    later
        Whether a migration added it, so that rows kept before hold "".
    shown_at
        Its place among the columns of tables of organisations that hold text as it is, 0 for none; the
        heading is `col.*` of the catalogue.
    """

    field: Field
    headings: tuple[str, ...]
    room: int | None = None
    public: bool = False
    plain: bool = False
    written: bool = False
    asked: bool = False
    digits: bool = False
    later: bool = False
    shown_at: int = 0

    @property
    def name(self) -> str:
        """Name of the column in frames and in the store."""
        return str(self.field)


MEMBER_FIELDS = (
    MemberField(
        Field.MEMBER_ID,
        ("identyfikator", "id", "id czlonka", "member id"),
        room=0,
        public=True,
        plain=True,
        written=True,
    ),
    MemberField(
        Field.NAME,
        (
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
        room=0,
        public=True,
        written=True,
        asked=True,
    ),
    MemberField(
        Field.FORM,
        ("forma prawna", "forma organizacyjno prawna", "forma", "legal form", "forma dzialalnosci", "status prawny"),
        asked=True,
    ),
    MemberField(
        Field.KIND,
        (
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
        room=0,
        public=True,
        written=True,
    ),
    MemberField(Field.SECTOR, ("sektor", "branza sektor", "sector"), room=20, public=True, written=True, asked=True),
    MemberField(
        Field.STATUS,
        ("status", "status czlonkostwa", "status w klastrze", "membership", "membership status"),
        room=20,
        public=True,
        written=True,
        asked=True,
    ),
    MemberField(
        Field.PERSON, ("osoba fizyczna", "natural person", "osoba prywatna", "czy osoba fizyczna"), written=True
    ),
    MemberField(
        Field.NIP,
        ("nip", "numer nip", "nr nip", "vat", "vat id", "tax id"),
        room=10,
        written=True,
        asked=True,
        digits=True,
    ),
    MemberField(Field.REGON, ("regon", "numer regon", "nr regon"), room=14, written=True, asked=True, digits=True),
    MemberField(Field.KRS, ("krs", "numer krs", "nr krs"), room=10, written=True, asked=True, digits=True),
    MemberField(
        Field.STREET,
        ("ulica", "ul", "adres", "adres siedziby", "street", "address"),
        room=0,
        plain=True,
        written=True,
        asked=True,
    ),
    MemberField(
        Field.HOUSE,
        ("nr", "nr domu", "numer", "numer domu", "nr budynku", "numer budynku", "house number", "number"),
        room=0,
        plain=True,
        written=True,
        asked=True,
        digits=True,
    ),
    MemberField(
        Field.POSTAL_CODE,
        ("kod pocztowy", "kod", "postal code", "postcode", "zip", "zip code"),
        room=6,
        written=True,
        asked=True,
        digits=True,
    ),
    MemberField(
        Field.LOCALITY,
        ("miejscowosc", "miasto", "siedziba", "city", "town", "locality", "place", "miejscowosc siedziby"),
        room=0,
        public=True,
        written=True,
        asked=True,
    ),
    MemberField(Field.GMINA, ("gmina", "nazwa gminy", "commune", "municipality"), asked=True),
    MemberField(Field.POWIAT, ("powiat", "nazwa powiatu", "county", "district"), asked=True),
    MemberField(
        Field.VOIVODESHIP, ("wojewodztwo", "woj", "nazwa wojewodztwa", "voivodeship", "province", "region"), asked=True
    ),
    MemberField(
        Field.TERYT,
        ("teryt", "kod teryt", "terc", "kod gminy", "teryt gminy", "kod terc", "jpt kod je"),
        room=6,
        public=True,
        written=True,
        asked=True,
        digits=True,
    ),
    MemberField(
        Field.LATITUDE,
        (
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
        asked=True,
    ),
    MemberField(
        Field.LONGITUDE,
        (
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
        asked=True,
    ),
    MemberField(Field.X, ("x", "wspolrzedna x", "x puwg", "x 1992", "x 2000", "x puwg 1992", "wspx", "coordinate x")),
    MemberField(Field.Y, ("y", "wspolrzedna y", "y puwg", "y 1992", "y 2000", "y puwg 1992", "wspy", "coordinate y")),
    MemberField(
        Field.PRECISION,
        ("dokladnosc", "precyzja", "dokladnosc miejsca", "precision"),
        room=20,
        public=True,
        written=True,
    ),
    MemberField(Field.EASTING_2180, ("wschod epsg 2180", "easting epsg 2180", "easting 2180"), written=True),
    MemberField(Field.NORTHING_2180, ("polnoc epsg 2180", "northing epsg 2180", "northing 2180"), written=True),
    MemberField(
        Field.ROLE,
        ("rola", "funkcja", "rola w klastrze", "role"),
        room=0,
        public=True,
        plain=True,
        written=True,
        shown_at=1,
    ),
    MemberField(
        Field.SOURCE,
        ("zrodlo", "zrodlo danych", "source"),
        room=0,
        public=True,
        plain=True,
        written=True,
        asked=True,
        shown_at=9,
    ),
    MemberField(
        Field.SOURCE_DATE,
        ("data zrodla", "data", "stan na", "source date", "date"),
        room=0,
        public=True,
        plain=True,
        written=True,
        asked=True,
        shown_at=8,
    ),
    MemberField(
        Field.JOINED,
        (
            "data przystapienia",
            "przystapil",
            "przystapienie",
            "data dolaczenia",
            "czlonek od",
            "data wstapienia",
            "joined",
            "member since",
        ),
        room=10,
        public=True,
        written=True,
        asked=True,
        digits=True,
        later=True,
    ),
    MemberField(
        Field.LEFT_ON,
        (
            "data wystapienia",
            "wystapil",
            "wystapienie",
            "czlonek do",
            "data odejscia",
            "left",
            "left on",
            "member until",
        ),
        room=10,
        public=True,
        written=True,
        asked=True,
        digits=True,
        later=True,
    ),
)
KEPT = tuple(f for f in MEMBER_FIELDS if f.room is not None)
# Every member has these.
CORE = ("member_id", "name", "kind", "sector", "status", "precision", "locality", "teryt")
# Columns of the members frame of clusters, which ends with `geometry`.
MEMBER_COLUMNS = ("member_id", "cluster_id", *(f.name for f in KEPT if f.public and f.name != "member_id"), "geometry")
# Those of them that a table may lack.
OPTIONAL_COLUMNS = tuple(f.name for f in KEPT if f.public and f.name not in CORE)
# What is kept of a member besides.
DETAIL_COLUMNS = tuple(f.name for f in KEPT if not f.public)
# Of the place: the gmina that the source itself gave, and the one its point lies in where that contradicts it.
PLACE_COLUMNS = ("given", "doubt")
# What makes two versions of a member differ, besides its point.
COMPARED = (*(f.name for f in KEPT if f.name != "member_id"), "doubt")
WRITTEN = tuple(f.field for f in MEMBER_FIELDS if f.written)
ASKED = tuple(f.field for f in MEMBER_FIELDS if f.asked)
DIGITS = tuple(f.field for f in MEMBER_FIELDS if f.digits)
PLAIN = tuple(f.field for f in MEMBER_FIELDS if f.plain)
SHOWN = tuple(sorted((f for f in MEMBER_FIELDS if f.shown_at), key=lambda f: f.shown_at))
