"""What is said of an area says no more than is known, and the same on every page and in every file."""

import io
import re
from pathlib import Path

import docx
import numpy as np
import pandas as pd
import pytest
import shapely
from pptx import Presentation
from pypdf import PdfReader

from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.cluster import Status
from geo.model.compare import CompareQuery, PanelQuery
from geo.model.coverage import CoverageQuery, Verdict
from geo.model.picture import PictureQuery
from geo.model.queries import DensityQuery, Measure
from geo.model.units import Level
from geo.render.painting import MARK_STATUSES
from geo.render.table import decimals, rows_in_words
from geo.render.text import Text, unbroken
from geo.services.atlas import atlas_pages
from geo.services.compare import compare_view
from geo.services.coverage import compute, coverage_view
from geo.services.density import density_view
from geo.services.labels import cited
from geo.services.library import library
from geo.services.nearby import nearby
from geo.services.network import network_view
from geo.services.panels import pair_view
from geo.services.powiat import powiat_report
from geo.services.reports import powiat_deck, report_docx_file, report_pdf_file
from geo.services.sensitivity import RADII, sensitivity
from geo.services.siting import siting_view
from geo.services.timeline import TimelineQuery, timeline_view
from support.slides import words

PL, EN = Text("pl"), Text("en")


def flat(words):
    return re.sub(r"\s+", " ", words)


# Numbers, days and lines.


@pytest.mark.parametrize(
    ("value", "digits", "words"),
    [(999, 0, "999"), (1000, 0, "1000"), (9999, 0, "9999"), (10_000, 0, "10\xa0000"), (1_234_567, 0, "1\xa0234\xa0567"),
     (9999.96, 1, "10\xa0000"), (-12_345, 0, "-12\xa0345"), (9999.5, 1, "9999,5")],
)  # fmt: skip
def test_digits_are_parted_from_ten_thousand_on(value, digits, words):
    assert PL.number(value, digits) == words


def test_english_parts_thousands():
    assert EN.number(2479) == "2,479"


@pytest.mark.parametrize(
    ("stated", "words"),
    [("2026-01-01", "1 stycznia 2026"), ("2014-01", "styczeń 2014"), ("2015", "2015"), ("2026-02-30", "2026-02-30")],
)
def test_days_are_said_in_words(stated, words):
    assert PL.when(stated) == words


def test_no_line_ends_in_a_word_of_one_letter():
    words = unbroken("W gminie i w powiecie (z miastem) o 5 km a potem „U źródeł”.")
    assert words == "W\xa0gminie i\xa0w\xa0powiecie (z\xa0miastem) o\xa05 km a\xa0potem „U\xa0źródeł”."


def test_a_column_has_as_many_decimals_in_every_row():
    table = pd.DataFrame({"km²": [146.0, 150.65, np.nan], "n": pd.array([7, None, 12_000], dtype="Int64")})
    assert [decimals(table[c]) for c in table] == [2, 0]
    assert rows_in_words(table, PL) == [["146,00", "7"], ["150,65", "–"], ["–", "12\xa0000"]]


def test_sources_are_named_with_their_years_not_by_their_addresses():
    members = library().members
    for cluster in library().clusters:
        own = members[members["cluster_id"] == cluster.cluster_id]
        assert not any("http" in name or "/" in name for name in cited(own, PL))
    medycyna = members[members["cluster_id"] == "lubelska-medycyna"]
    assert "medycyna.lublin.eu (2014, 2015, 2016, 2019, 2024)" in cited(medycyna, PL)
    kluczewski = members[(members["cluster_id"] == "kluczewski") & (members["status"] == "member")]
    assert cited(kluczewski, PL) == ["Gmina Klucze, „Kluczewski klaster”, 8 października 2015"]


# One answer.


def test_which_gminy_are_empty_is_answered_alike_everywhere():
    answer = "Gminy bez członka: 4 z 6 (83 150 mieszkańców): Bukowno, Olkusz, Trzyciąż, Wolbrom."
    query = CoverageQuery("kluczewski", radius_km=10)
    places = (
        density_view(DensityQuery("kluczewski"), PL).notes,
        coverage_view(query, PL).notes,
        powiat_report(query, "1212", PL).notes,
    )
    assert all(answer in [flat(note) for note in notes] for notes in places)
    people = load_units(Level.GMINA)["population"]
    assert people[["121201", "121205", "121206", "121207"]].sum() == 83_150


def test_empty_units_are_not_those_where_a_member_may_be():
    notes = [flat(n) for n in coverage_view(CoverageQuery("lubelska-medycyna", level=Level.POWIAT), PL).notes]
    assert any(n.startswith("Powiaty bez członka: 0 z 24. Nie wiadomo: 22 z 24 (") for n in notes)


