"""A store that fails after it was opened: shipped clusters and a Polish sentence on every page, nothing lost."""

import json
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace

import pytest

from geo.__main__ import main
from geo.errors import StoreError
from geo.io.database import FILE_NAME, data_dir, open_engine
from geo.io.store import Change, Store
from geo.services import library
from geo.services.access import Access
from geo.services.editing import keep
from support.browser import ROOT
from support.lists import made

PAGES = [
    ("map", {}),
    ("cluster", {}),
    ("cluster", {"karta": "zasieg"}),
    ("powiat", {"powiat": "1212"}),
    ("my_cluster", {"widok": "wczytaj"}),
    ("my_cluster", {"widok": "terytorium"}),
]
ME = Access(may_write=True, author="ja", reason="local")
SHIPPED = "Kluczewski klaster"


@pytest.fixture
def kept():
    """Keep two clusters in the SQLite store, and close it."""
    for name in ("dobry", "zly"):
        cluster, members = made(3, cluster_id=name)
        keep(ME, cluster, 0, members, action="create")
    library.close_stores()
    return data_dir() / FILE_NAME


def change(file, statement, *values):
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1


def definition(file, **fields):
    """Change the definition of the bad cluster; None takes a field out."""
    with closing(sqlite3.connect(file)) as connection:
        ((text,),) = connection.execute("SELECT definition FROM version WHERE cluster_id = 'zly'").fetchall()
    new = {k: v for k, v in (json.loads(text) | fields).items() if v is not None}
    change(file, "UPDATE version SET definition = ? WHERE cluster_id = 'zly'", json.dumps(new))


def newer(file):
    change(file, "UPDATE alembic_version SET version_num = '9999'")


def emptied(file):
    file.write_bytes(b"")


def garbage(file):
    file.write_bytes(b"nie baza" * 1000)


def damaged_in_the_middle(file):
    content = file.read_bytes()
    file.write_bytes(content[:8192] + b"\xa5" * (len(content) - 8192))


def folder(file):
    file.unlink()
    file.mkdir()


WHOLE = {
    newer: "nowszej wersji aplikacji",
    emptied: "jest pusta lub uszkodzona",
    garbage: "jest pusta lub uszkodzona",
    damaged_in_the_middle: "jest pusta lub uszkodzona",
    folder: "Nie można otworzyć bazy klastrów",
}


def said(app):
    return " ".join(w.value for w in [*app.warning, *app.error])


def shows_the_shipped(page, words):
    """Every page runs, says what is wrong and shows what came with the app."""
    for name, query in PAGES:
        app = page(name, **query)
        assert not app.exception, (name, query)
        assert words in said(app), (name, query)
        assert "Pokazujemy klastry dostarczone z aplikacją" in said(app)
        if name == "cluster":
            assert app.markdown
            options = [*app.selectbox, *app.multiselect]
            assert any(SHIPPED in str(box.options) for box in options)


