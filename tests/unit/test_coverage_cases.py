"""
Cases checked by hand, with their reasoning.

Kluczewski klaster, R = 10 km, members only. Its sources name seven organisations that took part: six
in gmina Klucze (four known only to the gmina, two in Jaroszowiec) and Gmina Bolesław. Gmina Klucze
and the Starostwo in Olkusz were invited, which is no membership. So Klucze and Bolesław hold a
member and are covered. Bukowno lies 3.6 km and Olkusz 6.1 km from Bolesław: reached. Trzyciąż and
Wolbrom lie 12.3 and 12.6 km from Jaroszowiec: declared and empty. No member is a firm: business is
missing.

Skarżyski klaster społeczny is a concept: nobody is a member. Its five gminy are declared and empty.

Klaster Lubelska Medycyna: the places of most members are not known, so a gmina without a known
member is "no data" unless it is within reach of Lublin or Nałęczów; never a gap.

Uwierz w siebie: neither members nor a territory: no data everywhere.
"""

from dataclasses import replace

import numpy as np
import pytest

from geo.errors import QueryError, UnknownClusterError, UnknownUnitError
from geo.model.cluster import Sector, Status
from geo.model.coverage import CoverageQuery, SectorState, Verdict
from geo.model.selection import Need
from geo.model.units import Level
from geo.render.text import Text
from geo.services import library
from geo.services.cache import Cache
from geo.services.coverage import compute, coverage_view, mixed_levels
from geo.services.powiat import find_powiaty, powiat_report
from geo.services.scenarios import Scenario, compare
from geo.services.siting import siting_view
from geo.services.subjects import subject_id, subjects

PL = Text("pl")


def test_kluczewski():
    units = compute(CoverageQuery("kluczewski", radius_km=10)).units
    assert dict(units["verdict"]) == {
        "121201": Verdict.REACHED,
        "121203": Verdict.COVERED,
        "121204": Verdict.COVERED,
        "121205": Verdict.REACHED,
        "121206": Verdict.EMPTY,
        # Its town is within 10 km of gmina Klucze, somewhere in which four more members are.
        "121207": Verdict.NO_DATA,
    }
    assert dict(units["members"]) == {
        "121201": 0,
        "121203": 1,
        "121204": 6,
        "121205": 0,
        "121206": 0,
        "121207": 0,
    }
    assert units.loc["121204", "sectors"] == {
        Sector.PUBLIC: SectorState.PRESENT,
        Sector.BUSINESS: SectorState.ABSENT,
        Sector.NGO: SectorState.PRESENT,
    }
    np.testing.assert_allclose(units.loc[["121201", "121205"], "nearest_m"], [3600, 6100], atol=60)


def test_kluczewski_with_declared_organisations():
    query = CoverageQuery("kluczewski", statuses=(Status.MEMBER, Status.DECLARED))
    assert compute(query).units.loc["121205", "verdict"] == Verdict.COVERED


def test_skarzyski_is_declared_and_empty():
    units = compute(CoverageQuery("skarzyski")).units
    assert len(units) == 5
    assert set(units["verdict"]) == {Verdict.EMPTY}


def test_lubelska_medycyna_has_no_gaps_only_unknowns():
    units = compute(CoverageQuery("lubelska-medycyna", radius_km=10)).units
    assert set(units["verdict"]) == {Verdict.COVERED, Verdict.REACHED, Verdict.NO_DATA}
    assert set(units.index[units["members"] > 0]) == {"066301", "061408"}


def test_uwierz_w_siebie_has_no_data():
    units = compute(CoverageQuery("uwierz-w-siebie", level=Level.POWIAT)).units
    assert set(units["verdict"]) == {Verdict.NO_DATA}


def test_outside_the_territory_nobody_near_is_a_gap():
    units = compute(CoverageQuery("kluczewski", area="1261")).units
    assert set(units["verdict"]) == {Verdict.GAP}


