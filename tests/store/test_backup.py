"""A backup is one file made while the app runs; a restore gives the same tables, row for row."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from geo.__main__ import main
from geo.io import schema
from geo.io.database import reading
from geo.io.store import Change
from support.lists import made, shipped


def tables(store):
    with reading(store.engine) as connection:
        return {t.name: connection.execute(select(t).order_by(*t.primary_key.columns)).all() for t in schema.TABLES}


@pytest.fixture
def filled(store):
    for cluster, members in (shipped(), made(1200)):
        store.create(cluster, members, Change("a", "create"))
        store.save(replace(cluster, name="Inna"), 1, Change("b", "edit"))
    store.remember("x", {"name": "0"})
    return store


def test_a_restore_gives_the_same_tables_row_for_row(filled, url, tmp_path, monkeypatch, open_store, capsys):
    monkeypatch.setenv("KLASTRY_DATABASE_URL", url)
    file = tmp_path / "kopia.sqlite"
    assert main(["backup", str(file)]) == 0
    assert "member: 1221" in capsys.readouterr().out
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["kopia.sqlite"]
    monkeypatch.delenv("KLASTRY_DATABASE_URL")
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path / "pusty"))
    assert main(["restore", str(file)]) == 0
    restored = open_store(f"sqlite:///{tmp_path / 'pusty' / 'klastry.sqlite'}")
    assert tables(restored) == tables(filled)
    assert main(["restore", str(file)]) == 1
    assert "not_empty" in capsys.readouterr().err
    assert tables(restored) == tables(filled)


def test_a_backup_goes_into_postgresql_too(filled, url, tmp_path, monkeypatch, postgres, open_store):
    monkeypatch.setenv("KLASTRY_DATABASE_URL", url)
    assert main(["backup", str(tmp_path / "k.sqlite")]) == 0
    other = postgres()
    monkeypatch.setenv("KLASTRY_DATABASE_URL", other)
    assert main(["restore", str(tmp_path / "k.sqlite")]) == 0
    assert tables(open_store(other)) == tables(filled)


@pytest.mark.usefixtures("filled")
def test_a_backup_during_imports_holds_one_moment(url, tmp_path, monkeypatch, open_store):
    monkeypatch.setenv("KLASTRY_DATABASE_URL", url)
    cluster, members = made(1200)
    stop, errors = threading.Event(), []
    writer_store = open_store(url)

    def write():
        version = 2
        try:
            while not stop.is_set():
                version = writer_store.save(cluster, version, Change("w", "import"), members=members)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test fails
            errors.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for n in range(3):
            assert main(["backup", str(tmp_path / f"{n}.sqlite")]) == 0
    finally:
        stop.set()
        thread.join(timeout=60)
    assert errors == []
    for n in range(3):
        found = tables(open_store(f"sqlite:///{tmp_path / f'{n}.sqlite'}"))
        lists = {v.list_id for v in found["version"]}
        assert lists == {row.list_id for row in found["member_list"]}
        heads = {c.cluster_id: c.head for c in found["cluster"]}
        for cluster_id, head in heads.items():
            assert max(v.number for v in found["version"] if v.cluster_id == cluster_id) == head
        assert len(found["member"]) == 21 + 1200 * (len(lists) - 1)


@pytest.mark.parametrize("content", [b"", b"nothing", b"SQLite format 3\0" + b"x" * 100])
def test_what_is_no_backup_is_refused(content, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path / "pusty"))
    file = tmp_path / "k.sqlite"
    file.write_bytes(content)
    assert main(["restore", str(file)]) == 1
    assert capsys.readouterr().err


def test_nothing_kept_is_no_backup(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path / "pusty"))
    assert main(["backup", str(tmp_path / "k.sqlite")]) == 1
    assert "nothing_kept" in capsys.readouterr().err
    assert not (tmp_path / "k.sqlite").exists()