@pytest.mark.parametrize(("subject", "code"), [("kluczewski", "1212"), ("lubelska-medycyna", "0663")])
def test_a_report_says_the_same_in_every_form(subject, code):
    report = powiat_report(CoverageQuery(subject, radius_km=10), code, PL)
    said = report.as_dict()
    pdf = flat(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(report_pdf_file(report, PL))).pages))
    paper = flat(" ".join(p.text for p in docx.Document(io.BytesIO(report_docx_file(report, PL))).paragraphs))
    deck = Presentation(io.BytesIO(powiat_deck(report, PictureQuery(), PL)))
    first = flat(deck.slides[1].notes_slide.notes_text_frame.text)
    assert flat(said["sentences"][0]) in flat(" ".join(words(deck.slides[0])))
    for sentence in said["sentences"]:
        for form in (pdf, paper, first, flat(report.paragraph)):
            assert flat(sentence) in form
    units = report.view.shown("units")
    assert units["Mieszkańcy w zasięgu"].sum() == said["covered"]
    assert units["Mieszkańcy: nie wiadomo"].sum() == said["unknown"]
    assert said["covered"] + said["residual"] + said["unknown"] == said["population"]
    if said["at_least"]:
        assert "Co najmniej" in report.paragraph or "Nie wiadomo, ilu" in report.paragraph
    assert "http" not in report.paragraph


# Checked by hand against the lists, distances and rules.
SAID = pd.read_csv(Path(__file__).parents[1] / "support" / "said_by_hand.csv", sep=";", dtype={"powiat": str})


@pytest.mark.parametrize(("subject", "code", "radius", "said"), list(SAID.itertuples(index=False, name=None)))
def test_sentences_checked_by_hand(subject, code, radius, said):
    report = powiat_report(CoverageQuery(subject, radius_km=radius), code, PL)
    assert flat(" ".join(report.sentences)).startswith(said)
    unsure = report.verdict is Verdict.NO_DATA
    assert not (unsure and re.search(r"\b0% z", report.paragraph))


def test_clusters_at_a_powiat_are_compared_at_one_reach():
    near = powiat_report(CoverageQuery("kluczewski", radius_km=10), "1212", PL).who.frame.iloc[0]
    far = powiat_report(CoverageQuery("kluczewski", radius_km=20), "1212", PL).who.frame.iloc[0]
    assert near["share_percent"] < far["share_percent"]
    assert near["own_share_percent"] == far["own_share_percent"] == near["share_percent"]


# Who is near.


def test_nobody_stands_in_for_a_cluster_that_is_missing():
    around = nearby("1405", PL)
    assert around.sentence.startswith("Żaden z 11 klastrów na naszej liście (stan na 22 listopada 2026) nie wskazuje")
    assert "Lista może być niepełna" in around.sentence
    assert "O 1 klastrze nie wiadomo" in around.sentence
    localities = load_localities()
    seat = localities[localities["teryt"].str.startswith("1405")].sort_values("population").iloc[-1]["geometry"]
    lodzkie = load_units(Level.VOIVODESHIP).geometry["10"]
    members = library().members
    own = members[(members["cluster_id"] == "senior-lodzki") & members.geometry.notna()]
    first = around.table.frame.iloc[0]
    assert first["cluster"] == "Łódzki Klaster Seniora"
    assert first["to_ground_km"] == pytest.approx(shapely.distance(seat, lodzkie) / 1000, abs=0.051)
    assert first["to_member_km"] == pytest.approx(own.distance(seat).min() / 1000, abs=0.051)


@pytest.mark.parametrize("code", ["1212", "0663", "2465", "1261"])
def test_where_a_cluster_names_or_reaches_a_powiat_none_is_missed(code):
    assert nearby(code, PL).sentence == ""


# How sure.


@pytest.mark.parametrize(
    ("subject", "code"),
    [("kluczewski", "1212"), ("kluczewski", "2465"), ("lubelska-medycyna", "0614"), ("senior-slaski", "2465")],
)
def test_the_curve_is_what_coverage_says_at_each_reach(subject, code):
    view = powiat_report(CoverageQuery(subject, radius_km=10), code, PL).view
    curve = sensitivity(view.query, view, PL).curve
    assert tuple(curve.index) == RADII
    for km in (1, 7, 10, 23, 30, 60):
        query = CoverageQuery(subject, area=code, level=Level.POWIAT, radius_km=float(km))
        whole = compute(query).units.iloc[0]
        found = curve.loc[km]
        assert (found["covered"], found["unknown"]) == (whole["covered_people"], whole["unknown_people"])
        assert found["verdict"] == whole["verdict"]
    assert curve["covered"].is_monotonic_increasing


