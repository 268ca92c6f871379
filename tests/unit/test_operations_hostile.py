"""Hostile names, and lists too small to say anything, pass through every view of the operations pages and its files."""

import base64
import csv
import io
import itertools
import json
import re
from dataclasses import dataclass, replace
from functools import cache

import openpyxl
import pandas as pd
import pytest
import shapely

from geo.export.tables import table_file, to_csv
from geo.io.boundaries import load_units
from geo.model.compare import CompareQuery, PanelQuery
from geo.model.concentration import ConcentrationQuery
from geo.model.picture import Kind, PictureQuery
from geo.model.ties import TimelineQuery
from geo.model.units import Level
from geo.render.text import Text
from geo.render.web_map import encode_payload
from geo.services import library
from geo.services.compare import compare_view
from geo.services.concentration.view import Background, MapKind, concentration_view
from geo.services.library import SessionList
from geo.services.network import network_view
from geo.services.panels import pair_view, sheet_view
from geo.services.pictures import map_file
from geo.services.ties import linked_members, template_csv, ties_view
from geo.services.timeline import timeline_view
from support.hostile import HOSTILE
from support.lists import made

PL = Text("pl")
NAMES = {
    "hostile": HOSTILE,
    "long": "Ż" * 400,
    "formula": "=cmd()",
    "lines": 'Klaster\nbis\ttrzy;"x"\r\n=1+1',
    "nul": "Klaster\0bis\x07",
    "script": "</script><script>alert(1)</script>",
    "mathtext": r"$\frac{1}{$ i $x^2$",
    "mirrored": "\u202egpj.klaster",
    "noncharacter": "Klaster \ufffe bis",
}
# A half of a pair stops whole files, so it is tried alone.
TOGETHER = tuple(NAMES.values())
VIEWS = ("compare", "network", "pair", "quotient", "gi", "moran", "ties", "timeline")
MARKUP = (HOSTILE, "<img src=x", "alert(1)</script>", "</script><script>alert")
NUMBER = re.compile(r"-?\d+(,\d+)?(e[+-]\d+)?")
NOWHERE = {"precision": "unknown", "teryt": "", "locality": ""}


@dataclass(frozen=True)
class Shown:
    """A view: its maps, its picture, and the tables it gives away."""

    payloads: tuple
    picture: object
    tables: tuple
    view: object


@pytest.fixture(autouse=True)
def _own_library():
    yield
    library._current.set(None)


def lists_of(names):
    """Return two lists in which everything that can be named has one of some names: the second has no place at all."""
    lists = []
    for number, (cluster_id, count) in enumerate((("wrogi", 12), ("bezdomny", 3))):
        cluster, members = made(count, seed=number + 1, cluster_id=cluster_id)
        name = names[number % len(names)]
        named = [names[n % len(names)] + ("" if n < len(names) else f" {n}") for n in range(count)]
        # Columns of objects, which hold halves of pairs too.
        named = pd.Series(named, index=members.index, dtype=object)
        words = dict.fromkeys(("kind", "source", "role", "locality"), named)
        members = members.assign(
            name=named, member_id=[f"{cluster_id}-{n}" for n in range(count)], source_date="", status="member", **words
        )
        if number:
            members = members.assign(**NOWHERE)
            members = members.set_geometry([None] * count, crs=2180)
        texts = dict.fromkeys(("coordinator", "description", "source"), name)
        lists.append(SessionList(replace(cluster, name=name, territory=() if number else ("1212",), **texts), members))
    return tuple(lists)


@cache
def more_clusters(names):
    """Return a cluster for each name, with a territory and two members, beside the two lists."""
    lists = list(lists_of(names))
    for number, name in enumerate(names):
        cluster, members = made(2, seed=9 + number, cluster_id=f"wiele-{number}")
        named = pd.Series(name, index=members.index, dtype=object)
        members = members.assign(name=named, member_id=[f"wiele-{number}-{n}" for n in range(2)])
        lists.append(SessionList(replace(cluster, name=name, territory=(("1212", "12")[number % 2],)), members))
    return tuple(lists)


@cache
def written_ties(names):
    """Return a table of links by hostile names where a file can hold them and they are of one member, else by id."""
    library.use(lists_of(names))
    members = linked_members("wrogi,bezdomny")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["od", "do", "rodzaj"])
    sure = [not set(n) & set("\ud800\0\x07\ufffe") and list(members["name"]).count(n) == 1 for n in members["name"]]
    ends = [name if fit else own for own, name, fit in zip(members["member_id"], members["name"], sure, strict=True)]
    kinds = ("dostawa", "skierowanie", "współpraca", "konkurencja")
    pairs = list(itertools.pairwise(ends))
    writer.writerows((*pair, kinds[n % 4]) for n, pair in enumerate(pairs))
    return out.getvalue().encode(), len(pairs)


