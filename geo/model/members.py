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
    ADDRESS = "address"
    POSTAL_CODE = "postal_code"
    COUNTRY = "country"
    LOCALITY = "locality"
    GMINA = "gmina"
    POWIAT = "powiat"
    VOIVODESHIP = "voivodeship"
    TERYT = "teryt"
    COORDINATES = "coordinates"
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
    PHONE = "phone"
    EMAIL = "email"
    WEBSITE = "website"
    REMARKS = "remarks"
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
    contact
        Whether it serves to reach somebody: the files of a cluster hold it only where an editor chose so.
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
    contact: bool = False
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
            "nazwa placowki",
            "nazwa czlonka klastra",
            "nazwa czlonka",
            "nazwa szkoly placowki",
            "firma nazwa",
            "nazwa imie i nazwisko",
            "nazwa organizacji pozarzadowej",
            "nazwa pes",
            "nazwa przedsiebiorstwa spolecznego",
            "beneficjent",
            "swiadczeniodawca",
            "nazwa swiadczeniodawcy",
            "nazwa lgd",
            "nazwa firmy",
            "nazwa jednostki",
            "nazwa partnera",
            "nazwa beneficjenta",
            "nazwa przedsiebiorstwa",
            "nazwa szkoly",
            "nazwa uczelni",
            "nazwa zakladu",
        ),
        room=0,
        public=True,
        written=True,
        asked=True,
    ),
    MemberField(
        Field.FORM,
        (
            "forma prawna",
            "forma organizacyjno prawna",
            "forma",
            "legal form",
            "forma dzialalnosci",
            "status prawny",
            "forma wlasnosci",
            "forma prawna podmiotu",
        ),
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
            "typ czlonka",
            "kategoria",
            "branza",
            "kategoria podmiotu",
            "rodzaj czlonka",
        ),
        room=0,
        public=True,
        written=True,
    ),
    MemberField(
        Field.SECTOR,
        (
            "sektor",
            "branza sektor",
            "sector",
            "charakter podmiotu",
            "sektor gospodarki",
            "typ sektora",
        ),
        room=20,
        public=True,
        written=True,
        asked=True,
    ),
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
        (
            "nip",
            "numer nip",
            "nr nip",
            "vat",
            "vat id",
            "tax id",
            "nip regon",
        ),
        room=10,
        written=True,
        asked=True,
        digits=True,
    ),
    MemberField(Field.REGON, ("regon", "numer regon", "nr regon"), room=14, written=True, asked=True, digits=True),
    MemberField(
        Field.KRS,
        (
            "krs",
            "numer krs",
            "nr krs",
            "nr w krs",
        ),
        room=10,
        written=True,
        asked=True,
        digits=True,
    ),
    MemberField(
        Field.STREET,
        ("ulica", "ul", "ulica i nr", "ulica i numer", "ulica nr", "ulica nr domu", "street"),
        room=0,
        plain=True,
        written=True,
        asked=True,
    ),
    MemberField(
        Field.HOUSE,
        (
            "nr",
            "nr domu",
            "numer",
            "numer domu",
            "nr budynku",
            "numer budynku",
            "house number",
            "number",
            "numer lokalu",
            "nr lokalu",
        ),
        room=0,
        plain=True,
        written=True,
        asked=True,
        digits=True,
    ),
    MemberField(
        Field.ADDRESS,
        (
            "adres",
            "adres siedziby",
            "pelny adres",
            "adres pelny",
            "adres ulica nr kod miejscowosc",
            "adres podmiotu",
            "adres organizacji",
            "siedziba adres",
            "adres do korespondencji",
            "adres korespondencyjny",
            "lokalizacja",
            "kod i miejscowosc",
            "kod pocztowy i miejscowosc",
            "kod pocztowy miejscowosc",
            "address",
        ),
    ),
    MemberField(Field.COUNTRY, ("kraj", "panstwo", "kraj siedziby", "country")),
    MemberField(
        Field.POSTAL_CODE,
        (
            "kod pocztowy",
            "kod",
            "postal code",
            "postcode",
            "zip",
            "zip code",
            "kod poczt",
        ),
        room=6,
        written=True,
        asked=True,
        digits=True,
    ),
    MemberField(
        Field.LOCALITY,
        (
            "miejscowosc",
            "miasto",
            "siedziba",
            "city",
            "town",
            "locality",
            "place",
            "miejscowosc siedziby",
            "miasto gmina",
            "siedziba miejscowosc",
            "miejscowosc siedziba",
            "adres siedziby miejscowosc",
            "miasto wies",
            "miejscowosc wies",
            "miejscowosc nazwa",
            "wies",
            "miejscowosc i kod",
            "nazwa miejscowosci",
            # The post town only where nothing else tells the place.
            "poczta",
        ),
        room=0,
        public=True,
        written=True,
        asked=True,
    ),
    MemberField(
        Field.GMINA,
        (
            "gmina",
            "nazwa gminy",
            "commune",
            "municipality",
            "gmina miasto",
            "gmina siedziby",
            "gmina miasto siedziby",
            "nazwa gminy siedziby",
        ),
        asked=True,
    ),
    MemberField(
        Field.POWIAT,
        (
            "powiat",
            "nazwa powiatu",
            "county",
            "district",
            "powiat siedziby",
            "powiat miasto na prawach powiatu",
            "pow",
            "powiat miasto",
        ),
        asked=True,
    ),
    MemberField(
        Field.VOIVODESHIP,
        (
            "wojewodztwo",
            "woj",
            "nazwa wojewodztwa",
            "voivodeship",
            "province",
            "region",
            "wojewodztwo siedziby",
            "nazwa woj",
        ),
        asked=True,
    ),
    MemberField(
        Field.TERYT,
        (
            "teryt",
            "kod teryt",
            "terc",
            "kod gminy",
            "teryt gminy",
            "kod terc",
            "jpt kod je",
            "kod gminy teryt",
            "gmina teryt",
            "identyfikator teryt",
            "kod terytorialny gmina",
            "kod terytorialny",
            "teryt kod",
            "id teryt",
            "kod jednostki terytorialnej",
        ),
        room=6,
        public=True,
        written=True,
        asked=True,
        digits=True,
    ),
    MemberField(
        Field.COORDINATES,
        (
            "wspolrzedne",
            "wspolrzedne geograficzne",
            "geometria",
            "wkt",
            "gps",
            "coordinates",
            "wspolrzedne gps",
            "punkt",
        ),
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
            "szerokosc geograficzna n",
            "wgs84 y",
            "geo lat",
            "n",
            "wgs84 lat",
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
            "dlugosc geograficzna e",
            "wgs84 x",
            "geo long",
            "geo lon",
            "e",
            "wgs84 lon",
        ),
        asked=True,
    ),
    MemberField(
        Field.X,
        (
            "x",
            "wspolrzedna x",
            "x puwg",
            "x 1992",
            "x 2000",
            "x puwg 1992",
            "wspx",
            "coordinate x",
            "x 92",
            "point x",
            "coord x",
            "wsp x",
            "x coord",
            "xcoord",
        ),
    ),
    MemberField(
        Field.Y,
        (
            "y",
            "wspolrzedna y",
            "y puwg",
            "y 1992",
            "y 2000",
            "y puwg 1992",
            "wspy",
            "coordinate y",
            "y 92",
            "point y",
            "coord y",
            "wsp y",
            "y coord",
            "ycoord",
        ),
    ),
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
    MemberField(
        Field.PHONE,
        (
            "telefon",
            "tel",
            "nr telefonu",
            "numer telefonu",
            "telefon kontaktowy",
            "telefon komorkowy",
            "telefony",
            "tel kontaktowy",
            "nr tel",
            "tel kom",
            "komorka",
            "kontakt telefoniczny",
            "phone",
            "phone number",
            "telephone",
            "mobile",
        ),
        room=0,
        contact=True,
        plain=True,
        written=True,
        digits=True,
        later=True,
    ),
    MemberField(
        Field.EMAIL,
        (
            "e mail",
            "email",
            "adres e mail",
            "adres email",
            "mail",
            "poczta elektroniczna",
            "adres poczty elektronicznej",
            "adres mailowy",
            "e mail kontaktowy",
            "kontakt e mail",
            "e mail address",
            "email address",
        ),
        room=0,
        contact=True,
        plain=True,
        written=True,
        later=True,
    ),
    MemberField(
        Field.WEBSITE,
        (
            "strona www",
            "www",
            "strona internetowa",
            "adres www",
            "strona",
            "adres strony internetowej",
            "adres strony www",
            "website",
            "web",
            "url",
            "web page",
        ),
        room=0,
        contact=True,
        plain=True,
        written=True,
        later=True,
    ),
    MemberField(
        Field.REMARKS,
        (
            "uwagi",
            "uwaga",
            "notatki",
            "komentarz",
            "dodatkowe informacje",
            "inne informacje",
            "remarks",
            "notes",
            "comments",
            "comment",
        ),
        room=0,
        contact=True,
        plain=True,
        written=True,
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
# Of them, what serves to reach somebody.
CONTACT_COLUMNS = tuple(f.name for f in KEPT if f.contact)
# Of the place: the gmina that the source itself gave, and the one its point lies in where that contradicts it.
PLACE_COLUMNS = ("given", "doubt")
# What makes two versions of a member differ, besides its point.
COMPARED = (*(f.name for f in KEPT if f.name != "member_id"), "doubt")
WRITTEN = tuple(f.field for f in MEMBER_FIELDS if f.written)
ASKED = tuple(f.field for f in MEMBER_FIELDS if f.asked)
CONTACTS = tuple(f.field for f in MEMBER_FIELDS if f.contact)
DIGITS = tuple(f.field for f in MEMBER_FIELDS if f.digits)
PLAIN = tuple(f.field for f in MEMBER_FIELDS if f.plain)
SHOWN = tuple(sorted((f for f in MEMBER_FIELDS if f.shown_at), key=lambda f: f.shown_at))
