"""Clusters are kept whole, with every version, and nobody overwrites anybody unseen."""

import threading
from dataclasses import replace

import pandas as pd
import pytest
from sqlalchemy import inspect, select, text

from geo.errors import ConflictError, StoreError
from geo.io import schema
from geo.io.database import open_engine, reading, writing
from geo.io.store import Change, Store
from support.lists import made, shipped

ME = Change("jan@urzad.example", "create", "lista.xlsx")


def same(a, b):
    columns = [c for c in a.columns if c != "geometry"]
    pd.testing.assert_frame_equal(pd.DataFrame(a[columns]), pd.DataFrame(b[columns]), check_dtype=False)
    assert [None if g is None else (g.x, g.y) for g in a.geometry] == [
        None if g is None else (g.x, g.y) for g in b.geometry
    ]


def test_what_is_kept_comes_back_unchanged(store):
    cluster, members = shipped()
    store.create(cluster, members, ME)
    kept = store.get(cluster.cluster_id)
    assert (kept.cluster, kept.version, kept.archived) == (cluster, 1, False)
    same(members, store.members(kept.list_id, cluster.cluster_id)[members.columns])


def test_a_cluster_without_members_or_territory_is_kept(store):
    cluster, members = made(0)
    cluster = replace(cluster, territory=())
    store.create(cluster, members, ME)
    kept = store.get(cluster.cluster_id)
    assert kept.cluster == cluster
    assert store.members(kept.list_id, cluster.cluster_id).empty


def test_the_second_of_two_editors_gets_a_conflict_and_loses_nothing(store):
    cluster, members = made(5)
    store.create(cluster, members, ME)
    mine, theirs = replace(cluster, name="Moja"), replace(cluster, name="Ich")
    assert store.save(theirs, 1, Change("ich", "edit")) == 2
    with pytest.raises(ConflictError) as conflict:
        store.save(mine, 1, Change("mój", "edit"), members=members.iloc[:1])
    assert (conflict.value.based_on, conflict.value.current) == (1, 2)
    assert store.get(cluster.cluster_id).cluster.name == "Ich"
    assert len(store.versions(cluster.cluster_id)) == 2
    # Nothing of the refused list is left behind.
    with reading(store.engine) as connection:
        assert len(connection.execute(select(schema.member_list)).all()) == 1


