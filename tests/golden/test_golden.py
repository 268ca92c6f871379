"""
Every view says and paints what it did when somebody last read it.

What is kept is text: sentences, legend, what the map paints and the first rows of every table, with a
checksum of the rest. After a wanted change write it anew with `KLASTRY_GOLDEN=1 pytest tests/golden`
and read the difference.
"""

import dataclasses
import datetime as dt
import hashlib
import json
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geo.io.uploads.reader import read_upload
from geo.model.compare import CompareQuery, PanelQuery
from geo.model.concentration import ConcentrationQuery
from geo.model.coverage import CoverageQuery
from geo.model.queries import DensityQuery, Measure
from geo.model.ties import TimelineQuery
from geo.model.units import Level
from geo.render.legend import LegendRow
from geo.render.painting import Mark, Painting
from geo.render.table import Table
from geo.render.text import LANGUAGES, Text
from geo.services import library, timeline
from geo.services.compare import compare_view
from geo.services.concentration.view import MapKind, concentration_view
from geo.services.country import country_view
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.intake.map import review_painting, territory_painting
from geo.services.intake.review import decide, prepare, suggest_mapping
from geo.services.network import network_view
from geo.services.panels import pair_view, sheet_view
from geo.services.powiat import powiat_report
from geo.services.siting import siting_view
from geo.services.standing import standing
from geo.services.subjects import subjects_of_all
from geo.services.ties import ties_view
from geo.services.timeline import timeline_view
from support import dane

VALUES = Path(__file__).parent / "values"
SHOWN_ROWS, SHOWN_MARKS, LONG = 3, 3, 200
NETWORK = "regionalne-klastry-seniora"
LISTED = ("kluczewski", "lubelska-medycyna", "skarzyski", NETWORK)
# Asked, or figures that have tests of their own.
UNTOLD = ("clusters", "query", "result", "inside", "what", "measures", "points")
LINKS = b"od;do;rodzaj\nkluczewski-003;kluczewski-007;dostawa\nkluczewski-008;kluczewski-006;skierowanie\n"


def everybody():
    library.use_shipped(())
    return (*subjects_of_all(), NETWORK)


def density(text):
    for subject in everybody():
        level = Level.POWIAT if subject == NETWORK else Level.GMINA
        view = density_view(DensityQuery(subject, level), text)
        yield subject, {"view": view}
    view = density_view(DensityQuery("kluczewski", measure=Measure.PER_10K_PEOPLE, surface=True), text)
    yield "kluczewski per 10 000, surface", {"view": view}


def coverage(text):
    for subject in everybody():
        if subject in ("skarzyski", "kluczewski"):
            view = coverage_view(CoverageQuery(subject, radius_km=7.0, added=("121207",)), text, circles=True)
            yield f"{subject}, 7 km, a gmina added", {"view": view}
        level = Level.GMINA if subject in LISTED[:3] else Level.POWIAT
        view = coverage_view(CoverageQuery(subject, level=level), text)
        yield subject, {"view": view}


def compare(text):
    yield "all", {"view": compare_view(CompareQuery(",".join(everybody()[:-1])), text)}
    yield "two", {"view": compare_view(CompareQuery("kluczewski,skarzyski", 15.0), text)}


def network(text):
    yield NETWORK, {"view": network_view(CompareQuery(NETWORK), text)}
    yield "all", {"view": network_view(CompareQuery(",".join(everybody()[:-1])), text)}


def panels(text):
    yield "pair", {"view": pair_view(PanelQuery(("kluczewski", "skarzyski"), Level.GMINA), text, together="")}
    yield "sheet", {"view": sheet_view(PanelQuery(everybody()[:-1]), text)}


def concentration(text):
    for subject in LISTED:
        level = Level.POWIAT if subject == NETWORK else Level.GMINA
        yield subject, {"view": concentration_view(ConcentrationQuery(subject, level), MapKind.QUOTIENT, text)}
    for kind in (MapKind.GI, MapKind.MORAN):
        query = ConcentrationQuery("lubelska-medycyna", Level.POWIAT)
        yield f"lubelska-medycyna, {kind}", {"view": concentration_view(query, kind, text)}


def ties(text):
    yield "kluczewski", {"view": ties_view("kluczewski", LINKS, text)}


def growth(text):
    for subject in LISTED:
        yield subject, {"view": timeline_view(TimelineQuery(subject), text)}


def powiat(text):
    everybody()
    for subject, code in (("kluczewski", "1212"), ("skarzyski", "2610"), ("lubelska-medycyna", "0663")):
        report = powiat_report(CoverageQuery(subject), code, text)
        yield f"{subject} {code}", {"report": report.as_dict(), "view": report}


def stands(text):
    everybody()
    for code in ("1212", "0663", "3201"):
        found = standing(code, text)
        yield code, {"report": found.as_dict(), "view": found.view}


def siting(text):
    everybody()
    for among in ("localities", "potential"):
        yield among, {"view": siting_view(CoverageQuery("kluczewski"), text, additions=2, among=among)}


