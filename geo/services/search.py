"""One search for everything: units, places, postal codes, clusters and members that a visitor may see."""

from __future__ import annotations

from typing import Any

from geo.analysis.places import AROUND, SAME_BEGINNING
from geo.analysis.search import Answers, Entry, Kind, NameSearch, PlaceSearch, search
from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.io.gazetteer import load_localities, load_parts
from geo.io.postal_codes import load_postal_codes
from geo.io.successors import former_names
from geo.model.cluster import Cluster, Network
from geo.model.intake import PERSON_NAME
from geo.model.names import bare, fold
from geo.model.units import Level
from geo.render.text import Text
from geo.services.labels import place_label, powiat_options, unit_label
from geo.services.library import Library, library

# Powiaty around a city whose name does not show that, by the city.
_AROUND = {city: powiat for powiat, city in AROUND.items()}
# Everyday nouns of voivodeships.
_NOUNS = {
    "02": ("Dolny Śląsk", "Dolno Śląskie"),
    "04": ("Kujawy i Pomorze", "Kujawy"),
    "06": ("Lubelszczyzna",),
    "08": ("Ziemia Lubuska",),
    "10": ("Ziemia Łódzka",),
    "12": ("Małopolska",),
    "14": ("Mazowsze",),
    "16": ("Opolszczyzna", "Śląsk Opolski"),
    "18": ("Podkarpacie",),
    "20": ("Podlasie",),
    "22": ("Pomorze",),
    "24": ("Śląsk", "Górny Śląsk"),
    "26": ("Ziemia Świętokrzyska", "Kielecczyzna"),
    "28": ("Warmia i Mazury", "Warmia", "Mazury"),
    "30": ("Wielkopolska",),
    "32": ("Pomorze Zachodnie", "Zachodnio Pomorskie"),
}
_CITY_NAMES = {"1465": ("W-wa", "Wawa", "Wwa", "Warszawa miasto stołeczne")}


@per_state(1)
def place_search() -> PlaceSearch:
    """Return the index of units and places, built once."""
    units = _units()
    by_gmina = {
        w: e for e in units if e.kind in (Kind.CITY, Kind.GMINA) for w in e.within if len(w) == Level.GMINA.digits
    }
    localities = load_localities()
    places = [
        Entry(Kind.LOCALITY, f"{teryt}:{name}", name, float(people), (teryt,))
        for name, teryt, people in zip(localities["name"], localities["teryt"], localities["population"], strict=True)
    ]
    parts: dict[str, list[Entry]] = {}
    frame = load_parts()
    for name, place in zip(frame["name"], frame["place"], strict=True):
        known = parts.setdefault(bare(name), [])
        if places[place] not in known:
            known.append(places[place])
    for known in parts.values():
        known.sort(key=lambda e: -e.people)
    codes = {
        code: [
            Entry(Kind.POSTAL, by_gmina[g].code, f"{code} {by_gmina[g].name}", by_gmina[g].people, (g,))
            for g in sorted(gminy, key=lambda g: -by_gmina[g].people)
        ]
        for code, gminy in load_postal_codes().items()
    }
    return PlaceSearch(units, places, parts, codes, _seats(units))


def _units() -> list[Entry]:
    voivodeships, powiaty, gminy = (load_units(level) for level in (Level.VOIVODESHIP, Level.POWIAT, Level.GMINA))
    former = former_names()
    units = [
        Entry(Kind.VOIVODESHIP, code, name, float(people), (code,), other=_NOUNS.get(code, ()))
        for code, name, people in zip(voivodeships.index, voivodeships["name"], voivodeships["population"], strict=True)
    ]
    cities = set()
    for code, name, kind, people in zip(
        powiaty.index, powiaty["name"], powiaty["kind"], powiaty["population"], strict=True
    ):
        if kind.startswith("miasto"):
            [own] = [g for g in gminy.index if g.startswith(code)]
            cities.add(own)
            units.append(Entry(Kind.CITY, code, name, float(people), (own, code), other=_CITY_NAMES.get(code, ())))
        else:
            units.append(Entry(Kind.POWIAT, code, name, float(people), (code,), other=former.get(code, ())))
    for code, name, kind, people in zip(gminy.index, gminy["name"], gminy["kind"], gminy["population"], strict=True):
        if code not in cities:
            own_kind = Kind.GMINA if kind == "gmina wiejska" else Kind.CITY
            units.append(Entry(own_kind, code, name, float(people), (code,), other=former.get(code, ())))
    return units


