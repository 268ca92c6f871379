"""Place the rows of an uploaded list by the names they give, or offer the places that may be meant."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.analysis.places import DISTRICT_OF, Candidate, Finding, Outcome, PlaceIndex, PlaceQuery
from geo.analysis.units_by_name import Scope, UnitNames
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities, load_parts
from geo.io.postal_codes import load_postal_codes
from geo.model.cluster import Precision
from geo.model.intake import Option, Question
from geo.model.members import Field
from geo.model.names import bare, fold
from geo.model.phrase import Phrase
from geo.model.units import Level
from geo.render.text import later
from geo.services.ground import gmina_index
from geo.services.intake.draft import Draft, Values
from geo.services.labels import place_words

# Begins the key of an answer that is a point on the map.
CLICKED = "point:"
MAX_PLACES_OFFERED = 12
MAX_UNITS_OFFERED = 8
# The place of a public body whose name is that of its gmina.
SAME_NAME = 0.95
PRECISION_OF_DIGITS = {6: Precision.GMINA, 4: Precision.POWIAT, 2: Precision.VOIVODESHIP}
NOWHERE: Values = {"precision": str(Precision.UNKNOWN), "teryt": "", "locality": "", "x": np.nan, "y": np.nan}
ABROAD: Values = NOWHERE | {"precision": str(Precision.ABROAD)}


@lru_cache(maxsize=1)
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


@lru_cache(maxsize=1)
def _points() -> NDArray[np.float64]:
    return np.asarray(shapely.get_coordinates(load_localities().geometry.to_numpy()))


def hide_place(values: Values) -> None:
    """Keep of a natural person's place only the gmina."""
    if str(values.get("precision", "")) in (Precision.POINT, Precision.LOCALITY):
        values["precision"] = str(Precision.GMINA)
    values |= {"locality": "", "x": float("nan"), "y": float("nan")}


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
    draft.confirmed_counts = Counter([c[:4] for c in codes]) + Counter([c[:2] for c in codes])


def place_by_name(draft: Draft, position: int, row: int, finding: Finding) -> None:
    """Place a row by its address, or ask."""
    values = draft.values[row]
    finding = _by_own_name(str(values["name"]), finding)
    codes = finding.scope.codes
    if finding.outcome is Outcome.FOUND:
        values |= _at_locality(finding.candidates[0].place)
        _note_mended(draft, position, row, finding)
    elif finding.outcome is Outcome.NOTHING:
        values |= NOWHERE
    elif finding.outcome is Outcome.UNIT and len(codes) == 1:
        values |= _at_unit(codes[0])
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


def _by_own_name(name: str, finding: Finding) -> Finding:
    """Ask where a place that only its name told lies elsewhere than the organisation's own name says."""
    if finding.outcome is not Outcome.FOUND or finding.scope.codes:
        return finding
    index, place = place_index(), finding.candidates[0].place
    code = str(index.codes[place])
    office = _OFFICE.match(bare(name))
    gminy = index.units.resolve(office["name"], "", "", "").codes if office else ()
    said = _IN.search(name)
    places = index.named(said["name"]) if said else []
    if (not gminy or code in gminy) and (not places or any(index.codes[p][:4] == code[:4] for p in places)):
        return finding
    if gminy:
        return Finding(Outcome.ELSEWHERE, finding.candidates, Scope(gminy))
    # What the name says comes first.
    offered = tuple(Candidate(p, finding.candidates[0].confidence / 2, "elsewhere") for p in places)
    return Finding(Outcome.AMBIGUOUS, (*offered, *finding.candidates), Scope(()))


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
    own = _own_gminy(name, finding)

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
        options.append(_option(candidate, SAME_NAME if sure else candidate.confidence))
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


def _own_gminy(name: str, finding: Finding) -> set[str]:
    """Return the gminy of the candidates that have the name a public body has."""
    found = _OFFICE.match(bare(name))
    if found is None:
        return set()
    codes = set(place_index().units.resolve(found["name"], "", "", "").codes)
    return codes & {str(place_index().codes[c.place]) for c in finding.candidates}


def _option(candidate: Candidate, confidence: float) -> Option:
    index, (x, y) = place_index(), _points()[candidate.place]
    label = place_words(index.codes[candidate.place], index.names[candidate.place])
    people = int(index.people[candidate.place])
    reason = Phrase(lambda text: text(f"intake.reason.{candidate.reason}", people=text.number(people)))
    return Option(f"locality:{candidate.place}", label, float(x), float(y), confidence, reason)


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