def tables_of(view):
    return tuple(table_file(table, "csv", PL) for table in view.tables)


def view_of(what, names):
    subject, pair = "wrogi,bezdomny", ("wrogi", "bezdomny")
    if what == "compare":
        subject = ",".join((subject, *(f"wiele-{n}" for n in range(len(names)))))
        view = compare_view(CompareQuery(subject), PL)
        return Shown((view.payload,), view.picture, tables_of(view), view)
    if what == "network":
        view = network_view(CompareQuery(subject), PL)
        return Shown((view.payload,), view.picture, tables_of(view), view)
    if what == "pair":
        view = pair_view(PanelQuery(pair), PL, together=names[0])
        return Shown(view.payloads, view.picture, (to_csv(view.table.shown(PL)),), view)
    if what == "ties":
        view = ties_view(subject, written_ties(names)[0], PL)
        return Shown((view.payload,), view.picture, (*tables_of(view), template_csv(subject, PL)), view)
    if what == "timeline":
        view = timeline_view(TimelineQuery(subject), PL)
        return Shown((view.payload,), view.picture, tables_of(view), view)
    background = Background(names[0], load_units(Level.GMINA)["population"] * 0.1) if what == "quotient" else None
    view = concentration_view(ConcentrationQuery("wrogi"), MapKind(what), PL, background=background)
    return Shown((view.payload,), view.picture, tables_of(view), view)


@cache
def shown(what, names):
    library.use(more_clusters(names))
    return view_of(what, names)


def file_of(view, names, kind):
    library.use(more_clusters(names))
    return map_file(view.picture, PictureQuery(), kind)


def check_payload(payload):
    """Check that a payload crosses to the browser whole."""
    back = json.loads(base64.b64decode(encode_payload(payload)).decode())
    assert back.keys() == payload.keys()
    assert len(back["members"]) == len(payload["members"])
    assert len(back["classes"]) == len(load_units(Level(payload["level"])))
    assert set(back["classes"]) <= set(back["fills"])


