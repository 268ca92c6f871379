"""Place the rows of an uploaded list by the names they give, or offer the places that may be meant."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.analysis.places import DISTRICT_OF, TOWN, Candidate, Finding, Outcome, PlaceIndex, PlaceQuery
from geo.analysis.units_by_name import Scope, UnitNames
from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.io.gazetteer import load_localities, load_parts
from geo.io.postal_codes import load_postal_codes
from geo.model.cluster import Precision
from geo.model.intake import Option, Question
from geo.model.members import Field
from geo.model.names import bare, fold
from geo.model.phrase import Phrase, Words
from geo.model.units import Level
from geo.render.text import later
from geo.services.ground import gmina_index
from geo.services.intake.draft import Draft, Values
from geo.services.labels import direction, place_words

# Begins the key of an answer that is a point on the map.
CLICKED = "point:"
# A list is of one voivodeship if so many of its sure rows are.
MOSTLY = 0.6
MAX_PLACES_OFFERED = 12
MAX_UNITS_OFFERED = 8
# The place of a public body whose name is that of its gmina.
SAME_NAME = 0.95
PRECISION_OF_DIGITS = {6: Precision.GMINA, 4: Precision.POWIAT, 2: Precision.VOIVODESHIP}
NOWHERE: Values = {"precision": str(Precision.UNKNOWN), "teryt": "", "locality": "", "x": np.nan, "y": np.nan}
ABROAD: Values = NOWHERE | {"precision": str(Precision.ABROAD)}


@per_state(1)
def place_index() -> PlaceIndex:
    """Return the index of all localities, built once."""
    gminy, powiaty, voivodeships = (load_units(level)[["name", "kind"]] for level in Level)
    localities, parts = load_localities(), load_parts()
    large = localities["population"].to_numpy()[parts["place"].to_numpy()] >= DISTRICT_OF
    districts: dict[str, tuple[str, ...]] = {}
    for name, code in zip(parts["name"][large], parts["teryt"][large], strict=True):
        known = districts.get(fold(name), ())
        districts[fold(name)] = known if code in known else (*known, code)
    return PlaceIndex(localities, UnitNames(gminy, powiaty, voivodeships, districts), parts, load_postal_codes())


@per_state(1)
def _points() -> NDArray[np.float64]:
    return np.asarray(shapely.get_coordinates(load_localities().geometry.to_numpy()))


def hide_place(values: Values) -> None:
    """Keep of a natural person's place only the gmina."""
    if str(values.get("precision", "")) in (Precision.POINT, Precision.LOCALITY):
        values["precision"] = str(Precision.GMINA)
    values |= {"locality": "", "x": float("nan"), "y": float("nan")}


def settle_address(draft: Draft, position: int, row: int) -> None:
    """
    Tell a village from a street without its word ("Rodaki 12, 32-310 Klucze", "Wolności 1, 32-341 Wolbrom").

    A village lies where the postal code or the post town does; a name of several words that the voivodeship has is no
    street either. What is taken for a village and lies elsewhere is asked, since the code speaks against it.
    """
    address = draft.address(position)
    if not address.either or not address.town:
        return
    where = place_index().lying(address.either, address.postal_code, address.town)
    likely = " " in address.either or (where == "powiat" and address.locality == address.either)
    village = where == "gmina" or (bool(where) and likely)
    told = {Field.LOCALITY: address.either if village else address.town}
    if not village:
        told[Field.STREET] = address.either
    draft.settled[position] = told
    if Field.STREET not in draft.mapping:
        draft.values[row]["street"] = told.get(Field.STREET, "")


def query_of(draft: Draft, position: int) -> PlaceQuery:
    """Return what a row says of its place."""
    fields = (Field.LOCALITY, Field.GMINA, Field.POWIAT, Field.VOIVODESHIP, Field.TERYT, Field.POSTAL_CODE)
    return PlaceQuery(*(draft.cell(position, f) for f in fields))


# Places by name


def _at_locality(place: int) -> Values:
    index, (x, y) = place_index(), _points()[place]
    return {
        "precision": str(Precision.LOCALITY),
        "teryt": index.codes[place],
        "locality": index.names[place],
        "x": round(float(x), 1),
        "y": round(float(y), 1),
    }


def _at_unit(code: str) -> Values:
    return NOWHERE | {"precision": str(PRECISION_OF_DIGITS[len(code)]), "teryt": code}


def _common(codes: tuple[str, ...]) -> str:
    """Return the finest unit that holds all of some units, "" for none."""
    return next(
        (codes[0][:n] for n in (6, 4, 2) if codes and len({c[:n] for c in codes}) == 1 and len(codes[0]) >= n), ""
    )


