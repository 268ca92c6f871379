"""
Plant known faults in a member list, and make lists of the shapes of real ones, with the truth about each row.

The truth shares no code with the importer; only `judged` asks the importer, to set its answers beside the truth.
"""

import csv
import io
import itertools
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase

import numpy as np
import openpyxl
import pandas as pd
import shapely
from openpyxl.utils import get_column_letter
from pyproj import Transformer

from geo.analysis.assign import CoverageIndex
from geo.io.boundaries import load_units
from geo.io.gazetteer import fold, load_localities, load_parts
from geo.io.postal_codes import load_postal_codes
from geo.io.uploads.reader import read_upload
from geo.model.units import Level
from geo.render.text import Text
from geo.services.intake.review import decide, prepare, suggest_mapping

HEADINGS = (
    *("Nazwa", "Forma prawna", "Sektor", "Status", "NIP", "REGON", "KRS", "Ulica", "Nr", "Kod pocztowy"),
    *("Miejscowość", "Gmina", "Powiat", "Województwo", "TERYT", "Szer. geogr.", "Dł. geogr.", "X", "Y"),
)
UNITS = ("Gmina", "Powiat", "Województwo")
UNKNOWN = ("", np.nan, np.nan)
DEGREES = ("Szer. geogr.", "Dł. geogr.")

# Share of rows in percent by category and by what the importer should do with them; the rest is clean.
SHARES = {
    "accepted": "folded 4, powiat_only 4, voivodeship_only 3, name_only 3, inflected 3, decorated 4, typo 4, person 2, "
    "teryt_zero 2, ids_zero 2, degrees 3, degrees_swapped 1, metric_2180 3, zone_2000 2, gmina_only 2",
    "decide": "ambiguous 2, swapped_2180 1, coordinates_elsewhere 1, locality_elsewhere 1, nonsense 0.5, bad_nip 0.5, "
    "bad_regon 0.5, ambiguous_form 1, duplicate_nip 0.5, duplicate_name 0.5",
    "rejected": "no_name 0.3, pesel 0.4, too_many_cells 0.2",
}
NOT_PLACEABLE = ("gmina_only", "person")

# Legal form, pattern of the name, words for its first gap, sectors it may be said to be in.
ORGANISATIONS = (
    "fundacja|Fundacja {} {} {}|Rozwoju Wsparcia Pomocy Edukacji Kultury Ekologii|NGO NGO nauka",
    "stowarzyszenie|Stowarzyszenie {} {} {}|Przyjaciół Miłośników Seniorów Rodzin Twórców|NGO",
    "spółka akcyjna|{} {} {} S.A.|Zakłady Fabryka Huta Stocznia Elektronika Papiernia|biznes",
    "spółka z ograniczoną odpowiedzialnością|{} {} {} sp. z o.o.|Hurtownia Piekarnia Transport Meble Tartak|biznes",
    "jednostka samorządu terytorialnego|Samorząd {} {} {}|Lokalny Terytorialny Mieszkańców|publiczny",
    "osoba fizyczna|Pracownia {} {} {}|Krawiecka Ceramiczna Graficzna|biznes",
    "jednoosobowa działalność gospodarcza|Usługi {} {} {}|Stolarskie Księgowe Budowlane|biznes",
    "izba|Izba {} {} {}|Gospodarcza Rzemieślnicza Turystyki|biznes",
    "fundacja rodzinna|Fundacja Rodzinna {} {} {}|Nowa Dobra Wspólna|biznes",
    "sp. z o.o.|Miejskie Przedsiębiorstwo {} {} {} sp. z o.o.|Komunalne|publiczny",
)
REGISTERED, FORMS, PERSONS, UNDECIDED = (ORGANISATIONS[slice(*s)] for s in ((0, 4), (0, 5), (5, 7), (7, 10)))
NO_KRS = ("jednostka", "izba", "osoba", "jednoosobowa")
WORDS = (
    "Jutrzenka Iskra Przystań Źródło Żuraw Łąka Dąb Świerk Jaśmin Kłos Ziarno Płomień Zorza Świt Gwiazda Kompas Ryś "
    "Latarnia Żagiel Kotwica Wrzos Jarzębina Malwa Bławatek Róża Sokół Jaskółka Bocian Żubr Łoś Niedźwiedź Spójnia"
)
STREETS = "Lipowa Polna Ogrodowa Szkolna Leśna Kościelna Słoneczna Źródlana Łąkowa Dębowa Świerkowa Mała"
STATUSES = ("członek", "deklarowany", "potencjalny")
NONSENSE = ("wvz", "aeiouy", "qxv", "rtdk", "aeiouy", "pxq", "wvz")
UNACCENTED = str.maketrans("ĄĆĘŁŃÓŚŹŻ", "ACELNOSZZ")


@lru_cache(maxsize=1)
def codes_of():
    """Return the postal codes that lie in one gmina alone, by gmina."""
    found = {}
    for code, gminy in load_postal_codes().items():
        if len(gminy) == 1:
            found.setdefault(gminy[0], []).append(code)
    return found


# Lowest and highest digits of the identifiers, and the weights of their check digit.
IDENTIFIERS = {
    "NIP": ("111000000", "999999999", "657234567"),
    "REGON": ("10000000", "99999999", "89234567"),
    "REGON 0": ("01000000", "09999999", "89234567"),
    "KRS": ("0000100000", "0000999999", ""),
    "PESEL": ("5001100000", "9909289999", "1379137913"),
}

# Nominative, locative, genitive.
INFLECTED = """
Wysokie_Mazowieckie Wysokiem_Mazowieckiem Wysokiego_Mazowieckiego|Bielsko-Biała Bielsku-Białej Bielska-Białej
Bukowina_Tatrzańska Bukowinie_Tatrzańskiej Bukowiny_Tatrzańskiej|Stalowa_Wola Stalowej_Woli Stalowej_Woli|Piła Pile Piły
Skarżysko-Kamienna Skarżysku-Kamiennej Skarżyska-Kamiennej|Krasnystaw Krasnymstawie Krasnegostawu|Olkusz Olkuszu Olkusza
Busko-Zdrój Busku-Zdroju Buska-Zdroju|Kościelisko Kościelisku Kościeliska|Białystok Białymstoku Białegostoku
Nowy_Sącz Nowym_Sączu Nowego_Sącza|Nowy_Targ Nowym_Targu Nowego_Targu|Lanckorona Lanckoronie Lanckorony|Łódź Łodzi Łodzi
Białowieża Białowieży Białowieży|Kołobrzeg Kołobrzegu Kołobrzegu|Zakopane Zakopanem Zakopanego|Siedlce Siedlcach Siedlec
Włocławek Włocławku Włocławka|Wieliczka Wieliczce Wieliczki|Wolbrom Wolbromiu Wolbromia|Sosnowiec Sosnowcu Sosnowca
Warszawa Warszawie Warszawy|Wrocław Wrocławiu Wrocławia|Katowice Katowicach Katowic|Rzeszów Rzeszowie Rzeszowa
Szczyrk Szczyrku Szczyrku|Sieradz Sieradzu Sieradza|Bukowno Bukownie Bukowna|Poznań Poznaniu Poznania|Zawoja Zawoi Zawoi
Zamość Zamościu Zamościa|Suwałki Suwałkach Suwałk|Gniezno Gnieźnie Gniezna|Kartuzy Kartuzach Kartuz|Sopot Sopocie Sopotu
Tarnów Tarnowie Tarnowa|Łańcut Łańcucie Łańcuta|Klucze Kluczach Kluczy|Gdańsk Gdańsku Gdańska|Łowicz Łowiczu Łowicza
Słupsk Słupsku Słupska|Liszki Liszkach Liszek|Kielce Kielcach Kielc|Bytom Bytomiu Bytomia|Radom Radomiu Radomia
Krosno Krośnie Krosna|Bochnia Bochni Bochni|Leszno Lesznie Leszna|Puławy Puławach Puław|Pilzno Pilznie Pilzna
Tychy Tychach Tychów|Zabrze Zabrzu Zabrza|Mielec Mielcu Mielca|Płock Płocku Płocka|Żywiec Żywcu Żywca|Opole Opolu Opola
Jasło Jaśle Jasła|Wisła Wiśle Wisły|Łomża Łomży Łomży|Skała Skale Skały|Puck Pucku Pucka|Żory Żorach Żor|Ełk Ełku Ełku
"""


@dataclass(frozen=True)
class Planted:
    """
    A member list and the truth about it.

    Attributes
    ----------
    content
        CSV as Polish Excel saves it: cp1250, semicolons, decimal comma, CRLF.
    truth
        One row per data row of the file: `row` (as a spreadsheet numbers it, headings being 1), `fault`,
        `expected` ('accepted', 'decide', 'rejected'), `placeable` (the row's own data determine one place),
        `teryt` (true gmina, "" where the row's data contradict one another or do not say), `x`, `y`
        (EPSG:2180, NaN where not placeable), `person`.
    """

    content: bytes
    truth: pd.DataFrame


def planted(*, rows: int = 10_000, seed: int = 20261122) -> Planted:
    """
    Generate a member list with planted faults.

    Parameters
    ----------
    rows
        Number of data rows, at least 100. Every category has one row at least.
    seed
        Seed of everything that is random.
    """
    shares = [(expected, *share.rsplit(" ", 1)) for expected, text in SHARES.items() for share in text.split(", ")]
    counts = {fault: (expected, max(1, round(rows * float(share) / 100))) for expected, fault, share in shares}
    clean = rows - sum(n for _, n in counts.values())
    draft = _Draft(seed, rows, clean)
    for fault, (expected, n) in ({"clean": ("accepted", clean)} | counts).items():
        for _ in range(n):
            draft.add(fault, expected)
    place = draft.rng.permutation(rows)
    for first, second in draft.pairs:
        place[[first, second]] = np.sort(place[[first, second]])
    truth = pd.DataFrame({"row": place + 2}).join(pd.DataFrame(draft.truth)).sort_values("row", ignore_index=True)
    lines = [";".join(HEADINGS), *(draft.lines[i] for i in np.argsort(place)), ""]
    return Planted("\r\n".join(lines).encode("cp1250"), truth)


