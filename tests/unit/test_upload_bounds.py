"""However hostile a file, reading it stays within 500 MB and ten seconds, and two are read at once."""

import io
import json
import subprocess
import sys
import threading
import zipfile
from types import SimpleNamespace

import openpyxl
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from geo.errors import BusyError, UploadError
from geo.io import sandbox
from geo.io.uploads import reader
from geo.io.uploads.reader import read_upload
from pages._ui import upload_bounds

MB = 1_000_000
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def workbook(rows):
    """Return an XLSX file whose sheet has this XML; too little of it to look like a bomb by its ratio."""
    blank, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(blank)
    with zipfile.ZipFile(blank) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, SHEET.format(rows) if name.endswith("sheet1.xml") else content)
    return out.getvalue()


def square():
    features = [{"type": "Feature", "geometry": None, "properties": {f"p{i}": i}} for i in range(20_000)]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


HOSTILE = {
    "newlines.csv": lambda: b"a;b\n" + b"\n" * (19 * MB),
    "square.geojson": square,
    "empty.xlsx": lambda: workbook(
        "".join(f'<row r="{n}"><c r="A{n}"/><c r="CV{n}"/></row>' for n in range(1, 300_000))
    ),
    "nested.geojson": lambda: b'{"features":[' + b"[],[[]]," * 2_400_000 + b"1]}",
    "fields.csv": lambda: b";" * (19 * MB),
    "quotes.csv": lambda: b'a;b\n"' + b'""' * (9 * MB),
}


# A small process starts the reader and says what it used: one started by a large one counts as large.
MEASURED = """
import resource, subprocess, sys
command = [sys.executable, "-m", "geo.io.uploads.sandboxed", sys.argv[1], ""]
subprocess.run(command, stdin=sys.stdin.buffer, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss, used.ru_utime + used.ru_stime)
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_or_read_within_the_bounds(name):
    content, kind = HOSTILE[name](), name.rpartition(".")[2]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, kind], input=content, capture_output=True, check=True, timeout=100
    )
    kilobytes, seconds = map(float, done.stdout.split())
    assert kilobytes < 500_000
    assert seconds < 11


def test_more_properties_than_columns_are_named():
    with pytest.raises(UploadError) as caught:
        read_upload("kwadrat.geojson", square())
    assert (caught.value.problem, caught.value.details["limit"]) == ("columns", 100)


def test_two_are_read_at_once_and_the_third_is_told_that_it_waits(monkeypatch):
    inside, gate, told = threading.Semaphore(0), threading.Event(), threading.Event()
    most, lock, now = [], threading.Lock(), [0]

    def slow(*_arguments, **_options):
        with lock:
            now[0] += 1
            most.append(now[0])
        inside.release()
        assert gate.wait(30)
        with lock:
            now[0] -= 1
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(sandbox.subprocess, "run", slow)
    threads = [
        threading.Thread(target=sandbox.run_sandboxed, args=(["x"], b""), kwargs={"seconds": 1, "waiting": told.set})
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    assert inside.acquire(timeout=30)
    assert inside.acquire(timeout=30)
    assert told.wait(30)
    gate.set()
    for thread in threads:
        thread.join(30)
    assert max(most) == sandbox.AT_ONCE
    assert len(most) == 3


def test_who_waits_too_long_is_told_to_try_again(monkeypatch):
    monkeypatch.setattr(sandbox, "QUEUE_S", 0.01)
    taken = [sandbox._turns.acquire(timeout=30) for _ in range(sandbox.AT_ONCE)]
    try:
        with pytest.raises(BusyError):
            read_upload("a.csv", b"Nazwa\nA\n")
    finally:
        for _ in taken:
            sandbox._turns.release()
    assert read_upload("a.csv", b"Nazwa\nA\n").rows == (("A",),)


def test_a_child_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(reader, "WALL_SECONDS", 0.01)
    with pytest.raises(UploadError, match="bomb"):
        read_upload("a.csv", b"Nazwa\nA\n")


@pytest.fixture
def uploads(monkeypatch):
    manager = MemoryUploadedFileManager("/upload")
    pages = ["otwarta", "druga"]
    sessions = SimpleNamespace(
        list_active_sessions=lambda: [SimpleNamespace(session=SimpleNamespace(id=name)) for name in pages]
    )
    runtime = SimpleNamespace(uploaded_file_mgr=manager, _session_mgr=sessions)
    monkeypatch.setattr(upload_bounds.Runtime, "instance", lambda: runtime)
    monkeypatch.setattr(upload_bounds, "ALL_BYTES", 100)
    monkeypatch.setattr(upload_bounds, "SESSION_BYTES", 60)
    return manager


def held(manager, session, size):
    manager.add_file(session, UploadedFileRec(f"{session}{size}", "a", "b", b"x" * size))


def test_uploads_of_closed_pages_are_given_back_where_room_is_short(uploads):
    held(uploads, "zamknięta", 50)
    held(uploads, "otwarta", 30)
    assert upload_bounds.has_room("druga", 20)
    assert uploads.file_storage["zamknięta"]
    assert upload_bounds.has_room("druga", 50)
    assert "zamknięta" not in uploads.file_storage
    assert uploads.file_storage["otwarta"]


def test_neither_one_page_nor_all_together_fill_the_memory(uploads):
    held(uploads, "otwarta", 50)
    assert not upload_bounds.has_room("otwarta", 20)
    held(uploads, "druga", 45)
    assert not upload_bounds.has_room("druga", 10)
    assert upload_bounds.has_room("druga", 5)