def test_of_many_editors_at_once_exactly_one_wins_each_version(store, url, open_store):
    cluster, members = made(50)
    store.create(cluster, members, ME)
    outcomes, gate = [], threading.Barrier(6)
    stores = [open_store(url) for _ in range(6)]

    def edit(n):
        gate.wait(timeout=60)
        try:
            outcomes.append(
                stores[n].save(replace(cluster, name=f"Nr {n}"), 1, Change(str(n), "import"), members=members)
            )
        except ConflictError:
            outcomes.append("conflict")

    threads = [threading.Thread(target=edit, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(map(str, outcomes)) == ["2", *["conflict"] * 5]
    assert [v["number"] for v in store.versions(cluster.cluster_id)] == [2, 1]


def test_every_version_can_be_read_and_restored(store):
    cluster, members = made(4)
    store.create(cluster, members, ME)
    store.save(replace(cluster, name="Druga"), 1, Change("b", "import", "b.csv"), members=members.iloc[:2])
    assert store.restore_version(cluster.cluster_id, 1, 2, "c") == 3
    versions = store.versions(cluster.cluster_id)
    assert [(v["number"], v["author"], v["action"], v["file_name"], v["members"]) for v in versions] == [
        (3, "c", "restore", "#1", 4),
        (2, "b", "import", "b.csv", 2),
        (1, ME.author, "create", "lista.xlsx", 4),
    ]
    assert store.get(cluster.cluster_id).cluster == cluster
    assert store.get(cluster.cluster_id, 2).cluster.name == "Druga"
    with pytest.raises(ConflictError):
        store.restore_version(cluster.cluster_id, 1, 2, "d")
    with pytest.raises(StoreError):
        store.restore_version(cluster.cluster_id, 9, 3, "d")


def test_an_archived_cluster_is_hidden_and_comes_back(store):
    cluster, members = made(1)
    store.create(cluster, members, ME)
    store.save(cluster, 1, Change("a", "archive"))
    assert store.clusters() == ()
    assert [c.archived for c in store.clusters(archived=True)] == [True]
    store.save(cluster, 2, Change("a", "unarchive"))
    assert [c.cluster for c in store.clusters()] == [cluster]


def test_an_identifier_is_taken_once(store):
    cluster, members = made(1)
    store.create(cluster, members, ME)
    with pytest.raises(StoreError, match="exists"):
        store.create(cluster, members, ME)


def test_a_failing_import_leaves_nothing(store):
    cluster, members = made(1200)
    broken = members.copy()
    broken.loc[1100, "sector"] = None
    store.create(cluster, members.iloc[:3], ME)
    wrong = Store(store.engine)

    def failing():
        yield from ({"member_id": str(n)} for n in range(3))
        raise KeyboardInterrupt

    from geo.io import store as module  # noqa: PLC0415 - patched below

    rows = module._rows
    module._rows = lambda _: failing()
    try:
        with pytest.raises(BaseException):  # noqa: B017, PT011 - any way of failing
            wrong.save(cluster, 1, Change("x", "import"), members=broken)
    finally:
        module._rows = rows
    assert store.heads() == ((cluster.cluster_id, 1, False),)
    with reading(store.engine) as connection:
        assert len(connection.execute(select(schema.member)).all()) == 3
        assert len(connection.execute(select(schema.member_list)).all()) == 1


def test_the_name_and_place_of_a_natural_person_never_reach_the_database(store):
    cluster, members = made(2)
    members.loc[0, "person"] = True
    store.create(cluster, members, ME)
    kept = store.members(store.get(cluster.cluster_id).list_id, cluster.cluster_id)
    assert kept.geometry[0] is None
    assert kept.geometry[1] is not None


def test_a_mapping_is_remembered_and_replaced(store):
    assert store.mapping("a|b") is None
    store.remember("a|b", {"name": "0"})
    store.remember("a|b", {"name": "1"})
    assert store.mapping("a|b") == {"name": "1"}
    assert store.mapping("a|c") is None


def test_the_migrated_schema_is_the_one_the_code_uses(store):
    found = inspect(store.engine)
    for table in schema.TABLES:
        columns = {c["name"]: c["nullable"] for c in found.get_columns(table.name)}
        assert columns == {c.name: bool(c.nullable) for c in table.columns}
        assert found.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key]


@pytest.mark.usefixtures("store")
def test_opening_twice_migrates_once(url, open_store):
    again = open_store(url)
    with reading(again.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1


def test_a_writer_that_fails_rolls_back(store):
    def fail():
        with writing(store.engine) as connection:
            connection.execute(schema.cluster.insert(), {"cluster_id": "x", "head": 1, "archived": False})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.is_empty()


def test_sqlite_runs_in_wal(tmp_path, open_store):
    kept = open_store(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with reading(kept.engine) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2


def test_a_database_that_cannot_be_reached_is_our_error(tmp_path):
    blocked = tmp_path / "plik"
    blocked.write_text("x")
    with pytest.raises(StoreError, match="unreachable"):
        open_engine(f"sqlite:///{blocked}/k.sqlite")
    with pytest.raises(StoreError, match="unreachable"):
        open_engine("postgresql://nikt@127.0.0.1:1/nic")
    with pytest.raises(StoreError, match="unreachable"):
        open_engine("nonsense")


def test_a_database_of_the_first_version_gains_dates_and_loses_nothing(url, open_store):
    kept = open_store(url)
    cluster, members = made(3)
    kept.create(cluster, members, ME)
    with writing(kept.engine) as connection:
        # As it was before members had dates, logouts were recorded, and lists knew by which outlines they stand.
        connection.execute(text("DROP TABLE ended_login"))
        for table in ("message", "scenario", "invitation", "version_attachment", "attachment", "erased", "saved_copy"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("ALTER TABLE member_list DROP COLUMN outlines"))
        connection.execute(text("ALTER TABLE cluster DROP COLUMN last_number"))
        for column in ("joined", "left_on", "given", "doubt", "phone", "email", "website", "remarks"):
            connection.execute(text(f"ALTER TABLE member DROP COLUMN {column}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    again = open_store(url)
    stored = again.get(cluster.cluster_id)
    found = again.members(stored.list_id, cluster.cluster_id)
    same(found[["name", "teryt", "geometry"]], members[["name", "teryt", "geometry"]])
    assert set(found["joined"]) == set(found["left_on"]) == set(found["given"]) == set(found["doubt"]) == {""}
    assert again.placed_elsewhere("any") == {cluster.cluster_id}
    # Numbers go on from the highest that was ever given.
    more = pd.concat([members.iloc[:1], members.iloc[1:2].assign(member_id="+1")], ignore_index=True)
    assert again.save(cluster, 1, Change("ja", "import"), members=more) == 2
    found = again.members(again.get(cluster.cluster_id).list_id, cluster.cluster_id)
    assert found["member_id"].tolist() == [members["member_id"][0], "00004"]


def test_a_number_is_never_given_again(store):
    cluster, members = made(3)
    store.create(cluster, members, ME)
    store.save(cluster, 1, Change("ja", "import"), members=members.iloc[:1])
    two = members.iloc[:2].assign(member_id=["+1", "+2"])
    store.save(cluster, 2, Change("ja", "import"), members=two)
    found = store.members(store.get(cluster.cluster_id).list_id, cluster.cluster_id)
    assert found["member_id"].tolist() == ["00004", "00005"]
