"""Everything of a cluster is exported and read back unchanged, whatever its names are."""

from dataclasses import replace
from io import BytesIO

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.export.cluster_files import (
    cluster_csv,
    cluster_geojson,
    cluster_xlsx,
    definition_rows,
    read_definition,
    template_xlsx,
)
from geo.export.tables import heading_cell, safe_cell
from geo.io.clusters import load_clusters
from geo.io.gazetteer import load_localities
from geo.io.store import StoredCluster
from geo.io.uploads.grid import clean
from geo.io.uploads.reader import read_upload
from geo.model.cluster import Precision, Sector, Status
from geo.model.intake import RowState
from geo.model.members import CONTACTS, DETAIL_COLUMNS, WRITTEN, Field
from geo.render.text import Text
from geo.services.editing import KeptCluster, exports
from geo.services.intake.review import decide, prepare, suggest_mapping
from support.hostile import HOSTILE
from support.lists import shipped

WRITERS = {"csv": cluster_csv, "xlsx": cluster_xlsx, "geojson": cluster_geojson}
COMPARED = ["member_id", "name", "kind", "sector", "status", "precision", "locality", "teryt", "role", "source"]
COMPARED += ["source_date", "joined", "left_on", *DETAIL_COLUMNS, "person"]
LOCALITIES = load_localities()


def read_back(kind, cluster, members):
    raw = read_upload(f"klaster.{kind}", WRITERS[kind](cluster, members))
    review = decide(prepare(raw, suggest_mapping(raw)), [])
    assert review.count(RowState.ACCEPTED) == len(members), (review.questions, review.reasons)
    return read_definition(raw.definition), review.members


def same(before, after):
    left, right = (pd.DataFrame(m)[COMPARED].reset_index(drop=True) for m in (before, after))
    pd.testing.assert_frame_equal(left, right, check_dtype=False)
    points = [[None if g is None else (round(g.x, 1), round(g.y, 1)) for g in m.geometry] for m in (before, after)]
    assert points[0] == points[1]


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("cluster_id", [c.cluster_id for c in load_clusters()])
def test_every_shipped_cluster_comes_back_unchanged(kind, cluster_id):
    cluster, members = shipped(cluster_id)
    if kind == "csv" and members.empty:
        assert cluster_csv(cluster, members).decode("utf-8-sig").count("\r\n") == 1
        return
    definition, again = read_back(kind, cluster, members)
    # CSV is the list alone: one plain table.
    assert definition == (None if kind == "csv" else cluster)
    same(members, again)


def test_the_list_as_csv_is_one_plain_table():
    for cluster_id in ("kluczewski", "lubelska-medycyna"):
        cluster, members = shipped(cluster_id)
        content = cluster_csv(cluster, members)
        guessed = pd.read_csv(BytesIO(content), sep=None, engine="python", encoding="utf-8-sig", dtype=str)
        written = [c for c in WRITTEN if c not in CONTACTS or str(c) in members]
        assert list(guessed.columns) == [heading_cell(PL(f"field.{c}")) for c in written]
        assert len(guessed) == len(members)
        assert guessed["Nazwa"].tolist() == members["name"].tolist()


def test_a_csv_of_before_with_its_definition_is_still_read():
    cluster, members = shipped("kluczewski")
    rows = "".join(f"{heading};{value}\r\n" for heading, value in definition_rows(cluster) if ";" not in value)
    old = ("\ufeff" + rows + "\r\n").encode() + cluster_csv(cluster, members).removeprefix(b"\xef\xbb\xbf")
    raw = read_upload("klaster.csv", old)
    found = read_definition(raw.definition)
    assert (found.name, found.territory, found.cluster_id) == (cluster.name, cluster.territory, cluster.cluster_id)
    assert len(raw.rows) == len(members)


PL = Text("pl")
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn")), max_size=30).map(clean)
NAMES = st.one_of(
    TEXT.filter(bool),
    st.sampled_from([HOSTILE, "=1+1", "+48", "-x", "@a", "'=1", "''=", 'a;b"c', "tak", "NIP", "12,5"]),
)