@pytest.mark.parametrize("subject", [subject_id(s) for s in subjects()])
def test_every_cluster_can_be_shown_and_keeps_its_people(subject):
    view = coverage_view(CoverageQuery(subject, level=Level.POWIAT), PL)
    units = view.result.units
    people = units["covered_people"] + units["residual_people"] + units["unknown_people"]
    assert (people == units["population"]).all()
    assert set(view.payload["classes"]) <= set(view.payload["fills"])
    assert len(view["units"]) == len(units)
    # Of clusters whose members nobody lists one flat tone says all there is: no zeros.
    if not view.known:
        assert view["units"].frame[["members", "covered", "residual"]].isna().all(axis=None)
        assert set(view.payload["classes"]) <= {"-", "x"}
        assert len(view.legend) == 1


def test_need_narrows_what_counts():
    business = compute(CoverageQuery("kluczewski", need=Need.parse("sector:business")))
    assert business.units["members"].sum() == 0
    kind = compute(CoverageQuery("kluczewski", need=Need.parse("kind:JST")))
    assert list(kind.units.index[kind.units["members"] > 0]) == ["121203"]


@pytest.mark.parametrize("need", ["", "sector:kosmos", "kind:", "x"])
def test_unknown_needs_are_refused(need):
    with pytest.raises(QueryError, match="need"):
        CoverageQuery("kluczewski", need=Need.parse(need))


@pytest.mark.parametrize("radius", [0.5, 61, float("nan")])
def test_reach_is_checked(radius):
    with pytest.raises(QueryError, match="radius_km"):
        CoverageQuery("kluczewski", radius_km=radius)


@pytest.mark.parametrize("words", ["Powiat olkuski", "olkuski", "Olkusz", "1212", "OLKUSKI", "pow. olkuski"])
def test_powiat_is_found_as_people_type_it(words):
    assert find_powiaty(words) == ["1212"]


def test_powiat_names_that_occur_twice_stay_ambiguous():
    assert find_powiaty("brzeski") == ["1202", "1601"]
    assert find_powiaty("swidnicki") == ["0219", "0617"]


def test_unknown_powiat_is_said():
    with pytest.raises(UnknownUnitError, match="Nibylandia"):
        find_powiaty("Nibylandia")


def test_report_says_it_in_a_sentence():
    report = powiat_report(CoverageQuery("kluczewski", radius_km=10), "1212", PL)
    text = report.paragraph.replace("\xa0", " ")
    assert "Powiat olkuski jest objęty częściowo: 2 z 6 gmin mają członka klastra (Kluczewski klaster)." in text
    assert "Co najmniej 72% z 105 000 mieszkańców ma do najbliższego członka nie więcej niż 10 km;" in text
    assert "Brakuje: sektora biznesu." in text
    assert report.siting
    assert next(iter(report.nearest.shown(PL)["Odległość (km)"])) == pytest.approx(6.1, abs=0.06)
    assert "Wolbrom" in report.siting.table["place"][0]
    assert list(report.who["cluster"]) == ["Kluczewski klaster", "Małopolski Klaster Seniora"]
    assert list(report.who.shown(PL)["Poziom terenu"]) == ["Powiaty", "Województwa"]
    assert list(report.who["own_radius_km"]) == [10.0, 30.0]
    said = report.as_dict()
    assert said["covered"] + said["residual"] + said["unknown"] == 105_000
    assert said["at_least"]


def test_siting_says_when_there_is_nothing_to_do():
    full = siting_view(CoverageQuery("kluczewski", radius_km=60), PL, additions=1, among="localities")
    assert full.message == PL("siting.full")
    none = siting_view(CoverageQuery("lubelska-medycyna"), PL, additions=1, among="potential")
    assert none.message == PL("siting.none")


def test_siting_among_localities_leaves_fewer_people_out():
    query = CoverageQuery("kluczewski", radius_km=10)
    now = compute(query).units
    before = int(now["residual_people"].sum() + now["unknown_people"].sum())
    result = siting_view(query, PL, additions=1, among="localities")
    assert result.optimal
    assert result.residual == before - result.table["gain"][0]


