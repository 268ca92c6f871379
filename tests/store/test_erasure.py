"""Whoever is erased is in no table, version, log or file of the store; others stay as they were."""

import sqlite3
import subprocess
from dataclasses import replace

import pandas as pd
import pytest

from geo.errors import ConflictError, StoreError
from geo.io.erasure import Wanted
from geo.io.store import NEW
from geo.services import erasure, library
from geo.services.access import Access
from geo.services.backup import backup
from geo.services.editing import as_shipped, keep, open_kept
from geo.services.versions import versions_table
from support.lists import made, shipped
from support.postgres import binaries

ME = Access(may_write=True, author="ja@urzad.example", reason="editor")
NAME, PHONE = "Zdzisława Kręcichwost", "698 765 431"


@pytest.fixture(autouse=True)
def _here(url, monkeypatch):
    monkeypatch.setenv("KLASTRY_DATABASE_URL", url)
    yield
    library.close_stores()


def everything(url, tmp_path):
    """Return all bytes that the store left on disk, or a dump of the server's database."""
    if url.startswith("sqlite"):
        return b"".join(p.read_bytes() for p in (tmp_path / "data").iterdir() if p.is_file())
    dump = subprocess.run([binaries() / "pg_dump", url], check=True, capture_output=True, text=False)
    return dump.stdout


def told(content):
    """Say which pieces of the person are found."""
    return [word for word in (NAME, NAME.upper(), "Kręcichwost", PHONE) if word.encode() in content]


@pytest.fixture
def cluster():
    """Keep a cluster with a person among its members, in three versions, in one by another spelling."""
    own, members = made(30)
    members = members.assign(phone="")
    members.loc[3, ["name", "phone"]] = [NAME, PHONE]
    own = replace(own, coordinator=f"prowadzi {NAME.upper()} osobiście")
    keep(ME, own, 0, members, action="create", file_name=f"lista od {NAME}.xlsx")
    misspelt = members.copy()
    misspelt.loc[3, "name"] = "Zdzisława Kręcihwost"
    keep(ME, own, 1, misspelt, action="import")
    keep(ME, own, 2, members.iloc[:10], action="import")
    return own


def test_nothing_is_left_of_an_erased_member(cluster, url, tmp_path):
    assert told(everything(url, tmp_path)) == [NAME, NAME.upper(), "Kręcichwost", PHONE]
    held = open_kept(cluster.cluster_id)
    assert erasure.trace(held, "00004").versions == 3
    assert erasure.erase_member(ME, held, "00004") == 4
    left = everything(url, tmp_path)
    assert told(left) == []
    assert "Kręcihwost".encode() not in left
    # Everybody else is where they were, in every version.
    table = versions_table(cluster.cluster_id)
    assert table["members"].tolist() == [9, 9, 29, 29]
    assert table["action"].tolist() == ["erase", "import", "import", "create"]
    _, members = made(30)
    first = library.store().get(cluster.cluster_id, 1)
    kept = library.store().members(first.list_id, cluster.cluster_id)
    assert kept["name"].tolist() == [n for i, n in enumerate(members["name"]) if i != 3]
    assert first.cluster.coordinator == "prowadzi ••• osobiście"
    assert NAME not in set(library.library().members["name"])


def test_whoever_still_has_the_list_open_cannot_bring_the_member_back(cluster, url, tmp_path):
    mine = open_kept(cluster.cluster_id)
    erasure.erase_member(ME, open_kept(cluster.cluster_id), "00004")
    with pytest.raises(ConflictError) as conflict:
        keep(ME, cluster, mine.stored.version, mine.members, action="edit")
    keep(ME, replace(cluster, coordinator=""), conflict.value.current, mine.members, action="edit")
    assert told(everything(url, tmp_path)) == []
    again = mine.members[mine.members["member_id"] == "00004"].assign(member_id=f"{NEW}1")
    number = keep(ME, cluster, conflict.value.current + 1, again, action="import")
    # Taken in anew, it has an identifier of its own.
    assert open_kept(cluster.cluster_id).members["member_id"].tolist() == ["00031"]
    assert number == conflict.value.current + 2


def test_only_the_editor_erases(cluster):
    held = open_kept(cluster.cluster_id)
    for wrong in (lambda a: erasure.erase_member(a, held, "00004"), lambda a: erasure.erase_cluster(a, held)):
        with pytest.raises(Exception, match="not_editor"):
            wrong(Access(may_write=False, author="", reason="not_editor"))
    with pytest.raises(StoreError, match="no_member"):
        erasure.erase_member(ME, held, "99999")
    assert open_kept(cluster.cluster_id).stored.version == 3


def test_the_same_person_elsewhere_is_named_and_erased_if_asked(cluster, url, tmp_path):
    other, members = made(2, cluster_id="inny")
    keep(ME, other, 0, members.assign(name=[NAME.lower(), "Kto Inny"]), action="create")
    held = open_kept(cluster.cluster_id)
    assert erasure.trace(held, "00004").elsewhere == {"inny": other.name}
    erasure.erase_member(ME, held, "00004", elsewhere=True)
    assert open_kept("inny").members["name"].tolist() == ["Kto Inny"]
    assert NAME.lower().encode() not in everything(url, tmp_path)