@lru_cache(maxsize=1)
class _World:
    """The register of localities with the names of their units, and which of them suit which category."""

    def __init__(self):
        gminy, powiaty, voivodeships = (load_units(level) for level in (Level.GMINA, Level.POWIAT, Level.VOIVODESHIP))
        found = load_localities()
        p = pd.DataFrame(found[["name", "kind", "teryt", "population"]])
        p["x"], p["y"], p["folded"] = found.geometry.x, found.geometry.y, p["name"].map(fold)
        p["gmina"], p["gmina_kind"] = p["teryt"].map(gminy["name"]), p["teryt"].map(gminy["kind"])
        p["powiat"], p["powiat_kind"] = (p["teryt"].str[:4].map(powiaty[c]) for c in ("name", "kind"))
        p["voivodeship"], p["code"], p["country"] = p["teryt"].str[:2].map(voivodeships["name"]), p["teryt"].str[:2], ""
        # Units of one name count as one: powiaty bielskie, the town and the rural gmina of Zgorzelec.
        p["in_powiat"] = p["powiat"].map(fold)
        p["in_gmina"] = p["in_powiat"] + "/" + p["gmina"].map(fold)
        p["shared"] = p.groupby("in_gmina")["teryt"].transform("nunique") > 1
        self.index = CoverageIndex.build(gminy)
        self.codes = np.append(self.index.codes, "")
        self.solid, self.borders = gminy.geometry, gminy.geometry.boundary
        self.powiat_of = {t: fold(powiaty["name"][t[:4]]) for t in gminy.index} | {"": ""}
        self.names = set(p["folded"])
        self.names_in = {key: p.groupby(key)["folded"].agg(list).to_dict() for key in ("in_powiat", "in_gmina")}
        within = ("teryt", "in_gmina", "in_powiat", "code", "country")
        alone = {key: ~p.duplicated([key, "folded"], keep=False) for key in within}
        located = self.codes[self.index.locate(p["x"].to_numpy(), p["y"].to_numpy())] == p["teryt"]
        plain = p["name"].map(lambda n: n.replace(" ", "").replace("-", "").isalpha())
        usable = located & plain & alone["in_gmina"] & alone["teryt"]
        chosen = {
            "any": usable,
            "town": usable & (p["kind"] == "miasto"),
            "shared": usable & p["shared"],
            "powiat": usable & alone["in_powiat"],
            "voivodeship": usable & alone["code"],
            "country": usable & alone["country"],
            "many": plain & p["name"].duplicated(keep=False),
            "zero": usable & (p["code"] <= "08"),
            "long": usable & (p["folded"].str.count("[a-z]") >= 6),
        }
        self.pools = {name: np.flatnonzero(mask) for name, mask in chosen.items()}
        self.places = list(p.itertuples(index=False))
        self.inflected = list(self._inflected())

    def _inflected(self):
        found = sorted((self.places[i] for i in self.pools["powiat"]), key=lambda place: place.population)
        known = {place.name: place for place in found}  # the most populous of a name
        for triple in INFLECTED.replace("\n", "|").strip("|").split("|"):
            name, locative, genitive = (form.replace("_", " ") for form in triple.split())
            preposition = "we " if locative.startswith(("Wr", "Wł")) else "w "
            for before, form in ((preposition, locative), ("", genitive)):
                if name in known and not self.rivals(fold(form), known[name], "in_powiat"):
                    yield known[name], "PW", before + form

    def rivals(self, folded, place, key):
        """List the other localities of the place's unit whose names are within distance 2 of a name."""
        return [n for n in self.names_in[key][getattr(place, key)] if n != place.folded and _near(n, folded, 2)]


class _Draft:
    """Rows as they are made, clean ones first."""

    def __init__(self, seed, rows, clean):
        self.rng = np.random.default_rng(seed)
        self.world = _World()
        self.numbers = iter(self.rng.permutation(2 * rows) + 1)
        self.firsts = iter(self.rng.permutation(clean))
        self.points = _deep_points(self.world, self.rng)
        self.cells, self.lines, self.truth, self.pairs, self.taken = [], [], [], [], set()
        # Categories too simple to have a method of their own name.
        self.simple = {
            "powiat_only": lambda: self._located(self._pick("powiat"), "P"),
            "voivodeship_only": lambda: self._located(self._pick("voivodeship"), "W"),
            "inflected": lambda: self._located(*self._one(self.world.inflected)),
            "teryt_zero": lambda: self._located(place := self._pick("zero"), TERYT=place.teryt.removeprefix("0")),
            "ids_zero": lambda: self._clean(
                REGISTERED, KRS=self._identifier("KRS").lstrip("0"), REGON=self._identifier("REGON 0")[1:]
            ),
            "degrees": lambda: self._at(next(self.points)),
            "degrees_swapped": lambda: self._at(next(self.points), headings=DEGREES[::-1]),
            "metric_2180": lambda: self._at(next(self.points), 2180, self._one((0, 2)), "XY"),
            "zone_2000": lambda: self._at(next(self.points), None, self._one((0, 2)), "XY"),
            "gmina_only": lambda: self._declared(self._pick("any")),
            "person": lambda: self._clean(PERSONS, Sektor="biznes"),
            "ambiguous": lambda: (self._located(self._pick("many"))[0], *UNKNOWN),
            "swapped_2180": lambda: self._at(next(p for p in self.points if p[-1]), 2180, self._one((0, 2)), "YX"),
            "nonsense": lambda: self._declared(self._pick("any"), Miejscowość="Xq" + "".join(map(self._one, NONSENSE))),
            "ambiguous_form": lambda: self._clean(UNDECIDED, Sektor=""),
            "bad_nip": lambda: self._with_wrong_check("NIP"),
            "bad_regon": lambda: self._with_wrong_check("REGON"),
            "no_name": lambda: self._clean(Nazwa=""),
            "pesel": lambda: self._clean(NIP=self._identifier("PESEL")),
            "too_many_cells": self._clean,
        }

    def add(self, fault, expected):
        """Make one row of a category: its cells, its line and the truth about it."""
        cells, teryt, x, y = (self.simple.get(fault) or getattr(self, f"_{fault}"))()
        placeable = expected == "accepted" and fault not in NOT_PLACEABLE
        known = {"fault": fault, "expected": expected, "placeable": placeable, "teryt": teryt}
        point = {"x": float(x) if placeable else np.nan, "y": float(y) if placeable else np.nan}
        self.cells.append(cells)
        self.truth.append(known | point | {"person": fault == "person"})
        extra = ";x;x;x" if fault == "too_many_cells" else ""
        self.lines.append(";".join(cells.get(h, "") for h in HEADINGS) + extra)

    def _one(self, choice):
        return choice[self.rng.integers(len(choice))]

    def _pick(self, pool):
        return self.world.places[self._one(self.world.pools[pool])]

    def _identifier(self, kind):
        """Make a valid number that no other row has."""
        low, high, weights = IDENTIFIERS[kind]
        digits = self.rng.integers(list(map(int, low)), list(map(int, high)), endpoint=True)
        if weights:
            total = sum(int(d) * int(w) for d, w in zip(digits, weights, strict=True))
            digits = [*digits, -total % 10 if kind == "PESEL" else total % 11 % (11 if kind == "NIP" else 10)]
        number = "".join(map(str, digits))
        if number in self.taken or (kind == "NIP" and digits[-1] == 10):
            return self._identifier(kind)
        self.taken.add(number)
        return number

    def _identifiers(self, form):
        kinds = ("NIP", "REGON") if form.startswith(NO_KRS) else ("NIP", "REGON", "KRS")
        return {kind: self._identifier(kind) for kind in kinds}

    def _organisation(self, forms=FORMS):
        form, pattern, words, sectors = self._one(forms).split("|")
        name = pattern.format(self._one(words.split()), self._one(WORDS.split()), next(self.numbers))
        said = self.rng.random() < 0.25
        known = {"Sektor": self._one(sectors.split()), "Status": self._one(STATUSES)} if said else {}
        return {"Nazwa": name, "Forma prawna": form} | self._identifiers(form) | known

    def _located(self, place, units="", locality=None, forms=FORMS, **more):
        """Make an organisation at a locality, naming those units whose initials are given."""
        cells = self._organisation(forms) | {"Miejscowość": locality or place.name}
        cells["Nr"] = str(self.rng.integers(1, 200))
        names = (place.gmina, place.powiat, place.voivodeship)
        cells |= {u: n for u, n in zip(UNITS, names, strict=True) if u[0] in units}
        if place.kind == "miasto" or self.rng.random() < 0.3:
            cells["Ulica"] = self._one(("", "ul. ")) + self._one(STREETS.split())
        if "G" in units and self.rng.random() < 0.5:  # elsewhere the code would say more than the row may
            cells["Kod pocztowy"] = self._one(codes_of().get(place.teryt, ("",)))
        return cells | more, place.teryt, place.x, place.y

    def _declared(self, place, **more):
        """Make an organisation that names its gmina and powiat, with its kind where the powiat has two of the name."""
        kind = f"gm. {place.gmina_kind.removeprefix('gmina ')} " if place.shared else ""
        units = {"Gmina": kind + place.gmina, "Powiat": place.powiat}
        return self._organisation() | units | more, place.teryt, place.x, place.y

    def _clean(self, forms=FORMS, **instead):
        place = self._pick("town" if self.rng.random() < 0.3 else "any")
        return self._located(place, "GPW", forms=forms, **instead)

    def _folded(self):
        cells, *truth = self._clean()
        return cells | {h: cells[h].upper().translate(UNACCENTED) for h in ("Miejscowość", *UNITS)}, *truth

    def _name_only(self):
        while _one_edit_away((place := self._pick("country")).folded) & self.world.names - {place.folded}:
            pass
        return self._located(place)

    def _decorated(self):
        place = self._pick("shared" if self.rng.random() < 0.25 else "any")
        cells, *truth = self._located(place, "GPW")
        said = {"gmina miejska": "gm. miejska", "gmina wiejska": "gm. wiejska"}.get(place.gmina_kind, "miasto i gmina")
        cells["Gmina"] = f"{self._one((said,) if place.shared else (said, 'gm.', 'gmina'))} {place.gmina}"
        if place.powiat_kind == "powiat":
            genitive = " ".join(f"{word}ego" for word in place.powiat.split())
            cells["Powiat"] = self._one((f"powiat {place.powiat}", f"pow. {place.powiat}", f"powiatu {genitive}"))
        cells["Województwo"] = self._one(("woj. ", "województwo ", "")) + place.voivodeship
        return cells, *truth

    def _typo(self):
        while True:
            name, letter = (place := self._pick("long")).name, self._one(ascii_lowercase)
            i = self._one([i for i, c in enumerate(name) if i and c.islower()])
            edits = [name[:i] + c + name[j:] for c, j in (("", i + 1), (letter, i), (letter, i + 1))]
            edits += [name[:i] + name[i + 1] + name[i] + name[i + 2 :]] if name[i + 1 : i + 2].islower() else []
            wrong = self._one(edits)
            if fold(wrong) not in self.world.names and not self.world.rivals(fold(wrong), place, "in_gmina"):
                return self._located(place, "GPW", wrong)

    def _at(self, point, epsg=4326, digits=6, headings=DEGREES):
        """Make an organisation with a northing and an easting, in that order; in the point's zone if no EPSG code."""
        place, x, y, zone, _ = point
        there, back = _transformers(epsg or zone)
        east, north = np.round(there.transform(x, y), digits)
        written = (f"{value:.{digits}f}".replace(".", ",") for value in (north, east))
        cells, teryt, *_ = self._declared(place, **dict(zip(headings, written, strict=True)))
        return cells, teryt, *back.transform(east, north)

    def _coordinates_elsewhere(self):
        cells, _, x, y = self._at(next(self.points))
        while shapely.distance(self.world.solid[(place := self._pick("any")).teryt], shapely.Point(x, y)) < 30_100:
            pass
        return cells | {h: cell for h, cell in self._declared(place)[0].items() if h in UNITS}, *UNKNOWN

    def _locality_elsewhere(self):
        while True:
            place, other = self._pick("any"), self._pick("any")
            if not any(_near(n, other.folded, 2) for n in self.world.names_in["in_powiat"][place.in_powiat]):
                return self._declared(place, Miejscowość=other.name)[0], *UNKNOWN

    def _with_wrong_check(self, heading):
        cells, *truth = self._clean()
        wrong = (int(cells[heading][-1]) + self.rng.integers(1, 10)) % 10
        return cells | {heading: f"{cells[heading][:-1]}{wrong}"}, *truth

    def _repeated(self):
        """Return the cells of a clean row that the row being made will repeat, and the truth about it."""
        first = next(self.firsts)
        self.pairs.append((first, len(self.lines)))
        return self.cells[first], self.truth[first]

    def _duplicate_nip(self):
        first, known = self._repeated()
        while (row := self._clean(NIP=first["NIP"]))[1] == known["teryt"]:
            pass
        return row

    def _duplicate_name(self):
        first, known = self._repeated()
        return first | self._identifiers(first["Forma prawna"]), known["teryt"], known["x"], known["y"]