def test_what_if_a_gmina_joins():
    query = CoverageQuery("kluczewski", radius_km=10)
    joined = replace(query, added=("121207",))
    before, after = compute(query).units, compute(joined).units
    assert after.loc["121207", "verdict"] == Verdict.COVERED
    assert (after["covered_people"] >= before["covered_people"]).all()
    table = compare(query, [Scenario(("121207",)), Scenario(("121206", "121207"))], PL)
    assert list(table["scenario"]) == ["stan obecny", "Wolbrom", "Trzyciąż + Wolbrom"]
    gained = int(after["covered_people"].sum() - before["covered_people"].sum())
    assert list(table["gain"])[:2] == [0, gained]
    view = coverage_view(joined, PL)
    assert sum(m["l"] == "+" for m in view.payload["members"]) == 1
    # An assumed member has no sector, so it does not fill one.
    assert after.loc["121207", "sectors"] == before.loc["121207", "sectors"]


def test_what_if_an_unknown_gmina_joins():
    with pytest.raises(UnknownUnitError, match="999999"):
        compute(CoverageQuery("kluczewski", added=("999999",)))


def test_too_large_an_area_for_siting_is_said():
    result = siting_view(CoverageQuery("uwierz-w-siebie", radius_km=60), PL, additions=1, among="localities")
    assert result.message == PL("siting.too_large")


def test_members_without_any_point_reach_nobody_but_count_where_they_are_seated():
    # The four organisations of Klucze whose place is known only to the gmina.
    query = CoverageQuery("kluczewski", need=Need.parse("kind:stowarzyszenie (OPP)"))
    result = compute(query)
    assert result.unplaced == 3
    assert result.units["covered_people"].sum() == 0
    assert result.units.loc["121204", "verdict"] == Verdict.COVERED
    assert result.units["unknown_people"].sum() > 0
    headline = coverage_view(query, PL).headline.replace("\xa0", " ")
    assert headline.startswith("Nie wiadomo, ilu z 105 000 mieszkańców ma do najbliższego członka nie więcej niż 10 km")
    assert "0%" not in headline


def test_everything_covered_leaves_no_gaps():
    view = coverage_view(CoverageQuery("kluczewski", radius_km=60), PL)
    assert not len(view["gaps"])
    assert (view.result.units["residual_people"] == 0).all()


def test_clusters_of_one_level_are_computed_together():
    both = compute(CoverageQuery("kluczewski,skarzyski", radius_km=10)).units
    alone = compute(CoverageQuery("kluczewski", radius_km=10)).units
    assert len(both) == 6 + 5
    assert both.loc[alone.index, "covered_people"].equals(alone["covered_people"])
    assert not mixed_levels("kluczewski,skarzyski")


def test_levels_are_never_mixed_in_one_share():
    assert mixed_levels("kluczewski,senior-malopolski")
    with pytest.raises(UnknownClusterError, match="nie-ma"):
        compute(CoverageQuery("kluczewski,nie-ma"))


def test_direction_of_each_locality_points_to_its_member():
    localities = compute(CoverageQuery("kluczewski", radius_km=10)).localities
    wolbrom = localities[localities["name"] == "Wolbrom"].iloc[0]
    # Jaroszowiec lies 11.3 km to the west and 5.6 km to the south.
    assert wolbrom["bearing"] == pytest.approx(180 + np.degrees(np.arctan2(11_327, 5_573)), abs=0.1)


def test_a_report_looks_its_clusters_up_once(monkeypatch):
    asked = []
    for name in ("clusters_of", "members_of"):
        real = getattr(library, name)
        monkeypatch.setattr(library, name, lambda what, name=name, real=real: (asked.append(name), real(what))[1])
    library.show(replace(library.library(), resolved=Cache(32)))
    powiat_report(CoverageQuery("kluczewski"), "1212", PL)
    # The cluster of the report, and the other one at the powiat.
    assert 0 < asked.count("clusters_of") <= 3
    assert 0 < asked.count("members_of") <= 3