@st.composite
def lists(draw):
    rows, points = [], []
    for n in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(LOCALITIES) - 1))
        precision = draw(st.sampled_from(Precision))
        digits = {"gmina": 6, "powiat": 4, "voivodeship": 2, "unknown": 0, "abroad": 0}.get(precision, 6)
        pointed = precision in (Precision.POINT, Precision.LOCALITY)
        person = draw(st.booleans()) and not pointed
        rows.append(
            {
                "member_id": f"{n:05d}" if draw(st.booleans()) or person else f"członek-{n}",
                "name": "Osoba fizyczna" if person else f"{draw(NAMES)} {n}",
                "kind": "osoba fizyczna" if person else "fundacja",
                "sector": str(draw(st.sampled_from(Sector))),
                "status": str(draw(st.sampled_from(Status))),
                "precision": str(precision),
                "locality": LOCALITIES["name"].iloc[place] if pointed else "",
                "teryt": LOCALITIES["teryt"].iloc[place][:digits],
                "role": "" if person else draw(TEXT),
                "source": "" if person else draw(TEXT),
                "source_date": draw(st.sampled_from(["", "2026-11-22", "2015"])),
                "joined": draw(st.sampled_from(["", "2014", "2014-02", "2014-02-28"])),
                "left_on": draw(st.sampled_from(["", "2015", "2015-11", "2016-02-29"])),
                **dict.fromkeys(DETAIL_COLUMNS, ""),
                "krs": "" if person else draw(st.sampled_from(["", f"00001234{n:02d}"])),
                "street": "" if person else draw(TEXT),
                "postal_code": "" if person else draw(st.sampled_from(["", "02-300"])),
                "person": person,
            }
        )
        points.append(LOCALITIES.geometry.iloc[place] if pointed else None)
    frame = gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(points, crs=2180), crs=2180)
    frame.geometry = shapely.set_precision(frame.geometry.to_numpy(), 0.1)
    return frame


@given(lists(), NAMES, st.sampled_from(list(WRITERS)))
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_list_comes_back_unchanged(members, name, kind):
    cluster = replace(shipped()[0], name=name, description=HOSTILE, territory=("02", "120101"), default_radius_km=7.5)
    if kind == "csv" and members.empty:
        return
    definition, again = read_back(kind, cluster, members)
    assert definition == (None if kind == "csv" else cluster)
    same(members, again)


@given(st.text(max_size=8))
def test_a_cell_is_safe_and_comes_back(text):
    text = clean(text)
    safe = safe_cell(text)
    assert not safe.startswith(("=", "+", "-", "@"))
    assert clean(safe) == text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_spreadsheet_executes_nothing(kind):
    cluster, members = shipped()
    members.loc[0, "name"] = '=HYPERLINK("http://example.invalid";"x")'
    content = WRITERS[kind](replace(cluster, name="=1+1"), members)
    if kind == "csv":
        cells = [c for line in content.decode("utf-8-sig").splitlines() for c in line.split(";")]
        assert not any(c.strip('"').startswith(("=", "+", "-", "@")) for c in cells)
    else:
        book = openpyxl.load_workbook(BytesIO(content))
        assert {c.data_type for sheet in book for row in sheet for c in row} <= {"s", "n", "d", "inlineStr"}


def test_persons_leave_without_name_and_point():
    cluster, members = shipped()
    members.loc[0, ["name", "kind", "person", "precision", "locality", "krs"]] = [
        "Osoba fizyczna",
        "osoba fizyczna",
        True,
        "gmina",
        "",
        "",
    ]
    members = members.assign(geometry=[None, *members.geometry[1:]])
    for write in exports(KeptCluster(StoredCluster(cluster, 1, archived=False, list_id=""), members)).values():
        assert b"Osoba fizyczna" in write() or write().startswith(b"PK")
    definition, again = read_back("xlsx", cluster, members)
    assert definition == cluster
    assert again.geometry[0] is None
    assert bool(again["person"][0])


def test_the_template_is_recognised_in_every_column_and_holds_no_data():
    content = template_xlsx(Text("pl"))
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    headings = [c.value for c in sheet[1]]
    assert all(c.value is None for row in sheet.iter_rows(min_row=2) for c in row)
    raw = read_upload("wzor.xlsx", content)
    assert raw.rows == ()
    assert sorted(suggest_mapping(raw).values()) == list(range(len(headings)))
    assert Field.NAME in suggest_mapping(raw)