def _deep_points(world, rng):
    """Yield localities, x and y nearby deep in the gmina, EPSG code of the zone, whether y, x is in Poland too."""
    while True:
        places = [world.places[i] for i in rng.choice(world.pools["any"], 1000)]
        radius, angle = 299 * np.sqrt(rng.random(1000)), rng.uniform(0, 2 * np.pi, 1000)
        x = np.array([p.x for p in places]) + radius * np.cos(angle)
        y = np.array([p.y for p in places]) + radius * np.sin(angle)
        unit, exchanged = world.codes[world.index.locate(x, y)], world.codes[world.index.locate(y, x)]
        deep = shapely.distance(shapely.points(x, y), world.borders[[p.teryt for p in places]].to_numpy()) > 1501
        zone = 2176 + np.searchsorted([16.5, 19.5, 22.5], _transformers(4326)[0].transform(x, y)[0])
        for i in np.flatnonzero(deep):
            if unit[i] == places[i].teryt and world.powiat_of[exchanged[i]] != places[i].in_powiat:
                yield places[i], x[i], y[i], int(zone[i]), exchanged[i] != ""


@lru_cache(maxsize=8)
def _transformers(epsg):
    """Return the ways from EPSG:2180 to a system and back, easting first."""
    return tuple(Transformer.from_crs(*pair, always_xy=True) for pair in ((2180, epsg), (epsg, 2180)))


def _near(a, b, limit):
    """Say whether the optimal string alignment distance of two texts is within a limit."""
    same = next((i for i, (c, d) in enumerate(zip(a, b, strict=False)) if c != d), min(len(a), len(b)))
    a, b = a[same:], b[same:]
    if a == b or limit < max(1, abs(len(a) - len(b))):
        return a == b
    ways = [(a[1:], b), (a, b[1:]), (a[1:], b[1:])] + ([(a[2:], b[2:])] if a[:2] == b[1::-1] else [])
    return any(_near(*way, limit - 1) for way in ways)