_OFFICE = re.compile(
    r"^(?:gmina|miasto i gmina|gmina i miasto|gminn[ye] \w+"
    r"|urzad (?:miasta i gminy|gminy i miasta|gminy|miasta|miejski))"
    r"(?: w| we)? (?P<name>\w.*)$"
)


def note_neighbours(draft: Draft, findings: list[Finding]) -> None:
    """Count the powiaty and voivodeships of the rows that are sure: the rest of a list is mostly near them."""
    codes = [place_index().codes[f.candidates[0].place] for f in findings if f.outcome is Outcome.FOUND]
    voivodeships = Counter(c[:2] for c in codes)
    # A list from all over the country says nothing of where the next row lies.
    if voivodeships and voivodeships.most_common(1)[0][1] >= MOSTLY * len(codes):
        draft.confirmed_counts = Counter([c[:4] for c in codes]) + voivodeships


def place_by_name(draft: Draft, position: int, row: int, finding: Finding) -> None:
    """Place a row by its address, or ask."""
    values = draft.values[row]
    finding, told = _told_by_name(str(values["name"]), finding)
    finding, large = _large_city(draft, position, finding)
    codes = finding.scope.codes
    if finding.outcome is Outcome.FOUND:
        values |= _at_locality(finding.candidates[0].place)
        if told or large:
            _note_taken(draft, position, row, "own_name" if told else "large_city")
        else:
            _note_mended(draft, position, row, finding)
    elif finding.outcome is Outcome.NOTHING:
        values |= NOWHERE
    elif finding.outcome is Outcome.UNIT and len(codes) == 1:
        values |= _at_unit(codes[0])
        if told:
            _note_taken(draft, position, row, "own_name")
    elif not _ask_teryt(draft, position, row, finding):
        _ask_place(draft, position, row, finding)


def _ask_teryt(draft: Draft, position: int, row: int, finding: Finding) -> bool:
    """Ask once for all rows alike where names agree on a place and only the TERYT code does not."""
    if [issue.field for issue in finding.scope.issues] != ["teryt"]:
        return False
    query = query_of(draft, position)
    named = place_index().find(replace(query, teryt=""))
    if named.outcome is Outcome.FOUND:
        by_names = _at_locality(named.candidates[0].place)
    elif named.outcome is Outcome.UNIT and len(named.scope.codes) == 1:
        by_names = _at_unit(named.scope.codes[0])
    else:
        return False
    options = [Option("names", later("intake.option.names"), confidence=0.9, reason=later("intake.reason.names"))]
    answers = {"names": by_names}
    code = place_index().units.resolve("", "", "", query.teryt).codes
    if len(code) == 1:
        options.append(Option("code", later("intake.option.code"), reason=later("intake.reason.code")))
        answers["code"] = _at_unit(code[0])
    options.append(Option("nowhere", later("intake.option.nowhere"), reason=later("intake.reason.nowhere")))
    answers["nowhere"] = dict(NOWHERE)
    key = finding.scope.issues[0].key
    problem = draft.problem(row, Field.TERYT, "teryt", query.teryt, later("intake.expected.teryt"))
    question = Question(f"teryt:{key}", "place", later(f"intake.ask.teryt.{key}"), tuple(options), ())
    draft.ask(question, problem, answers)
    return True


# "Szpital w Lublinie": where the organisation says that it is.
_IN = re.compile(r"\b[Ww]e? (?P<name>[A-ZĄĆĘŁŃÓŚŹŻ][\w-]+(?: [A-ZĄĆĘŁŃÓŚŹŻ][\w-]+)*)\W*$")


def _told_by_name(name: str, finding: Finding) -> tuple[Finding, bool]:
    """
    Return what the organisation's own name ("Gmina Klucze", "Szpital w Lublinie") makes of a finding.

    It decides where the row names no place at all, or one of a name that several have; where a place that only its
    name told lies elsewhere than the organisation says, it is asked. The second value says that the name decided.
    """
    gminy, places = _own_gminy(name), _own_places(name)
    if finding.outcome is Outcome.NOTHING:
        return _placed_by_name(finding, gminy, places)
    if finding.outcome is Outcome.AMBIGUOUS and gminy:
        own = [c for c in finding.candidates if place_index().codes[c.place] in gminy]
        if len(own) == 1:
            return Finding(Outcome.FOUND, (own[0],), finding.scope), True
        if not own and not finding.scope.codes:
            return Finding(Outcome.ELSEWHERE, finding.candidates, Scope(gminy)), False
    if finding.outcome is Outcome.FOUND and not finding.scope.codes:
        return _contradicted(finding, gminy, places), False
    return finding, False


def _placed_by_name(finding: Finding, gminy: tuple[str, ...], places: list[int]) -> tuple[Finding, bool]:
    if len(gminy) == 1:
        return Finding(Outcome.UNIT, (), Scope(gminy)), True
    if len(places) == 1 and not gminy:
        return Finding(Outcome.FOUND, (Candidate(places[0], SAME_NAME, "exact"),), Scope(())), True
    return finding, False