def test_backups_that_hold_the_person_are_named_and_not_changed(cluster, tmp_path):
    file, damaged = tmp_path / "kopia.sqlite", tmp_path / "zla.sqlite"
    backup(file)
    backup(damaged)
    damaged.write_bytes(b"nic")
    before = file.read_bytes()
    held = open_kept(cluster.cluster_id)
    states = {path.rpartition("/")[2]: state for path, _, state in erasure.trace(held, "00004").backups}
    assert states == {"kopia.sqlite": "holds", "zla.sqlite": "unreadable"}
    erasure.erase_member(ME, held, "00004")
    assert file.read_bytes() == before
    backup(tmp_path / "nowa.sqlite")
    everybody = Wanted("00004", NAME)
    states = {path.rpartition("/")[2]: state for path, _, state in erasure.backups(everybody)}
    assert states == {"kopia.sqlite": "holds", "zla.sqlite": "unreadable", "nowa.sqlite": "clean"}


def test_a_whole_cluster_is_erased(cluster, url, tmp_path):
    other, members = made(2, cluster_id="inny")
    keep(ME, other, 0, members, action="create")
    assert erasure.erase_cluster(ME, open_kept(cluster.cluster_id)) is False
    left = everything(url, tmp_path)
    assert told(left) == []
    assert cluster.name.encode() not in left
    assert [h[0] for h in library.store().heads()] == ["inny"]
    assert len(open_kept("inny").members) == 2
    # A cluster of that name begins anew.
    keep(ME, cluster, 0, made(1)[1].assign(member_id=f"{NEW}1"), action="create")
    assert open_kept(cluster.cluster_id).members["member_id"].tolist() == ["00001"]


def test_a_member_that_came_with_the_app_is_hidden_for_good():
    own, members = shipped("senior-lubelski")
    gone, name = members["member_id"][0], members["name"][0]
    held = open_kept(own.cluster_id)
    found = erasure.trace(held, gone)
    assert found.shipped
    # It is a member of another cluster that came with the app, too.
    assert set(found.elsewhere) == {"lubelska-medycyna"}
    erasure.erase_member(ME, held, gone, elsewhere=True)
    assert name not in set(library.library().members["name"])
    assert len(open_kept(own.cluster_id).members) == len(members) - 1
    # Also when the cluster is shown as it came again.
    assert erasure.erase_cluster(ME, open_kept(own.cluster_id)) is True
    assert open_kept(own.cluster_id).stored.version == 0
    assert name not in set(library.library().members["name"])
    assert len(as_shipped(own.cluster_id).members) == len(members) - 1


@pytest.mark.parametrize(
    ("wanted", "row", "same"),
    [
        (Wanted("1", "Jan Nowak"), ("9", "JAN  NOWAK"), True),
        (Wanted("1", "Jan Nowak"), ("1", "Jan Nowaj"), True),
        # Once identifiers were given again: another name is another organisation.
        (Wanted("1", "Jan Nowak"), ("1", "Szpital w Olkuszu"), False),
        (Wanted("1", "Szkoła nr 1", frozenset({"8567346215"})), ("2", "Szkoła nr 2"), False),
        (Wanted("1", "Jan Nowak", frozenset({"8567346215"})), ("2", "Jan Nowak Usługi"), True),
        (Wanted("1", "Jan Nowak"), ("2", "Jan Nowak Usługi"), False),
    ],
)
def test_who_is_meant(wanted, row, same):
    found = pd.DataFrame(
        [(*row, False, "8567346215", "", "")], columns=["member_id", "name", "person", "nip", "regon", "krs"]
    )
    assert wanted.is_row(next(found.itertuples())) is same


def test_a_natural_person_is_told_by_its_identifier_alone():
    _, members = made(3, cluster_id="osoby")
    persons = members.assign(name="Osoba fizyczna", person=True)
    keep(ME, made(0, cluster_id="osoby")[0], 0, persons, action="create")
    erasure.erase_member(ME, open_kept("osoby"), "00002")
    assert open_kept("osoby").members["member_id"].tolist() == ["00001", "00003"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_database_in_use_is_said_and_can_be_cleaned_later(cluster, url, tmp_path, monkeypatch):
    monkeypatch.setattr("geo.io.erasure.TRIES", 2)
    monkeypatch.setattr("geo.io.erasure.WAIT_S", 0.01)
    monkeypatch.setattr("geo.io.erasure.LOCK_S", 0.1)
    reader = sqlite3.connect(tmp_path / "data" / "klastry.sqlite")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM member").fetchone()
    with pytest.raises(StoreError, match="not_scrubbed"):
        erasure.erase_member(ME, open_kept(cluster.cluster_id), "00004")
    assert NAME not in set(open_kept(cluster.cluster_id).members["name"])
    reader.close()
    erasure.scrub(ME)
    assert told(everything(url, tmp_path)) == []