def _seats(units: list[Entry]) -> dict[str, str]:
    """Return the powiat that a town is the seat of, or that lies around a city with powiat rights."""
    powiaty = [e for e in units if e.kind is Kind.POWIAT]
    found = {}
    for city in (e for e in units if e.kind is Kind.CITY):
        gmina = city.within[0]
        own = gmina[:4]
        if any(p.code == own for p in powiaty):
            found[city.code] = own
            continue
        letters = fold(city.name).replace(" ", "")[:SAME_BEGINNING]
        around = [
            p.code for p in powiaty if p.code[:2] == own[:2] and fold(p.name).replace(" ", "").startswith(letters)
        ]
        if code := _AROUND.get(city.code) or (around[0] if around else ""):
            found[city.code] = code
    return found


def name_search() -> NameSearch:
    """Return the index of the clusters and members that are shown now, built once a library."""
    shown = library()
    return shown.found.get("names", lambda: NameSearch(_named(shown)))


def _named(shown: Library) -> list[Entry]:
    """Return clusters, networks and organisations as entries; natural persons are none."""
    entries = [_network(n) for n in shown.networks]
    entries += [_cluster(c) for c in shown.clusters]
    members = shown.members[shown.members["name"] != PERSON_NAME]
    columns = (members[c] for c in ("member_id", "name", "locality", "teryt", "cluster_id"))
    for member_id, name, locality, teryt, cluster_id in zip(*columns, strict=True):
        within = (teryt,) if teryt else ()
        entries.append(
            Entry(Kind.MEMBER, str(member_id), str(name), 0.0, within, words=(str(locality),), of=str(cluster_id))
        )
    return entries


def _network(network: Network) -> Entry:
    # Before each of its clusters.
    return Entry(Kind.CLUSTER, network.network_id, network.name, 1.0, words=("klaster", "klastry", "sieć"))


def _cluster(cluster: Cluster) -> Entry:
    words = ("klaster", cluster.coordinator)
    return Entry(Kind.CLUSTER, cluster.cluster_id, cluster.name, 0.0, cluster.territory, words=words)


def find(query: str) -> Answers:
    """
    Find whatever a person may mean: units, places, postal codes, clusters and members that are shown.

    Parameters
    ----------
    query
        As it was typed.
    """
    return search(query, place_search(), name_search()) if len(query.strip()) > 1 else Answers()


def described(entry: Entry, text: Text) -> str:
    """Return an answer as a person reads it, told from others of its name."""
    if entry.kind is Kind.POWIAT:
        return powiat_options(text)[entry.code]
    if entry.kind is Kind.VOIVODESHIP:
        return unit_label(entry.code, text)
    if entry.kind in (Kind.CITY, Kind.GMINA):
        return f"{place_label(entry.within[0], '', text)} ({_voivodeship(entry.within[0])})"
    if entry.kind is Kind.LOCALITY:
        return f"{place_label(entry.within[0], entry.name, text)} ({_voivodeship(entry.within[0])})"
    if entry.kind is Kind.POSTAL:
        return f"{entry.name}, {unit_label(entry.within[0][:4], text)}"
    return entry.name


def _voivodeship(teryt: str) -> str:
    return str(load_units(Level.VOIVODESHIP)["name"][teryt[:2]])


def grouped(answers: Answers, text: Text) -> list[dict[str, Any]]:
    """
    Return answers by kind, as a list to choose from shows them; the kinds stand as their best answers do.

    Returns
    -------
    groups
        `kind` in words, and `answers`, each with its position among all and its label.
    """
    found = answers.found or answers.guesses
    names = {c.cluster_id: c.name for c in library().clusters}
    groups: dict[Kind, list[dict[str, Any]]] = {}
    for i, entry in enumerate(found):
        beside = f" – {names.get(entry.of, '')}" if entry.of else ""
        groups.setdefault(entry.kind, []).append({"id": i, "label": described(entry, text) + beside})
    return [{"kind": text(f"find.kinds.{kind}"), "answers": entries} for kind, entries in groups.items()]


def as_records(entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    """Return answers as plain values."""
    return [{"kind": str(e.kind), "code": e.code, "name": e.name} for e in entries]