def _contradicted(finding: Finding, gminy: tuple[str, ...], places: list[int]) -> Finding:
    """Return a question where a place lies elsewhere than the organisation's own name says."""
    index = place_index()
    code = str(index.codes[finding.candidates[0].place])
    if (not gminy or code in gminy) and (not places or any(index.codes[p][:4] == code[:4] for p in places)):
        return finding
    if gminy:
        return Finding(Outcome.ELSEWHERE, finding.candidates, Scope(gminy))
    # What the name says comes first.
    offered = tuple(Candidate(p, finding.candidates[0].confidence / 2, "elsewhere") for p in places)
    return Finding(Outcome.AMBIGUOUS, (*offered, *finding.candidates), Scope(()))


def _own_gminy(name: str) -> tuple[str, ...]:
    """Return the gminy that a public body is named after."""
    office = _OFFICE.match(bare(name))
    return place_index().units.resolve(office["name"], "", "", "").codes if office else ()


def _own_places(name: str) -> list[int]:
    """Return the places where an organisation's name says that it is, most people first."""
    said = _IN.search(name)
    return place_index().named(said["name"]) if said else []


def _large_city(draft: Draft, position: int, finding: Finding) -> tuple[Finding, bool]:
    """Take a large city for its name alone, where only villages have it too and the list does not lie elsewhere."""
    ambiguous = finding.outcome is Outcome.AMBIGUOUS and not finding.scope.codes
    if not ambiguous or draft.cell(position, Field.POSTAL_CODE):
        return finding, False
    index = place_index()
    cities = [c for c in finding.candidates if index.units.is_city(index.codes[c.place][:4])]
    alike = all(
        fold(index.names[c.place]) == fold(index.names[cities[0].place]) for c in finding.candidates[:] if cities
    )
    if len(cities) != 1 or not alike or index.people[cities[0].place] < DISTRICT_OF:
        return finding, False
    if any(c is not cities[0] and index.kinds[c.place] == TOWN for c in finding.candidates):
        return finding, False
    mostly = next((u for u, _ in draft.confirmed_counts.most_common() if len(u) == Level.VOIVODESHIP.digits), "")
    if mostly and not index.codes[cities[0].place].startswith(mostly):
        return finding, False
    return Finding(Outcome.FOUND, (cities[0],), finding.scope), True


def _note_taken(draft: Draft, position: int, row: int, why: str) -> None:
    """Say where a row was placed by something that a person may wish to look at."""
    values = draft.values[row]
    place = place_words(str(values["teryt"]), str(values["locality"]))
    field = Field.NAME if why == "own_name" else Field.LOCALITY
    draft.notes.append(
        draft.problem(row, field, why, draft.cell(position, field), later(f"intake.expected.{why}", place=place))
    )


def _note_mended(draft: Draft, position: int, row: int, finding: Finding) -> None:
    """Say what was mended without asking."""
    candidate = finding.candidates[0]
    if candidate.reason == "mistyped" or finding.scope.guessed:
        place = place_words(place_index().codes[candidate.place], place_index().names[candidate.place])
        given = ", ".join(c for f in (Field.LOCALITY, Field.GMINA, Field.POWIAT) if (c := draft.cell(position, f)))
        words = later("intake.expected.mended", place=place)
        draft.notes.append(draft.problem(row, Field.LOCALITY, "mended", given, words))


def _ask_place(draft: Draft, position: int, row: int, finding: Finding) -> None:
    query = query_of(draft, position)
    options, answers = place_options(draft, finding, str(draft.values[row]["name"]))
    named = (query.locality, query.gmina, query.powiat, query.voivodeship, query.teryt)
    given = ", ".join(dict.fromkeys(s for s in named if s)) or "–"
    issue = finding.scope.issues[0] if finding.scope.issues else None
    wrong = Field(issue.field) if issue else Field.LOCALITY if query.locality else Field.GMINA
    key = f"unit_{issue.key}" if issue else str(finding.outcome)
    words = later(f"intake.ask.place.{key}", given=given)
    problem = draft.problem(row, wrong, f"place_{key}", given, later(f"intake.expected.place_{key}"))
    draft.ask(Question(f"place:{'|'.join(named)}|{query.postal_code}", "place", words, options, ()), problem, answers)