def country(text):
    everybody()
    yield "all", {"view": country_view(text)}


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A map of the page Dane."""

    painting: Painting


def intake(text):
    raw = read_upload("lista.csv", dane.LIST.encode())
    review = decide(prepare(raw, suggest_mapping(raw)), [])
    for number, question in enumerate((None, *review.questions)):
        yield f"review, question {number}", {"view": Drawn(review_painting(review, question, text))}
    picked = territory_painting(("1212", "120803"), Level.GMINA, text, key="x", opened=("1212",))
    yield "territory", {"view": Drawn(picked)}


VIEWS = {
    f.__name__: f
    for f in (
        density,
        coverage,
        compare,
        network,
        panels,
        concentration,
        ties,
        growth,
        powiat,
        stands,
        siting,
        country,
        intake,
    )
}


class Frozen(dt.datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz=None):
        """Return noon of one day."""
        return cls(2026, 11, 26, 12, tzinfo=tz)


def checksum(value):
    return hashlib.sha256(value.encode()).hexdigest()[:12]


def short(value):
    """Return a value as one line of JSON; what is long is cut and ends with its length and checksum."""
    line = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    line = line.replace("\n", "⏎")
    return line if len(line) <= LONG else f"{line[:LONG]}… ({len(line)}, {checksum(line)})"


def drawn(colour, stripe, angle):
    return f"{colour} striped {stripe} at {angle}" if stripe else colour


def painted(payload):
    for key in sorted(payload):
        value = payload[key]
        if key == "base" or value in ([], {}, "", None):
            # The address carries a checksum of the data, which have tests of their own.
            continue
        if key == "classes":
            yield f"classes: {dict(sorted(Counter(value).items()))} {checksum(value)}"
        elif key == "fills":
            yield from (
                f"fill {k}: {drawn(f['color'], f.get('stripe', ''), f.get('angle', 45))}"
                for k, f in sorted(value.items())
            )
        elif key == "surface":
            yield f"surface: {value['bounds']} {checksum(value['png'])}"
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{key}: {len(value)} {checksum(json.dumps(value, sort_keys=True, default=str))}"
            yield from (f"  {short(v)}" for v in value[:SHOWN_MARKS])
        else:
            yield f"{key}: {short(value)}"


def tabled(name, table):
    rows = table.to_csv(sep=";", index=False, lineterminator="\n").splitlines()
    yield f"{name}: {len(table)} rows, index {checksum(','.join(map(str, table.index)))} {checksum(chr(10).join(rows))}"
    yield from (f"  {short(row)}" for row in rows[: SHOWN_ROWS + 1])


def is_view(value):
    """Whether a value is told part by part and not in one line."""
    return dataclasses.is_dataclass(value) and any(
        dataclasses.is_dataclass(part) or isinstance(part, pd.DataFrame) for part in vars(value).values()
    )


def of_a_map(name, value):
    """Tell what belongs to maps, or return None for anything else."""
    parts = value if isinstance(value, tuple) else (value,)
    if parts and isinstance(parts[0], Painting):
        return [line for n, p in enumerate(parts) for line in (f"map {n}:", *painted(p.payload))]
    if parts and isinstance(parts[0], Mark):
        return [f"{name}: {short([m.payload for m in parts])}"]
    if parts and isinstance(parts[0], LegendRow):
        return [f"{name} {r.key}: {r.label} | {r.units} | {drawn(r.colour, r.stripe, r.angle)}" for r in parts]
    return None


def told(name, value, text):
    """Tell a part of a view, line by line; members themselves and figures of tests elsewhere are left out."""
    known = of_a_map(name, value)
    if known is not None:
        lines = known
    elif isinstance(value, gpd.GeoDataFrame | pd.Series) or name in UNTOLD or (name == "painting" and not value):
        lines = ()
    elif isinstance(value, pd.DataFrame):
        lines = tabled(name, value)
    elif isinstance(value, Table):
        lines = (f"columns of {value.name}: {' '.join(value.frame.columns)}", *tabled(value.name, value.shown(text)))
    elif isinstance(value, bytes):
        lines = (f"{name}: {'bytes' if value else 'none'}",)
    elif is_view(value):
        lines = (line for part, inner in vars(value).items() for line in told(part, inner, text))
    elif isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
        lines = (line for part in value for line in told(name, part, text))
    elif dataclasses.is_dataclass(value):
        lines = (f"{name}: {short(dataclasses.asdict(value))}",)
    elif isinstance(value, dict):
        lines = (f"{name}.{k}: {short(v)}" for k, v in value.items())
    else:
        lines = (f"{name}: {short(value)}",)
    yield from lines


def said(parts, text):
    lines = []
    for part in parts.values():
        if isinstance(part, dict):
            lines += told("json", part, text)
            continue
        for field in dataclasses.fields(part):
            lines += told(field.name, getattr(part, field.name), text)
    # A line that repeats the one before says nothing more.
    return [b for a, b in pairwise(["", *lines]) if a != b]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_says_what_it_said(name, language, monkeypatch):
    monkeypatch.setattr(timeline, "datetime", Frozen)
    lines = []
    for case, parts in VIEWS[name](Text(language)):
        lines += [f"=== {case}", *said(parts, Text(language)), ""]
    found = "\n".join(lines)
    kept = VALUES / f"{name}.{language}.txt"
    if os.environ.get("KLASTRY_GOLDEN"):
        kept.write_text(found, encoding="utf-8")
    wanted = kept.read_text(encoding="utf-8").splitlines()
    # Line by line, so that a failure shows which.
    assert found.splitlines() == wanted
