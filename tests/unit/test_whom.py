"""Whoever is counted, the numbers are of these people, add up, and say of whom and of when."""

import io
import json
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from geo.__main__ import main
from geo.errors import OptionError, QueryError
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.io.people import load_ages, load_groups
from geo.model.cluster import Status
from geo.model.compare import CompareQuery
from geo.model.concentration import ConcentrationQuery
from geo.model.coverage import CoverageQuery
from geo.model.queries import DensityQuery, Measure
from geo.model.reach import Reach
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.text import Text
from geo.services.cluster_reach import reach_of
from geo.services.compare import compare_view
from geo.services.concentration.bases import base_named, opening_base
from geo.services.concentration.view import MapKind, concentration_view
from geo.services.country import country_view
from geo.services.coverage import compute, coverage_view
from geo.services.density import density_view
from geo.services.invitation import invitation
from geo.services.library import resolve
from geo.services.network import network_view
from geo.services.next_step import best_reach
from geo.services.people import EVERYBODY, group_named, opening_group, people_by_locality, people_options
from geo.services.powiat import powiat_report
from geo.services.sheet import sheet_pdf
from geo.services.siting import siting_view
from geo.services.standing import standing
from geo.services.views import Given, view_of

PL, EN = Text("pl"), Text("en")
GROUPS = [g for g in load_groups() if not g.everyone]
SENIORS = (
    "senior-dolnoslaski", "senior-slaski", "senior-lodzki", "senior-lubelski", "senior-malopolski",
    "senior-podkarpacki", "senioralny-opolski",
)  # fmt: skip
# Columns of the table of ages for 60 and over, written out: five years each, the last open.
SIXTY = ("age_60_64", "age_65_69", "age_70_74", "age_75_79", "age_80_84", "age_85_plus")


def shared_out(total, weights):
    """Share whole people out by Hamilton's method, with fractions, place by place."""
    whole = sum(weights)
    quotas = [Fraction(int(total) * int(w), int(whole)) for w in weights]
    shares = [int(q) for q in quotas]
    order = sorted(range(len(quotas)), key=lambda n: (-(quotas[n] - shares[n]), n))
    for n in order[: int(total) - sum(shares)]:
        shares[n] += 1
    return shares


@pytest.mark.parametrize("group", GROUPS, ids=lambda g: g.group_id)
def test_places_sum_to_what_is_counted_in_their_gmina(group):
    localities, people = load_localities(), people_by_locality(group)
    assert people.dtype == np.int64
    assert (people >= 0).all()
    ages = load_ages(Level.GMINA)
    sums = people.groupby(localities["teryt"]).sum()
    own = [c for c in ages.columns if c.startswith("age_")]
    first = {c: int(c.split("_")[1]) for c in own}
    last = {c: np.inf if c.endswith("plus") else int(c.split("_")[2]) for c in own}
    within = [
        c for c in own if first[c] >= group.age_from and last[c] <= (np.inf if group.age_to is None else group.age_to)
    ]
    pd.testing.assert_series_equal(sums, ages[within].sum(axis=1)[sums.index], check_names=False, check_dtype=False)


@pytest.mark.parametrize("code", ["121204", "061705", "146501", "320101"])
def test_places_have_their_share_to_the_person(code):
    group, localities = group_named("60+"), load_localities()
    here = (localities["teryt"] == code).to_numpy()
    total = load_ages(Level.GMINA).loc[code, list(SIXTY)].sum()
    wanted = shared_out(total, localities["population"][here].tolist())
    got = people_by_locality(group)[here].tolist()
    # Ties of remainders may fall to either.
    assert sorted(got) == sorted(wanted)
    assert max(abs(a - b) for a, b in zip(got, wanted, strict=True)) <= 1


def reckoned(query):
    """Return covered, out of reach and not known of 60 and over, from the states of places alone."""
    result = compute(CoverageQuery(query.subject, query.area, radius_km=query.radius_km))
    places, localities = result.localities, load_localities()
    totals = load_ages(Level.GMINA)[list(SIXTY)].sum(axis=1)
    counts = {"covered": 0, "residual": 0, "unknown": 0}
    for code, rows in places.groupby("teryt"):
        everywhere = localities[localities["teryt"] == code]
        assert len(everywhere) == len(rows)
        shares = pd.Series(shared_out(totals[code], everywhere["population"].tolist()), everywhere.index)
        for index, row in rows.iterrows():
            state = "covered" if row["covered"] else "unknown" if row["unknown"] else "residual"
            counts[state] += shares[index]
    return counts


ASKED = [("kluczewski", "1212"), ("lubelska-medycyna", "06"), *((s, "") for s in SENIORS)]