def check_csv(content):
    """Check that no cell would be run as a formula; numbers may be below zero."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    bad = [c for row in rows for c in row if c.startswith(("=", "+", "-", "@", "\t", "\r")) and not NUMBER.fullmatch(c)]
    assert not bad, bad[:3]
    assert len({len(row) for row in rows}) <= 1


def check_file(content, kind, said=""):
    """Check that a file is of its kind and that hostile names are only words in it."""
    starts = {
        Kind.PNG: b"\x89PNG", Kind.PDF: b"%PDF", Kind.PPTX: b"PK", Kind.XLSX: b"PK", Kind.GPKG: b"SQLite format 3",
        Kind.HTML: b"<!DOCTYPE html>", Kind.CSV: b"\xef\xbb\xbf",
    }  # fmt: skip
    assert content.startswith(starts.get(kind, b""))
    if kind is Kind.CSV:
        check_csv(content)
    elif kind is Kind.GEOJSON:
        assert json.loads(content)["type"] == "FeatureCollection"
    elif kind is Kind.XLSX:
        cells = [
            c for s in openpyxl.load_workbook(io.BytesIO(content)).worksheets for row in s.iter_rows() for c in row
        ]
        assert not any(c.data_type == "f" for c in cells)
        assert all(c.quotePrefix for c in cells if str(c.value).startswith(("=", "+", "@")))
    elif kind in (Kind.HTML, Kind.SVG):
        page = content.decode("utf-8")
        assert not [m for m in MARKUP if m in page]
        if said and kind is Kind.HTML:
            assert said in page


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", VIEWS)
def test_a_hostile_name_is_shown(what, name):
    view = shown(what, (NAMES[name],))
    for payload in view.payloads:
        check_payload(payload)
    for table in view.tables:
        check_csv(table)
    for kind in (Kind.HTML, Kind.CSV):
        check_file(file_of(view, (NAMES[name],), kind), kind)


@pytest.mark.parametrize("kind", [Kind.XLSX])
@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_in_files_of_the_comparison(name, kind):
    check_file(file_of(shown("compare", (NAMES[name],)), (NAMES[name],), kind), kind)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("what", [v for v in VIEWS if v not in ("gi", "moran")])
def test_every_file_holds_all_hostile_names_at_once(what, kind):
    names = TOGETHER
    check_file(file_of(shown(what, names), names, kind), kind, "{{cycler" if what != "pair" else "")


@pytest.mark.parametrize("name", NAMES)
def test_files_of_the_table_of_the_comparison(name):
    view = shown("compare", (NAMES[name],)).view
    cells = [
        c
        for row in openpyxl.load_workbook(io.BytesIO(table_file(view["clusters"], "xlsx", PL))).active.iter_rows()
        for c in row
    ]
    assert not any(c.data_type == "f" for c in cells)
    assert all(c.quotePrefix for c in cells if str(c.value).startswith(("=", "+", "@")))
    assert len(view["clusters"]) == 3


def test_links_between_hostile_names_are_all_read():
    names = TOGETHER
    assert shown("ties", names).view.measures.pairs == written_ties(names)[1]


@pytest.mark.parametrize("name", NAMES)
def test_the_chart_of_growth_bears_any_name(name):
    assert shown("timeline", (NAMES[name],)).view.chart.startswith(b"\x89PNG")


def test_the_sheet_of_voivodeships_bears_any_name():
    library.use(more_clusters(TOGETHER))
    view = sheet_view(PanelQuery(("wrogi", "bezdomny")), PL)
    assert view.png.startswith(b"\x89PNG")
    check_csv(to_csv(view.table.shown(PL)))
    assert len(view.table) == 16


@pytest.mark.parametrize("name", ["Próba", "Miara"])
def test_a_pair_of_one_name_keeps_both_columns(name):
    lists = tuple(
        SessionList(replace(cluster, name=name), members)
        for cluster, members in (made(3, 1, "jeden"), made(5, 2, "dwa"))
    )
    library.use(lists)
    view = pair_view(PanelQuery(("jeden", "dwa")), PL, together="x")
    assert view.table.shown(PL).columns.nunique() == 3


# Lists too small, too close or nowhere -----------------------------------------------------------


def at_one_point(members):
    return members.set_geometry([shapely.Point(550_000, 270_000)] * len(members), crs=2180)


def nowhere(members):
    return members.assign(**NOWHERE).set_geometry([None] * len(members), crs=2180)


SHAPES = {"spread": lambda members: members, "one point": at_one_point, "nowhere": nowhere}
COUNTS = (0, 1, 3, 9, 60)
CASES = [(count, "spread", area) for count in COUNTS for area in (("1212", "") if count != 3 else ("",))]
CASES += [(count, shape, area) for count in (9, 60) for shape in ("one point", "nowhere") for area in ("1212", "")]


@pytest.mark.parametrize(("count", "shape", "area"), CASES)
def test_any_list_can_be_asked_anything(count, shape, area):
    cluster, members = made(count, cluster_id="maly")
    members = SHAPES[shape](members).assign(name=HOSTILE)
    library.use((SessionList(replace(cluster, name=HOSTILE, territory=(area,) if area else ()), members),))
    level = Level.POWIAT if not area else Level.GMINA
    views = [concentration_view(ConcentrationQuery("maly", level=level), kind, PL) for kind in MapKind]
    views += [compare_view(CompareQuery("maly"), PL), network_view(CompareQuery("maly"), PL)]
    views += [timeline_view(TimelineQuery("maly"), PL), ties_view("maly", b"od;do;rodzaj\n", PL)]
    views += [pair_view(PanelQuery(("maly", "kluczewski")), PL, together="x")]
    for view in views:
        for payload in view.payloads if hasattr(view, "payloads") else (view.payload,):
            check_payload(payload)
        for kind in (Kind.HTML, Kind.CSV):
            check_file(map_file(view.picture, PictureQuery(), kind), kind)
    # Who is not known to be anywhere is not counted anywhere.
    placed = 0 if shape == "nowhere" else count
    # Of an empty list nothing is known, which is not none.
    row = views[3]["clusters"].frame.iloc[0]
    row = row if count else row.fillna(0)
    located, unlocated = (int(row[k]) for k in ("located", "unlocated"))
    status = members["status"].isin(["member"]).sum() if count else 0
    assert located + unlocated == status
    assert located <= placed
    assert sum(map(len, (views[0].what.points,))) <= placed
    if count < 3:
        assert not any(reading.enough for v in views[:3] for reading in v.readings)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("what", ["conc", "compare", "network", "timeline", "ties"])
def test_every_file_of_an_empty_list_can_be_made(what, kind):
    cluster, members = made(0, cluster_id="pusty")
    library.use((SessionList(replace(cluster, name=HOSTILE, territory=()), members),))
    view = {
        "conc": lambda: concentration_view(ConcentrationQuery("pusty", level=Level.POWIAT), MapKind.GI, PL),
        "compare": lambda: compare_view(CompareQuery("pusty"), PL),
        "network": lambda: network_view(CompareQuery("pusty"), PL),
        "timeline": lambda: timeline_view(TimelineQuery("pusty"), PL),
        "ties": lambda: ties_view("pusty", b"od;do;rodzaj\n", PL),
    }[what]()
    check_file(map_file(view.picture, PictureQuery(), kind), kind)


def test_the_sheet_of_an_empty_list():
    cluster, members = made(0, cluster_id="pusty")
    library.use((SessionList(replace(cluster, territory=()), members),))
    view = sheet_view(PanelQuery(("pusty",)), PL)
    assert view.png
    assert view.table["members"].sum() == 0
