"""The shipped clusters hold what the sources say, no more."""

import pandas as pd
import pytest

from geo.errors import DataFileError, MemberTableError, UnknownClusterError
from geo.io.clusters import check_members, clusters_of, load_clusters, load_members, load_networks
from geo.io.gazetteer import find_locality
from geo.settings import CLUSTERS_DIR


def test_every_cluster_of_the_facts_is_there():
    territories = {c.cluster_id: c.territory for c in load_clusters()}
    assert territories["kluczewski"] == ("1212",)
    assert territories["lubelska-medycyna"] == ("06",)
    assert territories["skarzyski"] == ("2610",)
    assert territories["senioralny-opolski"] == ("16",)
    assert territories["uwierz-w-siebie"] == ()
    seniors = clusters_of("regionalne-klastry-seniora")
    assert sorted(c.territory[0] for c in seniors) == ["02", "06", "10", "12", "18", "24"]
    assert all(c.coordinator.startswith("Centrum Operacyjne") for c in seniors)
    assert [n.network_id for n in load_networks()] == ["regionalne-klastry-seniora"]


def test_boleslaw_is_the_one_in_powiat_olkuski(localities):
    assert set(find_locality(localities, "Bolesław", within="")["teryt"].str[:4]) >= {"1204", "1212"}
    members = load_members()
    row = members[members["name"] == "Gmina Bolesław"].iloc[0]
    assert row["teryt"] == "121203"
    assert row["precision"] == "locality"
    assert row.geometry.distance(find_locality(localities, "Bolesław", within="1212").geometry.iloc[0]) < 1


@pytest.mark.parametrize(
    ("cluster", "status", "count"),
    [
        ("kluczewski", "member", 7),
        ("kluczewski", "declared", 2),
        ("kluczewski", "potential", 12),
        ("skarzyski", "member", 0),
        ("skarzyski", "declared", 6),
        ("uwierz-w-siebie", "member", 0),
        ("lubelska-medycyna", "potential", 0),
    ],
)
def test_statuses_follow_the_sources(cluster, status, count):
    members = load_members()
    assert ((members["cluster_id"] == cluster) & (members["status"] == status)).sum() == count


def test_unknown_places_stay_unknown():
    members = load_members()
    unknown = members[members["precision"] == "unknown"]
    assert (unknown["teryt"] == "").all()
    assert unknown.geometry.isna().all()
    assert len(unknown[unknown["cluster_id"] == "lubelska-medycyna"]) == 26
    coarse = members[members["precision"].isin(["gmina", "powiat", "voivodeship"])]
    assert coarse.geometry.isna().all()


def test_every_row_keeps_its_source():
    assert (load_members()["source"].str.len() > 0).all()


def test_points_lie_in_the_gmina_that_is_named(gminy):
    located = load_members().dropna(subset="geometry")
    own = gminy.geometry[located["teryt"]]
    assert own.intersects(located.geometry, align=False).all()


def test_unknown_cluster_is_answered_with_those_there_are():
    with pytest.raises(UnknownClusterError, match="kluczewski"):
        clusters_of("nie-ma")
    with pytest.raises(UnknownClusterError):
        clusters_of("")


def test_all_problems_of_a_table_are_named():
    table = pd.read_csv(CLUSTERS_DIR / "members.csv", sep=";", dtype=str, keep_default_na=False).head(3)
    table.loc[0, "sector"] = "kosmos"
    table.loc[1, "teryt"] = "12"
    table.loc[2, "member_id"] = table.loc[1, "member_id"]
    with pytest.raises(MemberTableError) as caught:
        check_members(table, {c.cluster_id for c in load_clusters()})
    assert len(caught.value.problems) == 3
    assert "kosmos" in str(caught.value)


def test_missing_columns_are_named():
    with pytest.raises(MemberTableError, match="sector"):
        check_members(pd.DataFrame({"name": ["x"]}), set())


def test_missing_files_are_named(tmp_path):
    with pytest.raises(DataFileError, match=r"clusters\.json"):
        load_clusters(tmp_path)
    with pytest.raises(DataFileError, match=r"members\.csv"):
        load_members(tmp_path)
