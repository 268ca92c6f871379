"""A killed backup or atlas leaves nothing behind at the next start, and a changed backup is refused."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from geo.__main__ import main
from geo.services import library, warmth
from geo.services.access import Access
from geo.services.editing import keep
from support.browser import ROOT
from support.lists import made

ME = Access(may_write=True, author="ja", reason="local")
WAITS = """
import sys
from pathlib import Path
from geo.io.leftovers import own_folder

with own_folder(Path(sys.argv[1]), sys.argv[2]) as folder:
    (folder / "part").write_text("half")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def busy():
    """Return a function that has another process work in a folder of its own."""
    begun = []

    def begin(parent, prefix):
        command = [sys.executable, "-c", WAITS, parent, prefix]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)
        begun.append(process)
        return process, Path(process.stdout.readline().strip())

    yield begin
    for process in begun:
        process.kill()
        process.communicate(timeout=30)


def killed(process):
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


def test_the_next_backup_clears_away_what_a_killed_one_left(busy, tmp_path):
    cluster, members = made(3)
    keep(ME, cluster, 0, members, action="create")
    one, left = busy(tmp_path, ".backup-")
    _, working = busy(tmp_path, ".backup-")
    killed(one)
    assert (left / "part").exists()
    assert main(["backup", str(tmp_path / "kopia.sqlite")]) == 0
    assert not left.exists()
    # One that is still being made stays.
    assert (working / "part").exists()
    assert (tmp_path / "kopia.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_start_clears_away_what_a_killed_atlas_left(busy, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    one, left = busy(tmp_path, "klastry-atlas-")
    _, working = busy(tmp_path, "klastry-atlas-")
    killed(one)
    warmth._clear()
    assert not left.exists()
    assert working.exists()


def flipped(file, inside):
    """Change one byte of a text in a file."""
    content = bytearray(file.read_bytes())
    content[content.index(inside.encode())] ^= 1
    file.write_bytes(bytes(content))


@pytest.mark.parametrize("inside", ["fundacja", "Próba", "Olkusz", "2026-11-22"])
def test_a_flipped_byte_is_not_restored_without_notice(inside, tmp_path, monkeypatch, capsys):
    cluster, members = made(5)
    keep(ME, cluster, 0, members, action="create")
    file = tmp_path / "kopia.sqlite"
    assert main(["backup", str(file)]) == 0
    flipped(file, inside)
    library.close_stores()
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path / "pusty"))
    capsys.readouterr()
    assert main(["restore", str(file)]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert "backup_changed" in said
    assert not (tmp_path / "pusty" / "klastry.sqlite").exists()


def test_a_backup_from_before_there_were_checksums_is_restored(tmp_path, monkeypatch):
    cluster, members = made(5)
    keep(ME, cluster, 0, members, action="create")
    file = tmp_path / "kopia.sqlite"
    assert main(["backup", str(file)]) == 0
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE backup_checksum")
        connection.commit()
    library.close_stores()
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path / "pusty"))
    assert main(["restore", str(file)]) == 0
    assert cluster.cluster_id in {c.cluster_id for c in library.library().clusters}
