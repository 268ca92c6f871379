"""Plant known faults in a synthetic member list: an oracle for the importer that shares no code with it."""

from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.analysis.assign import CoverageIndex
from geo.io.boundaries import load_units
from geo.io.gazetteer import fold, load_localities
from geo.io.postal_codes import load_postal_codes
from geo.model.units import Level

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
        self.points = self._points()
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

    def _points(self):
        """Yield localities, x and y nearby deep in the gmina, EPSG code of the zone, whether y, x is in Poland too."""
        world = self.world
        while True:
            places = [world.places[i] for i in self.rng.choice(world.pools["any"], 1000)]
            radius, angle = 299 * np.sqrt(self.rng.random(1000)), self.rng.uniform(0, 2 * np.pi, 1000)
            x = np.array([p.x for p in places]) + radius * np.cos(angle)
            y = np.array([p.y for p in places]) + radius * np.sin(angle)
            unit, exchanged = world.codes[world.index.locate(x, y)], world.codes[world.index.locate(y, x)]
            deep = shapely.distance(shapely.points(x, y), world.borders[[p.teryt for p in places]].to_numpy()) > 1501
            zone = 2176 + np.searchsorted([16.5, 19.5, 22.5], _transformers(4326)[0].transform(x, y)[0])
            for i in np.flatnonzero(deep):
                if unit[i] == places[i].teryt and world.powiat_of[exchanged[i]] != places[i].in_powiat:
                    yield places[i], x[i], y[i], int(zone[i]), exchanged[i] != ""

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