@pytest.mark.parametrize(("subject", "area"), ASKED)
def test_seniors_within_reach_are_those_of_the_places_within_reach(subject, area):
    query = CoverageQuery(subject, area, people="age_60_plus")
    units = compute(query).units
    got = {key: int(units[f"{key}_people"].sum()) for key in ("covered", "residual", "unknown")}
    wanted = reckoned(query)
    # A tie of remainders moves a person at most in a gmina.
    assert sum(got.values()) == sum(wanted.values())
    assert all(abs(got[key] - wanted[key]) <= len(units) // 20 + 1 for key in got), (got, wanted)
    assert units["population"].sum() == load_ages(Level.GMINA).loc[units.index, list(SIXTY)].sum().sum()


def test_sentences_and_headings_say_who_is_counted_and_when():
    for text, who in ((PL, "w wieku 60 lat i więcej w 2020 r."), (EN, "aged 60 and over in 2020")):
        view = coverage_view(CoverageQuery("kluczewski", area="1212", people="age_60_plus"), text)
        assert view.headline.count(who) == 1
        assert "2020" in view.notes[0]
        heads = list(view["units"].shown(text).columns)
        assert len(heads) == len(set(heads))
        assert sum(who in head for head in heads) == 3
        assert not any("2024" in head for head in heads)
        assert who in view["numbers"].shown(text).iloc[0, 0]
        assert all(who in dot.words for dot in view.painting.dots)
        assert who in siting_view(view.query, text, additions=1, among="potential").message
        assert who in view.picture.alt
    everyone = coverage_view(CoverageQuery("kluczewski", area="1212"), PL)
    assert "w wieku" not in " ".join((everyone.headline, *everyone.notes))


def test_a_verdict_of_a_gmina_is_the_same_for_every_group():
    whole = compute(CoverageQuery("kluczewski", area="12")).units["verdict"]
    for group in GROUPS:
        own = compute(CoverageQuery("kluczewski", area="12", people=group.group_id)).units["verdict"]
        assert (own == whole).mean() > 0.98


def test_the_clusters_of_seniors_open_with_them_and_others_with_everybody():
    for cluster in SENIORS:
        assert opening_group(Subject.of(cluster)) == "age_60_plus"
    assert opening_group(Subject.of("regionalne-klastry-seniora")) == "age_60_plus"
    assert opening_group(Subject.of("kluczewski")) == EVERYBODY
    assert opening_group(Subject.of("kluczewski,senior-lubelski")) == EVERYBODY
    assert list(people_options(PL)) == [EVERYBODY, *(g.group_id for g in GROUPS)]


def test_the_shell_counts_a_group_and_names_those_it_knows(capsys):
    assert main(["coverage", "--cluster", "kluczewski", "--people", "60+", "--format", "csv"]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff")), sep=";", dtype=str)
    codes = table["TERYT"].str.zfill(6)
    assert table["60 lat i więcej (2020)"].astype(int).tolist() == [
        int(load_ages(Level.GMINA).loc[code, list(SIXTY)].sum()) for code in codes
    ]
    assert main(["coverage", "--cluster", "kluczewski", "--people", "61+"]) == 1
    said = capsys.readouterr().err
    assert "60+" in said
    assert "0-14" in said
    for wrong in ("0+", "all", "60"):
        with pytest.raises(QueryError):
            group_named(wrong)
    assert group_named("") is None
    assert len(load_units(Level.GMINA)) == len(load_ages(Level.GMINA))


def seniors(level):
    """Return people of 60 and over by unit, from the columns alone."""
    return load_ages(level)[list(SIXTY)].sum(axis=1)


def test_a_rate_by_seniors_is_of_the_members_and_the_seniors():
    query = DensityQuery("kluczewski", measure=Measure.PER_10K_PEOPLE, people="age_60_plus")
    view = density_view(query, PL)
    counts = view["units"]["members"].dropna().astype(int)
    wanted = (10_000 * counts / seniors(Level.GMINA)[counts.index]).round(3)
    got = view["units"]["value"][counts.index]
    assert (counts > 0).sum() == 3
    np.testing.assert_allclose(got[counts > 0].astype(float), wanted[counts > 0], atol=6e-4)
    assert "w wieku 60 lat i więcej w 2020 r." in view.picture.legend_title
    assert "2020" in view.picture.notes[2]


@pytest.mark.parametrize("code", ["1212", "0601", "2602"])
def test_a_powiat_over_all_clusters_counts_the_group(code):
    found, reach = standing(code, PL, "age_60_plus"), best_reach(code, "age_60_plus")
    own = seniors(Level.GMINA)
    own = own[own.index.str.startswith(code)]
    assert found.gminy["population"].tolist() == own[found.gminy.frame.index].tolist()
    assert reach.covered + reach.residual + reach.unknown == own.sum()
    assert "2020" in found.paragraph
    if reach.cluster:
        asked = CoverageQuery(reach.cluster.cluster_id, code, radius_km=reach.cluster.default_radius_km)
        units = compute(asked).units
        people = people_by_locality(group_named("60+"))
        places = compute(asked).localities
        assert reach.covered == int(people.reindex(places.index)[places["covered"]].sum())
        assert units["population"].sum() != own.sum()
    words = " ".join(PdfReader(io.BytesIO(sheet_pdf(code, PL, "age_60_plus"))).pages[0].extract_text().split())
    assert "60 lat i więcej w 2020 r." in words
    assert PL.number(reach.covered or reach.unknown).replace("\xa0", " ") in words


def test_the_report_ranks_and_compares_by_the_group():
    query = CoverageQuery("lubelska-medycyna", people="age_60_plus")
    report = powiat_report(query, "0663", PL)
    own = seniors(Level.POWIAT)
    peers = report.peers.frame.drop_duplicates("teryt").set_index("teryt")
    assert peers["population"].astype(int).tolist() == own[peers.index].tolist()
    similar = peers.index[peers["group"] == "size"]
    # Those of the most similar number of seniors elsewhere, found by sorting alone.
    others = own[~own.index.str.startswith("06")]
    wanted = (others - own["0663"]).abs().sort_values(kind="stable").index[: len(similar)]
    assert set(similar) == set(wanted)
    assert "2020" in report.paragraph
    assert report.as_dict()["people"] == "age_60_plus"
    assert report.as_dict()["population"] == own["0663"]


def test_clusters_side_by_side_count_the_group():
    query = CompareQuery(Subject(("kluczewski", "senior-lubelski", "senioralny-opolski")), people="age_60_plus")
    table, own = compare_view(query, PL)["clusters"].frame.set_index("cluster"), seniors(Level.VOIVODESHIP)
    assert table["people"].tolist() == [seniors(Level.POWIAT)["1212"], own["06"], own["16"]]
    told = table.dropna(subset=["covered"])
    assert len(told)
    assert (told[["covered", "residual", "unknown"]].sum(axis=1) == told["people"]).all()
    strength = network_view(query, PL)["strength"].frame
    assert strength["people"].tolist() == table["people"].tolist()
    by_place = people_by_locality(group_named("60+")).to_numpy()
    codes = load_localities()["teryt"].str[:4].to_numpy()
    cluster = resolve("kluczewski").clusters[0]
    covered, _ = reach_of(cluster, (Status.MEMBER,), Reach(cluster.default_radius_km))
    assert strength["covered"].iloc[0] == by_place[covered & (codes == "1212")].sum()


def test_concentration_is_told_beside_the_group():
    query = ConcentrationQuery("lubelska-medycyna", Level.POWIAT)
    own = seniors(Level.POWIAT)
    base = base_named("age_60_plus", Level.POWIAT, PL)
    assert base.name == "ludność w wieku 60 lat i więcej w 2020 r."
    view = concentration_view(query, MapKind.QUOTIENT, PL, background=base)
    table = view["units"].frame
    share = own.loc[table.index] / own.loc[table.index].sum()
    wanted = table["members"] / table["members"].sum() / share
    told = table["lq"].notna()
    assert told.any()
    np.testing.assert_allclose(table["lq"][told], wanted[told], atol=0.006)
    # People of one year are not told by people of another.
    assert "base_per_10k" not in table
    assert "w wieku 60 lat i więcej w 2020 r." in view.headline
    shell = view_of("concentration", Given("lubelska-medycyna", PL, {"level": "powiat", "people": "60+"}))
    assert shell.headline == view.headline
    assert opening_base(Subject.of("senior-lubelski")) == "age_60_plus"
    assert opening_base(Subject.of("kluczewski")) == "people"
    with pytest.raises(OptionError):
        view_of("concentration", Given("lubelska-medycyna", PL, {"people": "60+", "map": "gi"}))


def test_the_best_invitation_is_by_the_people_who_are_counted():
    found = invitation("1212", "kluczewski", PL, people="age_60_plus")
    assert found.population == seniors(Level.POWIAT)["1212"]
    whole = invitation("1212", "kluczewski", PL)
    gained = {c.member_id: c.gained for c in whole.candidates}
    assert all((c.gained or 0) <= (gained[c.member_id] or 0) for c in found.candidates if c.member_id in gained)
    assert "w wieku 60 lat i więcej" in found.rule
    assert "w wieku" not in whole.rule


@pytest.mark.parametrize(
    "asked",
    [
        ["report", "--powiat", "1212", "--format", "json"],
        ["report", "--cluster", "kluczewski", "--powiat", "1212", "--format", "json"],
    ],
)
def test_the_shell_reports_on_a_group(capsys, asked):
    assert main([*asked, "--people", "60+"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["people"] == "age_60_plus"
    assert said["population"] == seniors(Level.POWIAT)["1212"]


def test_the_map_of_poland_counts_the_group():
    view, own = country_view(PL, "12", "age_60_plus"), seniors(Level.POWIAT)
    powiaty = view["powiaty"].frame.set_index("teryt")
    assert powiaty["population"].tolist() == own[powiaty.index].tolist()
    assert set(powiaty.index.str[:2]) == {"12"}
    whole = country_view(PL, "", "age_60_plus")
    none = whole.result.powiaty.index[whole.result.powiaty["answer"] == "none"]
    assert whole["voivodeships"]["none_people"].sum() == own[none].sum()
    assert "60 lat i więcej" in view.picture.notes[0]
    assert "60 lat i więcej (2020)" in view["powiaty"].shown(PL).columns
    plain = country_view(PL)
    assert "w wieku" not in " ".join(plain.picture.notes)
    assert plain["powiaty"].frame["population"].sum() == load_units(Level.POWIAT)["population"].sum()