def test_people_spread_evenly_are_counted_by_land():
    report = powiat_report(CoverageQuery("kluczewski", radius_km=10), "1212", PL)
    units = report.view.result.units
    even = round(sum(r.population * r.covered_km2 / r.area_km2 for r in units.itertuples()))
    note = flat(next(n for n in report.notes if n.startswith("Mieszkańców liczymy w punktach")))
    would = f"{even // 1000} {even % 1000:03}"
    assert note.endswith(f"jest 75 119; gdyby mieszkali równomiernie na całym obszarze swoich gmin, byłoby {would}.")


def test_rates_stand_with_their_interval():
    view = density_view(DensityQuery("kluczewski", measure=Measure.PER_10K_PEOPLE), PL)
    row = view["units"].frame.loc["121204"]
    # Seven organisations of 14 362 people; bounds of a Poisson count of 7: 2.814 and 14.423 (Garwood 1936, table).
    assert row["low"] == pytest.approx(2.8144 / 1.4362, abs=0.002)
    assert row["high"] == pytest.approx(14.4227 / 1.4362, abs=0.002)
    tip = view.payload["tips"][str(list(load_units(Level.GMINA).index).index("121204"))]
    assert re.search(r"4,87 \(95%: 1,96–10\)", tip)


# Clusters that nobody lists.


@pytest.mark.parametrize("subject", ["uwierz-w-siebie", "senior-slaski", "senior-malopolski"])
def test_a_cluster_without_a_list_is_one_sentence_in_one_tone(subject):
    for view in (density_view(DensityQuery(subject), PL), coverage_view(CoverageQuery(subject), PL)):
        assert view.headline.startswith("Nie znamy listy członków")
        assert not re.search(r"\b0\b", view.headline + " ".join(view.notes))
        (row,) = view.legend
        assert row.label == "brak danych: nie znamy listy członków"
        assert not row.stripe
        assert len(view.payload["classes"]) == 16
    table = coverage_view(CoverageQuery(subject), PL)["numbers"].frame
    assert table[["reached", "residual"]].isna().all(axis=None)
    assert (table["unknown"] == table["total"]).all()


@pytest.mark.parametrize("query", [DensityQuery("uwierz-w-siebie"), CoverageQuery("uwierz-w-siebie", area="12")])
def test_an_atlas_of_a_cluster_without_a_list_says_so_on_every_page(query):
    pages = [page for some in atlas_pages(query, "12", PL) for page in some]
    assert len(pages) == 22
    for page in pages:
        assert "nie wiadomo" in page.picture.subtitle.lower()
        assert len(page.picture.legend) == 1


def test_two_clusters_beside_each_other_say_what_is_not_known():
    table = pair_view(
        PanelQuery(("kluczewski", "senior-slaski"), statuses=(Status.MEMBER,), radius_km=10.0), PL, together="x"
    ).table
    rows = table.frame.set_index("measure")
    assert set(rows.loc["reach"]) == {"10 km"}
    assert [flat(v) for v in rows["kluczewski"].loc[["share", "residual", "unknown"]]] == ["72%", "9260", "20 621"]
    own = rows["senior-slaski"]
    assert set(own[["member", "declared", "potential", "units", "share", "residual"]]) == {"brak danych"}
    people = int(load_units(Level.VOIVODESHIP)["population"]["24"])
    assert own["unknown"].replace("\xa0", "") == str(people)


# Every mark is explained, and one sign means one thing.


def views():
    query = CoverageQuery("kluczewski", radius_km=10)
    additions = siting_view(query, PL, additions=2, among="localities").marks
    yield coverage_view(query, PL, circles=True, additions=additions)
    yield density_view(DensityQuery("kluczewski"), PL)
    yield network_view(CompareQuery("kluczewski,skarzyski"), PL)
    yield compare_view(CompareQuery("kluczewski,lubelska-medycyna"), PL)
    yield timeline_view(TimelineQuery("lubelska-medycyna"), PL)


def test_every_mark_is_in_the_legend():
    seen = set()
    for view in views():
        painting, marks = view.painting, view.picture.marks
        explained = {m.status for m in marks}
        drawn = {m.status for m in painting.marks} - {"member"}
        assert drawn <= explained
        assert {m.colour for m in painting.marks if m.status == "member"} <= {m.colour for m in marks} | {"#1b2733"}
        assert ("reach" in explained) == bool(painting.rings)
        assert ("line" in explained) >= bool(painting.frame.scope)
        assert ("dot" in explained) >= bool(painting.dots)
        seen |= drawn
        # One sign of one colour and letter has one meaning.
        signs = [(m.status, m.colour, m.letter) for m in marks]
        assert len(set(signs)) == len(signs)
    assert {"potential", "proposal", "undated"} <= seen <= set(MARK_STATUSES)


def test_verdicts_that_are_gaps_have_nobody_who_may_reach_them():
    units = compute(CoverageQuery("lubelska-medycyna", radius_km=10)).units
    gaps = units[units["verdict"].isin([str(Verdict.GAP), str(Verdict.EMPTY)])]
    assert (gaps["possible"] == 0).all()