def place_options(draft: Draft, finding: Finding, name: str = "") -> tuple[tuple[Option, ...], dict[str, Values]]:
    """
    Return the places that may be meant, best first, and what each would set.

    Parameters
    ----------
    draft
        The list; places near its other rows come first.
    finding
        What was found by name.
    name
        Name of the organisation: "Gmina Wiślica" is in the gmina of that name.
    """
    options: list[Option] = []
    answers: dict[str, Values] = {}
    own = set(_own_gminy(name)) & {str(place_index().codes[c.place]) for c in finding.candidates}

    def rank(candidate: Candidate) -> tuple[bool, int, int]:
        code = place_index().codes[candidate.place]
        return code not in own, -draft.confirmed_counts[code[:4]], -draft.confirmed_counts[code[:2]]

    # Stable: what is near to what the row says itself stays in front.
    named = finding.scope.codes
    ordered = finding.candidates if named else sorted(finding.candidates, key=rank)
    codes = finding.scope.codes
    offered = ordered[:MAX_PLACES_OFFERED]
    # What lies where the row says comes before its units, and these before what lies elsewhere.
    inside = [c for c in offered if not codes or place_index().codes[c.place].startswith(codes)]
    for candidate in (*inside, None, *(c for c in offered if c not in inside)):
        if candidate is None:
            _offer_units(codes, options, answers)
            continue
        sure = place_index().codes[candidate.place] in own and len(own) == 1
        options.append(
            _option(
                candidate, SAME_NAME if sure else candidate.confidence, twice=place_index().has_twin(candidate.place)
            )
        )
        answers[options[-1].key] = _at_locality(candidate.place)
    options.append(Option("nowhere", later("intake.option.nowhere"), reason=later("intake.reason.nowhere")))
    answers["nowhere"] = dict(NOWHERE)
    return tuple(options), answers


def _offer_units(codes: tuple[str, ...], options: list[Option], answers: dict[str, Values]) -> None:
    units = codes if len(codes) <= MAX_UNITS_OFFERED else ()
    shared = _common(codes)
    for code in dict.fromkeys([*units, *([shared] if shared else [])]):
        label = later("intake.option.unit", unit=place_words(code))
        options.append(Option(f"unit:{code}", label, reason=later("intake.reason.unit")))
        answers[f"unit:{code}"] = _at_unit(code)


def _option(candidate: Candidate, confidence: float, *, twice: bool) -> Option:
    index, (x, y) = place_index(), _points()[candidate.place]
    label: Words = place_words(index.codes[candidate.place], index.names[candidate.place])
    people = int(index.people[candidate.place])
    if twice:
        # Two villages of one name in one gmina: told apart by where in it they lie.
        seen = load_units(Level.GMINA).geometry[str(index.codes[candidate.place])].centroid
        degrees = float(np.degrees(np.arctan2(x - seen.x, y - seen.y)) % 360.0)
        label = _with_direction(label, degrees)
    reason = Phrase(lambda text: text(f"intake.reason.{candidate.reason}", people=text.number(people)))
    return Option(f"locality:{candidate.place}", label, float(x), float(y), confidence, reason)


def _with_direction(label: Words, degrees: float) -> Phrase:
    return Phrase(lambda text: f"{text.say(label)}, {direction(degrees, text)}")


def offer(draft: Draft, question: Question, words: str) -> tuple[Option, ...]:
    """
    Offer the places of a name that the user types, as further answers to a question.

    Parameters
    ----------
    draft
        The list; the answers are added to it.
    question
        Question about a place.
    words
        Locality, with its gmina or powiat after a comma; or a gmina alone.
    """
    finding = place_index().find(PlaceQuery(words))
    if not finding.candidates:
        finding = place_index().find(PlaceQuery(gmina=words))
    options, answers = place_options(draft, finding)
    known = {o.key for o in question.options}
    new = tuple(o for o in options if o.key not in known)
    for option in new:
        _allow(draft, question, option.key, answers[option.key])
    return new


def offer_point(draft: Draft, question: Question, x: float, y: float) -> Option | None:
    """
    Offer a point that the user clicked, as a further answer to a question.

    Parameters
    ----------
    draft
        The list; the answer is added to it.
    question
        Question about a place.
    x, y
        EPSG:2180, metres.

    Returns
    -------
    option
        None outside the country.
    """
    found = int(gmina_index().locate(np.array([x]), np.array([y]))[0])
    if found < 0:
        return None
    code = str(gmina_index().codes[found])
    values: Values = {
        "precision": str(Precision.POINT),
        "teryt": code,
        "locality": "",
        "x": round(x, 1),
        "y": round(y, 1),
    }
    option = Option(f"{CLICKED}{x:.1f}:{y:.1f}", place_words(code), x, y, reason=later("intake.reason.clicked"))
    _allow(draft, question, option.key, values)
    return option


def _allow(draft: Draft, question: Question, option: str, values: Values) -> None:
    """Let an option answer a question, in each of its rows."""
    for row in question.rows:
        own = dict(values)
        if draft.values[row]["person"]:
            hide_place(own)
        draft.answers.setdefault((question.key, option), {})[row] = own
