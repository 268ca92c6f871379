"""Kept clusters stand beside the shipped ones everywhere, and say what changed."""

from dataclasses import replace

import pytest

from geo.errors import ConflictError, QueryError, UnknownClusterError
from geo.model.coverage import CoverageQuery
from geo.model.queries import DensityQuery
from geo.model.units import Level
from geo.render.text import Text
from geo.services import library
from geo.services.access import Access
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.editing import (
    blank_cluster,
    editable_names,
    keep,
    kept_names,
    new_identifier,
    open_kept,
    restore_version,
    session_list,
    toggled,
    without_nested,
)
from geo.services.intake.map import unit_at
from geo.services.overview import overview
from geo.services.versions import compare_versions, difference, versions_table
from support.lists import made, shipped

PL = Text("pl")
ME = Access(may_write=True, author="ja", reason="local")


def test_a_kept_cluster_is_shown_like_a_shipped_one():
    cluster, members = made(30)
    keep(ME, cluster, 0, members, action="create", file_name="a.xlsx")
    assert cluster.cluster_id in {c.cluster_id for c in overview(PL).clusters}
    density = density_view(DensityQuery(cluster.cluster_id, statuses=("declared", "member", "potential")), PL)
    assert len(density["organisations"]) == 30
    assert len(density.payload["members"]) == 30
    coverage = coverage_view(CoverageQuery(cluster.cluster_id), PL)
    assert coverage.known == 30
    people = sum(coverage.result.units[f"{k}_people"] for k in ("covered", "residual", "unknown"))
    assert people.sum() == pytest.approx(coverage.result.units["population"].sum())


def test_a_version_of_a_shipped_cluster_takes_its_place():
    cluster, members = shipped()
    opened = open_kept(cluster.cluster_id)
    assert (opened.stored.version, opened.cluster, len(opened.members)) == (0, cluster, len(members))
    keep(ME, replace(cluster, name="Nowa nazwa"), 0, None, action="edit")
    shown = [c for c in library.library().clusters if c.cluster_id == cluster.cluster_id]
    assert [c.name for c in shown] == ["Nowa nazwa"]
    assert (library.library().members["cluster_id"] == cluster.cluster_id).sum() == len(members)


def test_an_archived_cluster_leaves_the_lists_but_can_be_opened():
    cluster, members = made(2)
    keep(ME, cluster, 0, members, action="create")
    keep(ME, cluster, 1, None, action="archive")
    with pytest.raises(UnknownClusterError):
        library.clusters_of(cluster.cluster_id)
    assert cluster.cluster_id not in kept_names()
    assert cluster.cluster_id in editable_names()
    assert open_kept(cluster.cluster_id).stored.archived
    keep(ME, cluster, 2, None, action="unarchive")
    assert library.clusters_of(cluster.cluster_id) == (cluster,)


def test_a_shipped_cluster_can_be_archived():
    cluster, _ = shipped()
    keep(ME, cluster, 0, None, action="archive")
    assert cluster.cluster_id not in {c.cluster_id for c in library.library().clusters}


def test_a_session_list_is_seen_in_its_session_only(tmp_path):
    cluster, members = made(3, cluster_id="sesja-x")
    library.use((session_list(cluster, members),))
    try:
        assert library.clusters_of("sesja-x") == (cluster,)
        assert len(density_view(DensityQuery("sesja-x", statuses=("declared", "member", "potential")), PL).members) == 3
        assert "sesja-x" not in editable_names()
    finally:
        library.use(())
    with pytest.raises(UnknownClusterError):
        library.clusters_of("sesja-x")
    # Nothing was written.
    assert not (tmp_path / "klastry").exists()


def test_reading_makes_no_store(tmp_path):
    assert library.store() is None
    overview(PL)
    assert list(tmp_path.iterdir()) == []


def test_versions_are_listed_and_compared():
    cluster, members = made(3)
    keep(ME, cluster, 0, members, action="create", file_name="a.csv")
    changed = members.iloc[1:].copy()
    changed.loc[1, "name"] = "Inna nazwa"
    keep(ME, replace(cluster, name="Nowa"), 1, changed, action="import", file_name="b.csv")
    table = versions_table(cluster.cluster_id).shown(PL)
    assert table[PL("version.number")].tolist() == [2, 1]
    assert table[PL("version.file")].tolist() == ["b.csv", "a.csv"]
    assert table[PL("version.members")].tolist() == [2, 3]
    changes = compare_versions(cluster.cluster_id, 1, 2, PL)
    assert sorted(changes.iloc[:, 0]) == ["opis klastra", "usunięty członek", "zmieniony członek"]
    assert restore_version(ME, cluster.cluster_id, 1, 2) == 3
    assert compare_versions(cluster.cluster_id, 1, 3, PL).empty


def test_a_conflict_shows_both_versions():
    cluster, members = made(3)
    keep(ME, cluster, 0, members, action="create")
    keep(ME, replace(cluster, coordinator="Ich"), 1, None, action="edit")
    mine = replace(cluster, coordinator="Moja")
    with pytest.raises(ConflictError):
        keep(ME, mine, 1, None, action="edit")
    assert difference(mine, members, cluster.cluster_id, PL).to_numpy().tolist() == [
        ["opis klastra", "Koordynator", "Ich", "Moja"]
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"territory": ("99",)},
        {"territory": ("1",)},
        {"default_radius_km": 0.5},
        {"default_radius_km": float("nan")},
        {"description": "x" * 2001},
    ],
)
def test_a_wrong_definition_is_refused(change):
    cluster, members = made(1)
    with pytest.raises(QueryError):
        keep(ME, replace(cluster, **change), 0, members, action="create")
    assert kept_names() == {}


def test_identifiers_are_ascii_and_not_taken_twice():
    assert new_identifier("Klaster Łódź – „Ósemka”") == "klaster-lodz-osemka"
    assert new_identifier("Kluczewski") == "kluczewski-2"
    assert new_identifier("„”") == "klaster"
    assert blank_cluster("Ala").territory == ()


def test_territories():
    assert without_nested(("121204", "12", "1212", "24")) == ("12", "24")
    assert toggled(("12",), "12") == ()
    assert toggled(("121204",), "1212") == ("1212",)


@pytest.mark.parametrize(
    ("level", "code"), [(Level.GMINA, "121204"), (Level.POWIAT, "1212"), (Level.VOIVODESHIP, "12")]
)
def test_a_click_picks_the_unit(level, code):
    assert unit_at(50.3331, 19.5625, level) == code
    assert unit_at(55.5, 15.0, level) is None