@pytest.mark.parametrize("harm", WHOLE, ids=lambda h: h.__name__)
def test_a_store_that_cannot_be_read_hides_nothing_that_was_shipped(harm, kept, page, capsys):
    harm(kept)
    shows_the_shipped(page, WHOLE[harm])
    # What the pages logged.
    capsys.readouterr()
    assert main(["coverage", "--cluster", "kluczewski"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    "harm",
    [
        lambda f: change(f, "UPDATE version SET definition = '{' WHERE cluster_id = 'zly'"),
        lambda f: change(f, "UPDATE version SET definition = '[]' WHERE cluster_id = 'zly'"),
        lambda f: definition(f, name=None),
        lambda f: definition(f, obce=1),
        lambda f: definition(f, name=7),
        lambda f: definition(f, territory=["powiat"]),
        lambda f: definition(f, required_sectors=["rolnictwo"]),
        lambda f: definition(f, default_radius_km="daleko"),
        lambda f: change(f, "UPDATE cluster SET head = 9 WHERE cluster_id = 'zly'"),
        lambda f: change(
            f,
            "UPDATE member SET x = 'obok' WHERE position = 0 AND list_id = "
            "(SELECT list_id FROM version WHERE cluster_id = 'zly')",
        ),
    ],
    ids=["json", "list", "missing", "extra", "number", "territory", "sector", "radius", "no version", "member"],
)
def test_one_bad_cluster_hides_no_other(harm, kept, page):
    harm(kept)
    app = page("cluster", klaster="dobry")
    assert not app.exception
    assert "Uszkodzonych zapisów nie da się odczytać" in said(app)
    assert "zly" in said(app)
    assert app.selectbox(key="klaster-jeden").value == "dobry"
    for name, query in PAGES:
        assert not page(name, **query).exception, (name, query)


def locking(file, mode):
    """Hold the store locked in another process, for writers or (EXCLUSIVE) for readers too; return it."""
    program = (
        "import sqlite3, sys\n"  # noqa: S608 - our own words
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        f"c.execute('PRAGMA locking_mode={mode}'); c.execute('BEGIN IMMEDIATE')\n"
        "c.execute('UPDATE cluster SET archived = archived'); print('held', flush=True); sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    return process


def let_go(process):
    process.stdin.close()
    process.wait(timeout=30)
    process.stdout.close()


def test_a_file_locked_by_another_program_is_not_waited_for_in_a_queue(kept, page):
    lock = locking(kept, "EXCLUSIVE")
    try:
        shows_the_shipped(page, "jest zajęta")
    finally:
        let_go(lock)
    library.close_stores()
    assert page("cluster", klaster="dobry").selectbox(key="klaster-jeden").value == "dobry"


@pytest.mark.usefixtures("editor")
def test_what_was_typed_stays_while_somebody_locks_the_store(kept, page, monkeypatch):
    monkeypatch.setattr(library, "PAUSE_S", 0.0)
    app = page("my_cluster", widok="terytorium")
    app.selectbox(key="edytowany-0").set_value("dobry").run()
    app.text_input(key="nazwa-dobry-1").set_value("Wpisana nazwa").run()
    lock = locking(kept, "NORMAL")
    try:
        button = next(b for b in app.button if b.key == "zapisz-klaster")
        button.click().run()
        assert not app.exception
        assert "jest zajęta" in said(app)
        assert app.text_input(key="nazwa-dobry-1").value == "Wpisana nazwa"
        assert app.selectbox(key="edytowany-0").value == "dobry"
    finally:
        let_go(lock)
    next(b for b in app.button if b.key == "zapisz-klaster").click().run()
    assert not app.exception
    assert "Zapisano wersję 2" in " ".join(s.value for s in app.success)
    found = Store(open_engine(f"sqlite:///{kept}"))
    assert found.get("dobry").cluster.name == "Wpisana nazwa"
    found.engine.dispose()


def test_a_killed_server_leaves_the_shipped_clusters_and_comes_back(harmed, page, capsys, monkeypatch):
    monkeypatch.setattr(library, "PAUSE_S", 0.0)
    cluster, members = made(3, cluster_id="dobry")
    keep(ME, cluster, 0, members, action="create")
    app = page("cluster", klaster="dobry")
    assert app.selectbox(key="klaster-jeden").value == "dobry"
    harmed.kill()
    app.run()
    assert not app.exception
    assert "Nie można otworzyć bazy klastrów" in said(app)
    shows_the_shipped(page, "Nie można otworzyć bazy klastrów")
    with pytest.raises(StoreError, match="unreachable"):
        keep(ME, cluster, 1, None, action="edit")
    capsys.readouterr()
    assert main(["backup", "kopia.sqlite"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    harmed.start()
    app = page("cluster", klaster="dobry")
    assert app.selectbox(key="klaster-jeden").value == "dobry"
    assert keep(ME, cluster, 1, None, action="edit") == 2


@pytest.mark.usefixtures("editor")
def test_a_frozen_server_is_given_up_and_what_was_typed_stays(harmed, page):
    cluster, members = made(3, cluster_id="dobry")
    keep(ME, cluster, 0, members, action="create")
    app = page("my_cluster", widok="terytorium")
    app.selectbox(key="edytowany-0").set_value("dobry").run()
    app.text_input(key="nazwa-dobry-1").set_value("Wpisana nazwa").run()
    harmed.freeze()
    # Given up by the app itself: without a limit this would not end before the limit of the test.
    next(b for b in app.button if b.key == "zapisz-klaster").click().run()
    assert not app.exception
    assert "Nie można otworzyć bazy klastrów" in said(app)
    assert app.text_input(key="nazwa-dobry-1").value == "Wpisana nazwa"
    # For a moment nobody asks it again, so that nobody queues up.
    shows_the_shipped(page, "Nie można otworzyć bazy klastrów")
    harmed.go_on()
    library.close_stores()
    next(b for b in app.button if b.key == "zapisz-klaster").click().run()
    assert "Zapisano wersję 2" in " ".join(s.value for s in app.success)


def test_a_statement_that_hangs_in_a_frozen_server_is_given_up(harmed, monkeypatch):
    cluster, members = made(3, cluster_id="dobry")
    keep(ME, cluster, 0, members, action="create")
    kept = library.store()
    kept.engine.dispose()
    monkeypatch.setattr("geo.io.bounded_connection.BoundedConnection.seconds", 1.0)
    monkeypatch.setattr("geo.io.database.STATEMENT_S", 1)
    store = Store(open_engine(os.environ["KLASTRY_DATABASE_URL"]))
    with pytest.raises(StoreError, match="busy"), store.engine.connect() as connection:  # noqa: PT012
        from geo.io.database import store_errors  # noqa: PLC0415

        with store_errors():
            connection.exec_driver_sql("SELECT pg_sleep(30)")
    with store.engine.connect() as connection:
        harmed.freeze()
        with pytest.raises(StoreError, match="unreachable"), store_errors():
            connection.exec_driver_sql("SELECT 1")
        harmed.go_on()
    assert [h[0] for h in store.heads()] == ["dobry"]
    store.engine.dispose()


def test_a_folder_of_others_is_read_and_a_save_says_why_not(kept):
    # A process of another user: root may write anywhere.
    if os.geteuid() != 0:
        pytest.skip("needs root to become somebody else")
    nobody = pwd.getpwnam("nobody")
    shared = kept.parent
    for path in (shared, *shared.parents):
        if str(path).startswith("/tmp/"):  # noqa: S108 - pytest's own
            path.chmod(0o755)
    kept.chmod(0o644)
    # The interpreter may be root's alone, so everything is loaded before.
    program = (
        "import os, sys\n"
        "from geo.services.library import library, store_for_writing\n"
        "from geo.io.clusters import load_clusters, load_members, load_networks\n"
        "from geo.io.store import Change\n"
        "from geo.errors import StoreError\n"
        "import alembic.command, alembic.config, sqlalchemy.dialects.sqlite\n"
        "load_clusters(), load_members(), load_networks()\n"
        "os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[1]))\n"
        "print(sorted(library().kept))\n"
        "try:\n"
        "    store_for_writing().save(library().clusters[-1], 1, Change('x', 'edit'))\n"
        "except StoreError as error:\n"
        "    print(error.problem)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(nobody.pw_uid), str(nobody.pw_gid)],
        cwd=ROOT,
        env=os.environ | {"KLASTRY_DATA_DIR": str(shared)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["['dobry', 'zly']", "readonly"], done.stderr


@pytest.fixture
def small_disk(tmp_path, monkeypatch):
    """Make a file system of two megabytes, where this machine lets us."""
    place = tmp_path / "maly"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("this machine mounts no file system")
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(place))
    yield place
    library.close_stores()
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_is_said_and_keeps_what_was_there(small_disk, page, capsys):
    cluster, members = made(20)
    keep(ME, cluster, 0, members, action="create")
    (small_disk / "balast").write_bytes(b"x" * 1_200_000)
    big = made(10_000)[1]
    with pytest.raises(StoreError, match="full"):
        keep(ME, replace(cluster, name="Duża"), 1, big, action="import")
    app = page("cluster", klaster="proba")
    assert not app.exception
    assert app.selectbox(key="klaster-jeden").value == "proba"
    assert main(["backup", str(small_disk / "kopia.sqlite")]) == 1
    assert "full" in capsys.readouterr().err
    assert sorted(p.name for p in small_disk.iterdir() if not p.name.startswith("klastry.sqlite")) == ["balast"]
    (small_disk / "balast").unlink()
    assert keep(ME, replace(cluster, name="Mała"), 1, None, action="edit") == 2


def test_the_page_says_that_the_disk_is_full_and_keeps_what_was_typed(small_disk, page, editor):
    del editor
    cluster, members = made(5, cluster_id="dobry")
    keep(ME, cluster, 0, members, action="create")
    app = page("my_cluster", widok="terytorium")
    app.selectbox(key="edytowany-0").set_value("dobry").run()
    app.text_input(key="opis-dobry-1").set_value("Opis " * 100).run()
    ballast = os.open(small_disk / "balast", os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while os.write(ballast, b"x" * 4096):
            pass
    os.close(ballast)
    button = next(b for b in app.button if b.key == "zapisz-klaster")
    button.click().run()
    assert not app.exception
    if "nie ma miejsca" not in said(app):
        # The log of the store had a page left.
        assert app.success
        return
    assert app.text_input(key="opis-dobry-1").value == "Opis " * 100


def test_the_file_of_the_store_is_its_owners_alone(kept):
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.chmod(0o644)
    Store(open_engine(f"sqlite:///{kept}")).engine.dispose()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in kept.parent.iterdir()) == [FILE_NAME]


def test_a_new_store_appears_whole(tmp_path):
    file = tmp_path / "nowy" / FILE_NAME
    first, second = (Store(open_engine(f"sqlite:///{file}")) for _ in range(2))
    cluster, members = made(2)
    first.create(cluster, members, Change("a", "create"))
    assert second.get(cluster.cluster_id).version == 1
    assert not [p for p in file.parent.iterdir() if not p.name.startswith(FILE_NAME)]
    for store in (first, second):
        store.engine.dispose()