def _one_edit_away(folded):
    """Return every text at optimal string alignment distance 1, and the text itself."""
    halves = [(folded[:i], folded[i:]) for i in range(len(folded) + 1)]
    found = {a + b[1:] for a, b in halves} | {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    return found | {a + c + b[k:] for a, b in halves for c in f"{ascii_lowercase} " for k in (0, 1)}


# Shapes of real lists


# What a careful clerk does with a row: places it, or asks somebody.
PLACE, ASK = "place", "ask"
ABROAD, REJECTED = "abroad", "rejected"
FIRST = 3
PL = Text("pl")
NEAR_M = 40.0
# A city of so many is meant before the villages of its name.
LARGE = 100_000


# Shapes ("=") with their rows of a hundred; variants with their weight within the shape, the method of `_Shapes` that
# finds places for them, and "ask" where a careful clerk may have to; then templates by heading: of several ways the
# same is taken in every column.
SHAPES = """
= address 28
street_first 6 seats
    Adres | {street} {nr}, {post} {name}
code_first 4 seats
    Adres | {post} {name}, {street} {nr} | {post} {name}; {street} {nr} | {name}, {street} {nr}, {post}
unworded_street 3 unworded
    Adres | {road} {nr}, {post} {name} | {road} {nr} {post} {name}
unworded_street_behind 1 unworded
    Adres | {post} {name}, {road} {nr}
village_first 5 villages
    Adres | {name} {nr}, {post} {seat} | {name} {nr}; {post} {seat} | {name} {nr} {post} {seat} |
      {name} nr {nr}, {post} {seat}
adjectival_village 0.5 adjectival_villages
    Adres | {name} {nr}, {post} {seat}
adjectival_village_of_another_post 0.3 adjectival_post_elsewhere
    Adres | {name} {nr}, {post} {seat}
village_and_street 1 villages
    Adres | {name}, {street} {nr}, {post} {seat} | {street} {nr}, {name}, {post} {seat}
post_of_another_gmina 1 post_elsewhere
    Adres | {name} {nr}, {post} {seat}
with_units 2 in_powiat
    Adres | {name} {nr}, gm. {gmina}, pow. {powiat}, woj. {voivodeship} |
      {street} {nr}, {name}, gmina {gmina}, powiat {powiat} |
      {name} {nr}, gm. {gmina}, powiat {powiat}, województwo {voivodeship}
code_and_units 2 coded_in_powiat
    Adres | {name} {nr}, {post} {seat}, gm. {gmina}, woj. {voivodeship} |
      {name} {nr}, {post} {seat}, woj. {voivodeship}
seat_and_units 1 seats
    Adres | {street} {nr}, {post} {name}, woj. {voivodeship} | {post} {name}, {street} {nr}, woj. {voivodeship}
bare_voivodeship 0.3 seats
    Adres | {street} {nr}, {post} {name}, {voivodeship}
with_country 1 seats
    Adres | {street} {nr}, {post} {name}, Polska
with_district 1 districts
    Adres | {street} {nr}, {post} {name}-{part} | {street} {nr}, {post} {name} {part} |
      {post} {name} ({part}), {street} {nr}
village_behind 0.5 villages
    Adres | {post} {seat}, {name} {nr}
post_of_a_neighbour 0.5 post_of_a_neighbour ask
    Adres | {name} {nr}, {post} {seat}
in_lines 2 seats
    Adres | {street} {nr}\\n{post} {name} | {street} {nr},\\n{post} {name}
street_in_second_line 0.7 seats
    Adres | {post} {name}\\n{street} {nr}
without_commas 1 seats
    Adres | {street} {nr} {post} {name}
street_behind_without_comma 1 seats
    Adres | {post} {name} {street} {nr}
house_behind 1 seats
    Adres | {post} {name} {nr}
without_code 2 towns
    Adres | {name}, {street} {nr} | {street} {nr}, {name}
= postal_code 16
namesake 10 namesakes
    Kod pocztowy | {post} | {digits} || Miejscowość | {name}
mistyped 3 mistyped
    Kod pocztowy | {post} || Miejscowość | {wrong}
part_with_namesake 1 part_with_namesake ask
    Kod pocztowy | {post} || Miejscowość | {part}
post_of_a_neighbour 0.7 post_of_a_neighbour ask
    Kod pocztowy | {post} || Miejscowość | {name}
excluded 0.5 excluded ask
    Kod pocztowy | {post} || Miejscowość | {name}
= own_name 4
gmina_elsewhere 0.4 gmina_elsewhere ask
    Nazwa | Gmina {gmina} || Miejscowość | {gmina}
gmina_coded 0.3 gmina_coded
    Nazwa | Urząd Gminy {gmina} || Miejscowość | {gmina} || Kod pocztowy | {post}
gmina_namesake 4 gmina_namesake
    Nazwa | Gmina {gmina} || Miejscowość | {gmina}
office_alone 1 gmina_alone
    Nazwa | Urząd Gminy {gmina}
town_of_a_district 1 town_of_a_district ask
    Nazwa | {body} {locative} || Miejscowość | {part}
town_against 0.5 town_against ask
    Nazwa | {body} {locative} || Miejscowość | {name}
town_alone 0.5 town_alone ask
    Nazwa | {body} {locative}
= abroad 4
foreign 3 foreign
    Kod pocztowy | {post} || Miejscowość | {name} || Kraj | {country}
in_poland 1 seats
    Kod pocztowy | {post} || Miejscowość | {name} || Kraj |
      Polska | PL | Rzeczpospolita Polska | Poland | POLSKA
poland_said_twice 0.3 seats
    Kod pocztowy | {post} || Miejscowość | {name} || Kraj | Polska (PL) | PL - Polska | Polska/Poland
unsaid 1 seats
    Kod pocztowy | {post} || Miejscowość | {name} || Kraj | |
= around 7
said_loosely 4 around
    Miejscowość | {name} || Powiat | {around} | powiat {around} | pow. {around} || Województwo | {voivodeship}
without_voivodeship 2 around
    Miejscowość | {name} || Powiat | {around} | powiat {around} | pow. {around}
with_point 2 around
    Miejscowość | {name} || Powiat | {around} | powiat {around} | pow. {around} || Szer. geogr. | {lat} ||
    Dł. geogr. | {lon}
city_itself 2 around
    Miejscowość | {name} || Powiat | m. {name} | {name} | miasto {name}
as_gus_says 0.5 around
    Miejscowość | {name} || Powiat | powiat m. {name}
renamed_powiat 0.2 renamed
    Miejscowość | {name} || Powiat | karkonoski | powiat karkonoski || Województwo | {voivodeship}
= districts 10
with_city 4 districts
    Miejscowość | {name} - {part} | {name}-{part} | {name} {part} | {NAME}-{PART}
behind_a_comma 1 districts
    Miejscowość | {name}, {part} | {name} ({part})
in_gmina_column 2 districts_alone
    Miejscowość | {name} || Gmina | {part} | {name}-{part} | Dzielnica {part}
district_like_a_gmina 0.3 districts_like_gminy
    Miejscowość | {name} || Gmina | {part}
district_coded 2 districts
    Miejscowość | {part} || Kod pocztowy | {post}
district_in_powiat 1 districts_alone
    Miejscowość | {part} || Powiat | {name} || Województwo | {voivodeship}
district_like_a_village 0.7 districts_like_villages
    Miejscowość | {part} || Powiat | {name} || Województwo | {voivodeship}
district_alone 0.5 known_districts ask
    Miejscowość | {part}
part_in_gmina 2 parts_alone
    Miejscowość | {part} || Gmina | {gmina} || Powiat | {powiat}
part_known_elsewhere 0.7 parts_known_elsewhere
    Miejscowość | {part} || Gmina | {gmina} || Powiat | {powiat}
part_like_a_village 0.3 parts_like_villages
    Miejscowość | {part} || Gmina | {gmina} || Powiat | {powiat}
part_coded 2 parts
    Miejscowość | {part} || Kod pocztowy | {post}
part_of_village 1 parts
    Miejscowość | {name} - {part} | {name} ({part}) | {name}-{part} || Powiat | {powiat} ||
    Województwo | {voivodeship}
= spellings 12
large_city 1 large_cities
    Miejscowość | {name}
large_city_with_namesakes 1 large_cities_with_namesakes
    Miejscowość | {name}
shortened 3 shortened
    Miejscowość | {short}
hyphen 2 hyphened
    Miejscowość | {spaced}
capital_place 1 capital
    Miejscowość | m.st. Warszawa | M. st. Warszawa | m. st. Warszawa
abbreviated_capital 0.3 capital
    Miejscowość | W-wa
capital_gmina 1 capital
    Gmina | m.st. Warszawa | M. st. Warszawa | Miasto Stołeczne Warszawa
rural 1 rural_of_two
    Gmina | gm. {gmina} (wiejska) | gmina {gmina} wiejska | {gmina} - gmina wiejska | gmina wiejska {gmina} |
      {gmina} (gm. wiejska) | Gmina Wiejska {gmina}
urban 1 urban_of_two
    Gmina | {gmina} (miasto) | miasto {gmina} | m. {gmina} | gmina miejska {gmina} | {gmina} - gmina miejska |
      Gmina Miejska {gmina} | {gmina} (gm. miejska)
rural_office_of_two 0.3 rural_of_two ask
    Gmina | Urząd Gminy {gmina} | gmina {gmina}
urban_office_of_two 0.3 urban_of_two ask
    Gmina | Urząd Miasta {gmina} | Urząd Miejski {gmina}
mixed 1 mixed
    Gmina | MiG {gmina} | {gmina} - obszar wiejski | {gmina} - miasto | gmina miejsko-wiejska {gmina} |
      Miasto i Gmina {gmina} | Gmina i Miasto {gmina} | Urząd Miasta i Gminy {gmina}
office 2 rural
    Gmina | Urząd Gminy {gmina} | Gmina {gmina} | gm. {gmina} | GMINA {gmina}
with_powiat 2 namesake_in_powiat
    Miejscowość | {name} pow. {powiat} | {name} (pow. {powiat}) | {name}, {powiat} | {name}, pow. {powiat} |
      {name} powiat {powiat}
with_gmina 1 namesake_in_gmina
    Miejscowość | {name} gm. {gmina} | {name}, gm. {gmina} | {name} (gm. {gmina})
with_voivodeship 1 namesake_in_voivodeship
    Miejscowość | {name}, {voivodeship} | {name} (woj. {voivodeship}) | {name}, woj. {voivodeship}
gmina_with_powiat 1 gmina_twice
    Gmina | {gmina} (pow. {powiat}) | {gmina}, pow. {powiat} | gm. {gmina}, pow. {powiat}
near_a_town 1 near_town
    Miejscowość | {name} k. {town} | {name} k/{town} | {name} koło {town}
near_a_town_with_namesakes 0.2 near_town_with_namesakes
    Miejscowość | {name} k. {town}
gmina_as_place 0.5 gmina_elsewhere
    Miejscowość | {gmina} || Powiat | {powiat}
= teryt 8
seven 3 gminy
    TERYT | {terc}
six 2 gminy
    TERYT | {code}
lost_zero 2 low
    TERYT | {bare} | {bare7}
decimal 1 gminy
    TERYT | {terc}.0 | {code}.0 | {terc},0
decimal_without_zero 0.5 low
    TERYT | {bare7}.0
quoted 1 gminy
    TERYT | '{terc} | '{code}
spaced 0.5 gminy
    TERYT | {code} {kind} | {spaced}
urban_or_rural 1 mixed
    TERYT | {code}4 | {code}5
district 1 city_districts
    TERYT | {district}
city 0.5 cities
    TERYT | {code4}
contradicted 1 contradicted ask
    TERYT | {other} || Miejscowość | {name} || Gmina | {gmina} || Powiat | {powiat}
= coordinates 5
decimal 3 points
    Współrzędne | {lat}, {lon} | {lat} {lon} | {lat},{lon} | {lat}; {lon}
bracketed 0.5 points
    Współrzędne | ({lat}, {lon})
comma 2 points
    Współrzędne | {clat}; {clon} | {clat} {clon} | {clat}, {clon}
wkt 1 points
    Współrzędne | POINT ({lon} {lat}) | POINT({lon} {lat}) | SRID=4326;POINT({lon} {lat})
lettered 2 points
    Współrzędne | N {lat} E {lon} | {lat} N {lon} E | {lat}N, {lon}E | {lat}°N {lon}°E | N{lat}° E{lon}° |
      E {lon} N {lat} | {clat} N; {clon} E
seconds 3 points
    Współrzędne | {dlat}N {dlon}E | N{dlat} E{dlon} | {dlat}N, {dlon}E | N {dlat}, E {dlon} | {slat} N {slon} E |
      {tlat}N, {tlon}E | {dlat} N, {dlon} E | {cdlat}N {cdlon}E | E{dlon} N{dlat} | {mlat}N {mlon}E
east_first 0.5 points
    Współrzędne | {lon}, {lat}
two_columns 2 points
    Szer. geogr. | {lat} N | N {lat} | {slat} N | {dlat}N | N{dlat} | {clat} | {tlat} N | {cdlat}N ||
    Dł. geogr. | {lon} E | E {lon} | {slon} E | {dlon}E | E{dlon} | {clon} | {tlon} E | {cdlon}E
= powiat_twice 2
alone 1 powiat_twice ask
    Powiat | {powiat} | powiat {powiat} | pow. {powiat}
with_place 2 place_in_powiat_twice
    Miejscowość | {name} || Powiat | {powiat} | powiat {powiat}
= former 1
former 1 former
    Miejscowość | {name} || Status | były członek | były członek klastra
"""
# Workbooks: so many of a hundred rows.
TABLES = 4
TABLE_ROWS = 18
GROUP = 3
TABLE = ("Lp.", "Nazwa podmiotu", "Sektor", "Miejscowość", "Gmina", "Powiat")
# Columns, rows above the organisations, and what is merged in these.
TABLES_OF = {
    "titled": (TABLE, [["Wykaz członków klastra"], [], [*TABLE]], ("A1:F1",)),
    "two_rows": (TABLE, [[*TABLE[:3], "Położenie", "", ""], ["", "", "", *TABLE[3:]]], ("D1:F1",)),
    "two_rows_seat": (TABLE, [[*TABLE[:3], "Siedziba", "", ""], ["", "", "", *TABLE[3:]]], ("D1:F1",)),
    "two_rows_merged": (
        TABLE,
        [[*TABLE[:3], "Siedziba", "", ""], ["", "", "", *TABLE[3:]]],
        ("A1:A2", "B1:B2", "C1:C2", "D1:F1"),
    ),
    "merged": (TABLE[:1] + TABLE[4:] + TABLE[1:4], [[*TABLE[:1], *TABLE[4:], *TABLE[1:4]]], ()),
    "merged_last": (TABLE, [[*TABLE]], ()),
    "narrow": (TABLE[:4], [[*TABLE[:4]]], ()),
}

ROADS = (
    "ul. Długa|ul. Kościelna|al. Jana Pawła II|os. Słoneczne|pl. Wolności|ul. 3 Maja|ul. Gen. J. Bema|ul. św. Jana|"
    "Rynek|Plac Wolności|Aleja Wojska Polskiego|ul. 11 Listopada|al. 1000-lecia|ulica Polna|Osiedle Młodych|"
    "ul. Armii Krajowej|ul. Marii Skłodowskiej-Curie|ul. Krakowska|ul. Nad Rzeką|ul. Wincentego Witosa"
)
# People leave the word for a street out.
UNWORDED = (
    "Kościuszki|Mickiewicza|Wolności|3 Maja|Krakowska|Długa|Polna|Kościelna|Sikorskiego|1 Maja|Armii Krajowej|Lipowa|"
    "Jana Pawła II|Konopnickiej|Piłsudskiego|Szkolna|Ogrodowa|11 Listopada|Traugutta|Wojska Polskiego"
)
# A village all the same ("Wola Żelechowska").
ADJECTIVAL = re.compile(r" \S*(?:[sc]ka|[dz]ka)$")
HOUSES = "5|5A|15c/3|5 lok. 2|3 m. 4|12/14|7b|118|1|24/2"
BODIES = "Szpital|Muzeum|Dom Kultury|Fundacja Szkoła|Spółdzielnia Socjalna"
# A village of such a name alone cannot be told from a street ("Krakowska 12").
STREET_LIKE = re.compile(
    r"^\S*(?:[sc]ka|[dz]ka|ego|iej|owa|na|ta)$|^(?:ul|al|pl|os|plac|osiedle|rynek|park|rondo|aleja) ?"
)
FOREIGN = (
    "110 00 Praga Czechy|04109 Lipsk Niemcy|75001 Paryż Francja|1010 Wiedeń Austria|79000 Lwów Ukraina|"
    "811 01 Bratysława Słowacja|10117 Berlin DE|10117 Berlin Germany|01100 Wilno Litwa|00100 Rzym Włochy|"
    "1000 Bruksela Belgia|040 01 Koszyce Republika_Słowacka|702 00 Ostrawa Republika_Czeska|80331 Monachium Niemcy|"
    "01067 Drezno Niemcy|SW1A Londyn Wielka_Brytania|43000 Łuck UA|28001 Madryt Hiszpania|30100 Wenecja Włochy|"
    "19000 Betlejem Izrael"
)
CITIES = (
    "Legnica legnicki|Wrocław wrocławski|Wałbrzych wałbrzyski|Bydgoszcz bydgoski|"
    "Toruń toruński|Grudziądz grudziądzki|Włocławek włocławski|Biała_Podlaska bialski|Chełm chełmski|Lublin lubelski|"
    "Zamość zamojski|Gorzów_Wielkopolski gorzowski|Zielona_Góra zielonogórski|Łódź łódzki_wschodni|"
    "Piotrków_Trybunalski piotrkowski|Skierniewice skierniewicki|Kraków krakowski|Nowy_Sącz nowosądecki|"
    "Tarnów tarnowski|Ostrołęka ostrołęcki|Płock płocki|Radom radomski|Siedlce siedlecki|Opole opolski|"
    "Krosno krośnieński|Przemyśl przemyski|Rzeszów rzeszowski|Tarnobrzeg tarnobrzeski|Białystok białostocki|"
    "Łomża łomżyński|Suwałki suwalski|Gdańsk gdański|Słupsk słupski|Bielsko-Biała bielski|Częstochowa częstochowski|"
    "Gliwice gliwicki|Rybnik rybnicki|Kielce kielecki|Elbląg elbląski|Olsztyn olsztyński|Kalisz kaliski|"
    "Konin koniński|Leszno leszczyński|Poznań poznański|Koszalin koszaliński"
)
# Known far and wide, so that even alone they are not silently a village.
DISTRICTS = {
    "Kraków": "Nowa_Huta Podgórze Krowodrza Prokocim Bieżanów Kazimierz Dębniki Łagiewniki Zwierzyniec",
    "Warszawa": "Mokotów Wola Ursynów Wilanów Białołęka Bemowo Żoliborz Targówek Bielany Ochota Praga-Południe "
    "Praga-Północ Śródmieście Wawer Wesoła Włochy Ursus Rembertów",
    "Łódź": "Bałuty Widzew Polesie Górna Śródmieście",
    "Poznań": "Jeżyce Grunwald Wilda Nowe_Miasto",
    "Wrocław": "Psie_Pole Krzyki Fabryczna Śródmieście",
    "Gdańsk": "Wrzeszcz Oliwa",
}
FAMOUS = "Nowa_Huta Podgórze Krowodrza Mokotów Ursynów Wilanów Białołęka Żoliborz Praga-Południe Bałuty Jeżyce Wrzeszcz"
SHORTENED = (
    "wielkopolsk Wlkp.|mazowieck Maz.|śląsk Śl.|trybunalsk Tryb.|podlask Podl.|lubelsk Lub.|pomorsk Pom.|"
    "kujawsk Kuj.|gdańsk Gd.|górnicz Górn.|krajeńsk Kraj.|łużyck Łuż.|odrzańsk Odrz.|warmińsk Warm.|"
    "zebrzydowsk Zebrz.|łódzk Łódz."
)
# Districts and delegations of cities in TERYT.
CITY_CODES = {"146501": "1465", "126101": "1261", "106101": "1061", "306401": "3064", "026401": "0264"}
CITY_DISTRICTS = (
    "1465028 1465038 1465048 1465058 1465068 1465078 1465088 1465098 1465108 1465118 1465128 1465138 1465148 1465158 "
    "1465168 1465178 1465188 1465198 1261029 1261039 1261049 1261059 1061029 1061039 1061049 1061059 1061069 3064029 "
    "3064039 3064049 3064059 3064069 0264029 0264039 0264049 0264059 0264069"
)
SUMS = "Razem Ogółem Suma Łącznie RAZEM"
FOOTERS = (
    "Razem: {n}|Razem|Ogółem: {n}|Suma: {n}|Łącznie: {n} podmiotów|Źródło: rejestr próbny|Źródło: opracowanie własne|"
    "Źródło danych: ankieta z 2024 r.|stan na 1.01.2025 r.|Stan na dzień 31.12.2024 r.|Opracowanie: biuro klastra|"
    "Uwaga: lista robocza|Liczba członków: {n}|RAZEM {n}|* stan na 1.01.2025 r.|Sporządził: Jan Próbny"
)


@dataclass(frozen=True)
class PlantedList:
    """
    A list of one shape and the truth about it.

    Attributes
    ----------
    name
        File name, of which the ending counts.
    content
        The bytes.
    truth
        Index `row` (as a spreadsheet numbers it); `shape`, `variant`, `expected` ('place', 'ask'), `right` (TERYT
        codes, 'abroad' or 'rejected'; of several none may be taken without asking, and all must be offered),
        `locality` ("" where none is named), `x`, `y` (EPSG:2180, NaN where the row has no coordinates), `cells`.
    """

    name: str
    content: bytes
    truth: pd.DataFrame


@dataclass(frozen=True)
class _Case:
    """Where a row lies, and the words that its templates are filled with."""

    right: tuple[str, ...]
    words: dict[str, str]
    locality: str = ""
    point: tuple[float, float] = (np.nan, np.nan)


@dataclass(frozen=True)
class _Variant:
    """One way of writing a row: its weight, the method that finds cases, templates by heading, 'place' or 'ask'."""

    weight: float
    cases: str
    cells: dict[str, list[str]]
    expected: str


@lru_cache(maxsize=1)
def shapes():
    """Return the shapes: share of the rows in percent, and variants by name."""
    found = {}
    for block in SHAPES.strip().removeprefix("= ").split("\n= "):
        head, rest = block.split("\n", 1)
        shape, share = head.split()
        found[shape] = (float(share), dict(map(_variant, re.split(r"\n(?=\S)", rest))))
    return found


def _variant(text):
    head, rest = text.split("\n", 1)
    name, weight, cases, *ask = head.split()
    columns = [[way.strip() for way in column.split("|")] for column in " ".join(rest.split()).split(" || ")]
    cells = {heading: [way.replace("\\n", "\n") for way in ways] for heading, *ways in columns}
    return name, _Variant(float(weight), cases, cells, ASK if ask else PLACE)


def planted_lists(*, rows: int = 10_000, seed: int = 20261125) -> list[PlantedList]:
    """
    Generate lists of the shapes that real ones have, about so many rows in all.

    Parameters
    ----------
    rows
        Every variant comes once at least.
    seed
        Seed of everything that is random.
    """
    made = _Shapes(seed)
    total = sum(share for share, _ in shapes().values()) + TABLES
    lists = [made.listed(shape, rows * share / total) for shape, (share, _) in shapes().items()]
    books = max(len(TABLES_OF), round(rows * TABLES / total / TABLE_ROWS))
    return lists + [made.book(tuple(TABLES_OF)[n % len(TABLES_OF)], n) for n in range(books)]


class _Shapes:
    """Find places that suit a variant, and write the rows."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.world = _World()
        self.post = codes_of()
        gminy, powiaty, voivodeships = (load_units(level) for level in (Level.GMINA, Level.POWIAT, Level.VOIVODESHIP))
        self.units, self.powiaty = gminy, powiaty
        self.voivodeships = voivodeships["name"]
        self.places = self.world.places
        self.xy = np.array([(p.x, p.y) for p in self.places])
        self.named, self.inside, self.gminy_named = {}, defaultdict(set), {}
        for place in self.places:
            self.named.setdefault(place.folded, []).append(place)
            self.inside[place.teryt].add(place.folded)
        for code, name in gminy["name"].items():
            self.gminy_named.setdefault(fold(name), []).append(code)
        self.all_parts = self._all_parts()
        self.usable = [self.places[i] for i in self.world.pools["any"]]
        self.in_gmina = defaultdict(list)
        for place in self.usable:
            self.in_gmina[place.teryt].append(place)
        self.seat = {p.teryt: p for p in self.usable if p.folded == fold(p.gmina)}
        self.shared_post = defaultdict(list)
        for post, codes in load_postal_codes().items():
            for code in codes:
                self.shared_post[code].append((post, codes))
        self.points = _deep_points(self.world, self.rng)
        self.iterators, self.count = {}, 0

    def _all_parts(self):
        """Return the parts of towns and villages with the place they belong to, by folded name."""
        found, parts = {}, load_parts()
        for name, place in zip(parts["name"], parts["place"], strict=True):
            found.setdefault(fold(name), []).append((name, self.places[place]))
            self.inside[f"parts of {self.places[place].teryt}"].add(fold(name))
        return found

    # Writing

    def listed(self, shape, rows):
        """Make one CSV of a shape."""
        variants = shapes()[shape][1]
        total = sum(v.weight for v in variants.values())
        told = [
            self._row(shape, name, variant)
            for name, variant in variants.items()
            for _ in range(max(1, round(rows * variant.weight / total)))
        ]
        told = [told[i] for i in self.rng.permutation(len(told))]
        headings = list(dict.fromkeys(h for row in told for h in row["cells"]))
        file = io.StringIO()
        writer = csv.DictWriter(file, headings, restval="", delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(row["cells"] for row in told)
        return PlantedList(f"{shape}.csv", file.getvalue().encode("utf-8-sig"), _truth(told, range(2, len(told) + 2)))

    def _row(self, shape, name, variant):
        case = self._next(variant.cases)
        way = int(self.rng.integers(2**16))
        cells = {"Nazwa": self._organisation(), "Sektor": self._one(("NGO", "biznes", "publiczny", "nauka"))}
        for heading, ways in variant.cells.items():
            cells[heading] = ways[way % len(ways)].format_map(case.words)
        return _told(shape, name, variant.expected, case, cells)

    def _organisation(self):
        self.count += 1
        return f"Organizacja {self._one(WORDS.split())} {self.count}"

    def _one(self, choice):
        return choice[self.rng.integers(len(choice))]

    def _next(self, cases):
        """Return the next case of a kind; all have come before one comes again."""
        if cases not in self.iterators:
            self.iterators[cases] = self._repeated(cases)
        return next(self.iterators[cases])

    def _repeated(self, cases):
        while True:
            yield from getattr(self, f"_{cases}")()

    def _shuffled(self, choice):
        return (choice[i] for i in self.rng.permutation(len(choice)))

    # Words

    def _in_gmina(self, code, **words):
        """Return the case of a gmina."""
        unit, powiat = self.units.loc[code], self.powiaty.loc[code[:4]]
        post = self._one(self.post.get(code, ("",)))
        own = {"gmina": unit["name"], "powiat": powiat["name"], "voivodeship": self.voivodeships[code[:2]]}
        own |= {
            "street": self._one(ROADS.split("|")),
            "nr": self._one(HOUSES.split("|")),
            "post": post,
            "digits": post.replace("-", ""),
        }
        own |= {"code": code, "code4": code[:4], "terc": unit["terc"], "kind": unit["terc"][-1]}
        own |= {"bare": code.removeprefix("0"), "bare7": unit["terc"].removeprefix("0")}
        own |= {
            "spaced": f"{code[:2]} {code[2:4]} {code[4:]}",
            "body": f"{self._one(BODIES.split('|'))} nr {self.rng.integers(1, 10_000)}",
        }
        return _Case((code,), own | words)

    def _at(self, place, right=(), **words):
        """Return the case of a locality."""
        case = self._in_gmina(place.teryt, **{"name": place.name, "NAME": place.name.upper()} | words)
        seat = self.seat.get(place.teryt)
        words = case.words | ({"seat": seat.name} if seat and "seat" not in words else {})
        return _Case(right or case.right, words, "" if right else place.name)

    def _is_part(self, folded, code):
        return folded in self.inside[f"parts of {code}"]

    # Addresses

    def _seats(self):
        return (self._at(p) for p in self._shuffled(list(self.seat.values())) if p.teryt in self.post)

    def _unworded(self):
        for place in self._shuffled(list(self.seat.values())):
            road = self._one(UNWORDED.split("|"))
            known = fold(road) in self.inside[place.teryt] or self._is_part(fold(road), place.teryt)
            if place.teryt in self.post and not known:
                yield self._at(place, road=road)

    def _is_village(self, place):
        """Say whether a village cannot be taken for a street or for the post town."""
        seat = self.seat.get(place.teryt)
        return seat is not None and place is not seat and not STREET_LIKE.search(place.folded)

    def _villages(self):
        return (self._at(p) for p in self._shuffled(self.usable) if p.teryt in self.post and self._is_village(p))

    def _adjectival_villages(self):
        return (case for case in self._villages() if ADJECTIVAL.search(case.locality))

    def _adjectival_post_elsewhere(self):
        return (case for case in self._post_elsewhere() if ADJECTIVAL.search(case.locality))

    def _post_elsewhere(self):
        """Yield villages whose post town is the seat of a neighbouring gmina; the code serves both."""
        posts = [(c, g) for c, g in load_postal_codes().items() if len(g) > 1]
        for post, gminy, own, other in self._shuffled([(c, g, a, b) for c, g in posts for a in g for b in g if a != b]):
            seat = self.seat.get(other)
            for place in self._shuffled([p for p in self.in_gmina[own] if self._is_village(p)] if seat else []):
                elsewhere = any(place.folded in self.inside[g] for g in gminy if g != own)
                if not elsewhere and seat.folded not in self.inside[own]:
                    yield self._at(place, post=post, seat=seat.name)

    def _in_powiat(self):
        for place in self._shuffled(self.usable):
            if place.powiat_kind == "powiat" and not place.shared and self._is_village(place):
                yield self._at(place)

    def _coded_in_powiat(self):
        return (case for case in self._in_powiat() if case.words["post"])

    def _towns(self):
        for i in self._shuffled(self.world.pools["country"]):
            if self.places[i].kind == "miasto":
                yield self._at(self.places[i])

    # Codes beside names

    def _namesakes(self):
        """Yield places whose name others have, but not where their postal code lies."""
        for place in self._shuffled(self.usable):
            if len(self.named[place.folded]) > 1 and place.teryt in self.shared_post:
                post, gminy = self._one(self.shared_post[place.teryt])
                if not any(place.folded in self.inside[g] for g in gminy if g != place.teryt):
                    yield self._at(place, post=post, digits=post.replace("-", ""))

    def _mistyped(self):
        for i in self._shuffled(self.world.pools["long"]):
            place = self.places[i]
            wrong = self._wrong(place.name)
            taken = fold(wrong) in self.world.names or self._is_part(fold(wrong), place.teryt)
            if place.teryt in self.post and not taken and not self.world.rivals(fold(wrong), place, "in_powiat"):
                yield self._at(place, wrong=wrong)

    def _wrong(self, name):
        """Leave one letter of a name out, write it twice, or exchange it with the next."""
        i = int(self.rng.integers(1, len(name) - 1))
        return self._one(
            (name[:i] + name[i + 1 :], name[:i] + name[i] + name[i:], name[:i] + name[i + 1] + name[i] + name[i + 2 :])
        )

    def _part_with_namesake(self):
        """Yield parts of villages whose only namesake among localities lies in another voivodeship."""
        for folded in self._shuffled(list(self.all_parts)):
            name, place = self._one(self.all_parts[folded])
            others = self.named.get(folded, [])
            if len(others) == 1 and others[0].code != place.code and place.teryt in self.post:
                yield self._at(place, part=name)

    def _post_of_a_neighbour(self):
        """Yield villages of a single name with the code of the nearest gmina of their powiat."""
        for i in self._shuffled(self.world.pools["country"]):
            place = self.places[i]
            others = [g for g in self.seat if g[:4] == place.teryt[:4] and g != place.teryt and g in self.post]
            single = place.folded not in self.all_parts and place.folded not in self.gminy_named
            if others and single and self._is_village(place):
                seat = min((self.seat[g] for g in others), key=lambda t: np.hypot(t.x - place.x, t.y - place.y))
                if not self._similar(place.folded, seat.teryt):
                    yield self._at(place, post=self._one(self.post[seat.teryt]), seat=seat.name)

    def _similar(self, folded, code):
        return any(_near(n, folded, 2) for n in self.inside[code] | self.inside[f"parts of {code}"])

    def _excluded(self):
        """Yield villages of a single name with a code of another voivodeship, where nothing is called so."""
        codes = list(self.post)
        for i in self._shuffled(self.world.pools["country"]):
            place, other = self.places[i], self._one(codes)
            strange = place.folded not in self.gminy_named and not self._similar(place.folded, other)
            if other[:2] != place.code and strange:
                yield self._at(place, (place.teryt, other), post=self._one(self.post[other]))

    # The organisation's own name

    def _single(self, *kinds):
        """Return the gminy that share their name with no other."""
        codes = (codes[0] for codes in self.gminy_named.values() if len(codes) == 1)
        return [c for c in codes if self.units["kind"][c] in (kinds or (self.units["kind"][c],))]

    def _gmina_elsewhere(self):
        """Yield gminy without a place of their name, while there is such a place elsewhere."""
        for code in self._shuffled(self._single()):
            folded = fold(self.units["name"][code])
            if folded not in self.inside[code] and self.named.get(folded):
                yield self._in_gmina(code)

    def _gmina_coded(self):
        return (case for case in self._gmina_elsewhere() if case.words["post"])

    def _gmina_namesake(self):
        for code in self._shuffled(self._single("gmina wiejska")):
            if code in self.seat and len(self.named[self.seat[code].folded]) > 1:
                yield self._at(self.seat[code])

    def _gmina_alone(self):
        return map(self._in_gmina, self._shuffled([c for c in self._single("gmina wiejska") if c in self.seat]))

    def _locatives(self):
        return [
            (place, form) for place, _, form in self._shuffled(self.world.inflected) if form.startswith(("w ", "we "))
        ]

    def _town_of_a_district(self):
        for town, form in self._locatives():
            for folded in self._shuffled(sorted(self.inside[f"parts of {town.teryt}"])):
                others, found = self.named.get(folded, []), self.all_parts[folded]
                if len(others) == 1 and others[0].code != town.code and len(found) == 1:
                    yield self._at(town, locative=form, part=found[0][0])

    def _town_against(self):
        for town, form in self._locatives():
            place = self.places[self._one(self.world.pools["country"])]
            single = len(self.named[town.folded]) == 1 and place.folded not in self.all_parts
            if place.code != town.code and single:
                yield self._at(place, (place.teryt, town.teryt), locative=form)

    def _town_alone(self):
        return (self._at(town, locative=form) for town, form in self._locatives())

    # Abroad, cities and their districts

    def _foreign(self):
        for line in self._shuffled(FOREIGN.split("|")):
            post, name, country = line.rsplit(" ", 2)
            yield _Case((ABROAD,), {"post": post, "name": name, "country": country.replace("_", " ")})

    def _around(self):
        for line in self._shuffled(CITIES.split("|")):
            name, around = (word.replace("_", " ") for word in line.split())
            city = self._city(name)
            if not any(p.in_powiat == fold(around) for p in self.named[city.folded]):
                yield self._at(city, around=around, **_degrees(city.x, city.y))

    def _renamed(self):
        yield self._at(self._city("Jelenia Góra"))

    def _city(self, name):
        return next(p for p in self.named[fold(name)] if p.powiat_kind != "powiat")

    def _districts(self, only=""):
        pairs = [(city, part) for city, parts in DISTRICTS.items() for part in parts.split()]
        for name, part in self._shuffled([p for p in pairs if not only or p[1] in only.split()]):
            said = part.replace("_", " ")
            yield self._at(self._city(name), part=said, PART=said.upper())

    def _known_districts(self):
        return self._districts(FAMOUS)

    def _districts_alone(self):
        """Yield districts that neither a gmina nor a locality elsewhere is called like."""
        cases = ((case, fold(case.words["part"])) for case in self._districts())
        return (case for case, part in cases if part not in self.named and part not in self.gminy_named)

    def _districts_like_villages(self):
        return (case for case in self._districts() if self.named.get(fold(case.words["part"])))

    def _districts_like_gminy(self):
        return (case for case in self._districts() if fold(case.words["part"]) in self.gminy_named)

    def _parts(self):
        """Yield parts of villages that no other part or locality of the gmina is called like."""
        for folded in self._shuffled(list(self.all_parts)):
            name, place = self._one(self.all_parts[folded])
            alone = [p for _, p in self.all_parts[folded] if p.teryt == place.teryt] == [place]
            plain = name.replace(" ", "").isalpha() and place.powiat_kind == "powiat" and place.teryt in self.post
            usable = any(p is place for p in self.in_gmina[place.teryt]) and not place.shared
            if plain and alone and usable and not self._rivals(folded, place):
                yield self._at(place, part=name)

    def _parts_alone(self):
        return (case for case in self._parts() if fold(case.words["part"]) not in self.named)

    def _parts_known_elsewhere(self):
        return (case for case in self._parts() if fold(case.words["part"]) in self.named)

    def _parts_like_villages(self):
        """Yield parts of villages called nearly like another village of the gmina."""
        for case in self._parts():
            folded = fold(case.words["part"])
            if any(n != folded and _near(n, folded, 2) for n in self.inside[case.right[0]]):
                yield case

    def _rivals(self, folded, place):
        return (
            folded in self.inside[place.teryt]
            or len([p for p in self.named[place.folded] if p.in_powiat == place.in_powiat]) > 1
        )

    # Spellings

    def _shortened(self):
        towns = [p for p in self.places if p.kind == "miasto" and " " in p.name]
        ends = dict(pair.split() for pair in SHORTENED.split("|"))
        for town in self._shuffled(towns):
            head, _, last = town.name.rpartition(" ")
            short = ends.get(last.casefold()[:-1])
            if short:
                start = f"{fold(head)} {fold(last)[:4] if short == 'Wlkp.' else fold(short).strip('.')}"
                if sum(p.folded.startswith(start) for p in self.places) == 1:
                    yield self._at(town, short=f"{head} {short}")

    def _hyphened(self):
        for place in self._shuffled([p for p in self.places if p.kind == "miasto" and "-" in p.name]):
            if len(self.named[place.folded]) == 1:
                yield self._at(place, spaced=place.name.replace("-", self._one((" - ", " – ", " "))))

    def _large_cities(self, *, alone=True):
        cities = [p for p in self.places if p.population >= LARGE]
        return (self._at(p) for p in self._shuffled(cities) if (len(self.named[p.folded]) == 1) == alone)

    def _large_cities_with_namesakes(self):
        return self._large_cities(alone=False)

    def _capital(self):
        yield self._at(self._city("Warszawa"))

    def _two(self, kind):
        """Yield gminy of a kind where a town and the gmina around it, and no others, have one name."""
        pairs = [codes for codes in self.gminy_named.values() if len(codes) == 2 and codes[0][:4] == codes[1][:4]]
        for codes in self._shuffled(pairs):
            found = [c for c in codes if self.units["kind"][c] == kind]
            if len(found) == 1:
                yield self._in_gmina(found[0])

    def _rural_of_two(self):
        return self._two("gmina wiejska")

    def _urban_of_two(self):
        return self._two("gmina miejska")

    def _mixed(self):
        return map(self._in_gmina, self._shuffled(self._single("gmina miejsko-wiejska")))

    def _rural(self):
        return self._gmina_alone()

    def _namesake_in_powiat(self):
        for i in self._shuffled(self.world.pools["powiat"]):
            place = self.places[i]
            if len(self.named[place.folded]) > 1 and place.powiat_kind == "powiat":
                yield self._at(place)

    def _namesake_in_voivodeship(self):
        for i in self._shuffled(self.world.pools["voivodeship"]):
            if len(self.named[self.places[i].folded]) > 1:
                yield self._at(self.places[i])

    def _namesake_in_gmina(self):
        for place in self._shuffled(self.usable):
            alone = len(self.gminy_named[fold(place.gmina)]) == 1
            if len(self.named[place.folded]) > 1 and alone and place.folded != fold(place.gmina):
                yield self._at(place)

    def _gmina_twice(self):
        """Yield gminy whose name others have in other powiaty."""
        for codes in self._shuffled([c for c in self.gminy_named.values() if len(c) > 1]):
            powiaty = [self.powiaty["name"][c[:4]] for c in codes]
            if len(set(powiaty)) == len(codes) and self.powiaty["kind"][codes[0][:4]] == "powiat":
                yield self._in_gmina(codes[0])

    def _near_town(self, *, misleading=False):
        """Yield villages near a town, whose namesakes are far from it, and if asked near one of its namesakes."""
        towns = [(p, form) for p, _, form in self.world.inflected if not form.startswith(("w ", "we "))]
        for town, form in self._shuffled(towns):
            powiaty = {p.teryt[:4] for p in self.named[town.folded] if p is not town}
            near = np.flatnonzero(np.hypot(*(self.xy - (town.x, town.y)).T) < 12_000)
            for place in self._shuffled([self.places[i] for i in near]):
                others = [p for p in self.named[place.folded] if p is not place]
                far = all(np.hypot(p.x - town.x, p.y - town.y) > 60_000 for p in others)
                plain = place.kind == "wieś" and place.folded != town.folded and place.name.isalpha()
                if far and plain and (not misleading or any(p.teryt[:4] in powiaty for p in others)):
                    yield self._at(place, town=form)
                    break

    def _near_town_with_namesakes(self):
        return self._near_town(misleading=True)

    # Codes and coordinates

    def _gminy(self):
        return map(self._in_gmina, self._shuffled(list(self.units.index)))

    def _low(self):
        return (case for case in self._gminy() if case.right[0] < "1")

    def _city_districts(self):
        codes = {start: city for city, start in CITY_CODES.items()}
        return (self._in_gmina(codes[d[:4]], district=d) for d in self._shuffled(CITY_DISTRICTS.split()))

    def _cities(self):
        cities = self.powiaty.index[self.powiaty["kind"] != "powiat"]
        return (self._in_gmina(f"{code}01") for code in self._shuffled(list(cities)))

    def _contradicted(self):
        for place in self._shuffled(self.usable):
            other = self._one(self.units["terc"].tolist())
            if other[:4] != place.teryt[:4] and not place.shared:
                yield self._at(place, other=other)

    def _points(self):
        for place, x, y, *_ in self.points:
            case = self._in_gmina(place.teryt, **_degrees(x, y))
            yield _Case(case.right, case.words, "", (x, y))

    def _powiat_twice(self):
        names = self.powiaty["name"]
        for name in self._shuffled(sorted(set(names[names.duplicated()]))):
            yield _Case(tuple(names.index[names == name]), {"powiat": name})

    def _place_in_powiat_twice(self):
        names = self.powiaty["name"]
        twice = set(names[names.duplicated()])
        for i in self._shuffled(self.world.pools["powiat"]):
            if self.places[i].powiat in twice:
                yield self._at(self.places[i])

    def _former(self):
        return (_Case((REJECTED,), case.words) for case in self._towns())

    # Workbooks

    def book(self, kind, number):
        """Make one workbook: a table with rows above and below it."""
        columns, above, merged = TABLES_OF[kind]
        lines, areas = [(cells, None) for cells in above], list(merged)
        for _ in range(TABLE_ROWS // GROUP):
            top = len(lines) + 1
            lines += self._group(kind, columns)
            letters = [get_column_letter(columns.index(u) + 1) for u in UNITS[:2] if kind.startswith("merged")]
            areas += [f"{letter}{top}:{letter}{top + GROUP - 1}" for letter in letters]
        lines += self._below(kind, columns)
        told = {row: line for row, (_, line) in enumerate(lines, 1) if line}
        content = _workbook([cells for cells, _ in lines], areas)
        return PlantedList(f"table_{number}_{kind}.xlsx", content, _truth(told.values(), told))

    def _group(self, kind, columns):
        """Make some rows; those of a merged cell lie in one gmina, which is named in the first of them."""
        lines = []
        for place in self._neighbours() if kind != "narrow" else [self._town() for _ in range(GROUP)]:
            values = [self.count + 1, self._organisation(), "NGO", place.name]
            values += [place.gmina, place.powiat] if not lines or not kind.startswith("merged") else [None, None]
            cells = dict(zip(TABLE, values, strict=True))
            told = _told("table", kind, PLACE, self._at(place), cells)
            lines.append(([cells[column] for column in columns], told))
        return lines

    def _neighbours(self):
        while True:
            code = self._next("in_powiat").right[0]
            places = self.in_gmina[code]
            if len(places) >= GROUP:
                return itertools.islice(self._shuffled(places), GROUP)

    def _town(self):
        case = self._next("towns")
        return next(p for p in self.named[fold(case.words["name"])] if p.teryt == case.right[0])

    def _below(self, kind, columns):
        """Make the rows below a table: a sum with its number in a cell of its own, and words in one cell."""
        texts = [self._one(FOOTERS.split("|")).format(n=TABLE_ROWS) for _ in range(int(self.rng.integers(1, 3)))]
        words = [("footer", self._one(([text], ["", text]))) for text in texts]
        for name, cells in [(f"sum_{kind}", [self._one(SUMS.split()), TABLE_ROWS]), *words]:
            shown = dict(zip(columns, cells, strict=False))
            yield cells, _told("table", name, PLACE, _Case((REJECTED,), {}), shown)


def _workbook(lines, areas):
    book = openpyxl.Workbook()
    for cells in lines:
        book.active.append(cells)
    for area in areas:
        book.active.merge_cells(area)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _told(shape, variant, expected, case, cells):
    known = {"shape": shape, "variant": variant, "expected": expected, "right": case.right, "locality": case.locality}
    return known | {"x": case.point[0], "y": case.point[1], "cells": cells}


def _truth(told, numbers):
    return pd.DataFrame(list(told), index=pd.Index(list(numbers), name="row"))


def _degrees(x, y):
    """Return the words for a point in degrees: with points and commas, with minutes and seconds."""
    words = {}
    for name, value in zip(("lon", "lat"), _transformers(4326)[0].transform(x, y), strict=True):
        whole, rest = divmod(value * 3600.0, 3600.0)
        minutes, seconds = divmod(rest, 60.0)
        seconds = min(seconds, 59.9)
        dms = f"{whole:.0f}°{minutes:02.0f}'{seconds:04.1f}\""
        words |= {name: f"{value:.5f}", f"c{name}": f"{value:.5f}".replace(".", ","), f"d{name}": dms}
        words |= {f"cd{name}": dms.replace(".", ","), f"t{name}": dms.replace("'", "′").replace('"', "″")}
        words[f"m{name}"] = f"{whole:.0f}°{rest / 60.0:06.3f}'"
        words[f"s{name}"] = f"{whole:.0f} {minutes:02.0f} {int(seconds):02d}"
    return words


# What the importer makes of them


def judged(planted_list):
    """Read a list as the page does; return its truth with `outcome`, `found`, `offered` and `tellable` of each row."""
    raw = read_upload(planted_list.name, planted_list.content)
    prepared = prepare(raw, suggest_mapping(raw))
    review = decide(prepared, [])
    ordered = sorted(review.questions, key=lambda q: q.topic in ("place", "coordinates", "order"))
    asked = {row: question for question in ordered for row in question.rows}
    told, answers = _with_surplus(planted_list.truth, raw), []
    for row, known in told.iterrows():
        seen = review.table.loc[row] if row in review.table.index else None
        answers.append(_outcome(known, seen) | _question(asked.get(row), row, prepared.draft, known))
    return told.join(pd.DataFrame(answers, index=told.index))


def _with_surplus(truth, raw):
    """Return the truth with the rows that were read although they are no organisations: of titles and headings."""
    surplus = [(n, cells) for n, cells in zip(raw.numbers, raw.rows, strict=True) if n not in truth.index]
    shape, nothing = truth["shape"].iloc[0], _Case((REJECTED,), {})
    told = [_told(shape, "surplus", PLACE, nothing, dict(enumerate(cells))) for _, cells in surplus]
    return pd.concat([truth, _truth(told, [n for n, _ in surplus])]) if surplus else truth


def _outcome(known, seen):
    """
    Say what became of a row.

    `right`, `wrong` (taken silently at another place, or as a member at all), `coarse` (taken with less than its
    gmina), `asked`, `rejected`, `lost` (refused, or not read, although it is an organisation).
    """
    if seen is None or (seen["state"] == "rejected" and known["right"] != (REJECTED,)):
        return {"outcome": "lost", "found": ""}
    if seen["state"] != "accepted":
        return {"outcome": {"decide": "asked"}.get(seen["state"], "rejected"), "found": ""}
    where = ABROAD if seen["precision"] == ABROAD else seen["teryt"]
    outcome = "right" if known["right"] == (where,) and _fits(known, seen) else "wrong"
    if (
        outcome == "wrong"
        and known["right"] != (REJECTED,)
        and any(r.startswith(where) and r != where for r in known["right"])
    ):
        outcome = "coarse"
    return {"outcome": outcome, "found": f"{where} {seen['locality']} ({seen['precision']})"}


def _fits(known, seen):
    """Say whether the locality and the point are those of the row, where it is placed so exactly."""
    named = known["locality"] and seen["precision"] in ("locality", "point")
    far = np.hypot(float(seen["x"]) - known["x"], float(seen["y"]) - known["y"]) > NEAR_M
    pointed = not np.isnan(known["x"])
    return not (named and fold(seen["locality"]) != fold(known["locality"])) and not (
        pointed and (far or np.isnan(float(seen["x"])))
    )


def _question(question, row, draft, known):
    """Say whether the first answers of a question hold the right ones, and whether words tell them apart."""
    if question is None:
        return {"topic": "", "answers": (), "offered": False, "tellable": False}
    values = [draft.answers.get((question.key, o.key), {}).get(row, {}) for o in question.options]
    places = [ABROAD if v.get("precision") == ABROAD else v.get("teryt", "") for v in values]
    labels = [PL.say(option.label) for option in question.options]
    return {
        "topic": question.topic,
        "answers": tuple(zip(places, labels, strict=True)),
        "offered": set(known["right"]) <= set(places[:FIRST]),
        "tellable": len(set(labels)) == len(labels),
    }


def first_three(rows):
    """Say of each judged row whether it is asked, with the right answer among the first three, in words of its own."""
    answered = rows["offered"].eq(other=True) & rows["tellable"].eq(other=True)
    return (rows["outcome"] == "asked") & answered


def figures(rows):
    """
    Count judged rows by shape and in all.

    Parameters
    ----------
    rows
        As from `judged`, of one list or several.
    """
    table = {shape: _counted(part) for shape, part in rows.groupby("shape", sort=False)}
    return pd.DataFrame(table | {"all": _counted(rows)}).T


def _counted(rows):
    outcomes = rows["outcome"].value_counts()
    asked, placeable = rows["outcome"] == "asked", (rows["expected"] == PLACE) & (rows["right"] != (REJECTED,))
    counts = {name: int(outcomes.get(name, 0)) for name in ("right", "wrong", "coarse", "asked", "rejected", "lost")}
    shares = {"asked %": 100.0 * asked.mean(), "placed %": 100.0 * (rows["outcome"][placeable] == "right").mean()}
    return (
        {"rows": len(rows)}
        | counts
        | {"first three": int(first_three(rows).sum())}
        | {k: f"{v:.1f}" for k, v in shares.items()}
    )
