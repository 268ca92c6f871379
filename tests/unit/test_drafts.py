"""Drafts are read by the holder of their key alone, are bounded, and bring a review back as it was."""

import os
import time

import pytest

from geo.io.drafts import Drafts
from geo.io.uploads.reader import read_upload
from geo.model.cluster import Status
from geo.model.intake import Decision
from geo.render.text import Text
from geo.services.drafts import draft_label, identifier_of, kept_drafts, reopen, review_state
from geo.services.intake.by_name import offer
from geo.services.intake.review import decide, prepare, suggest_mapping

MINE, OTHER = "a" * 64, "b" * 64
LIST = "Nazwa;Forma;Miejscowość\nKoło Tajne;stowarzyszenie;Nowa Wieś\nFundacja;fundacja;Olkusz\n".encode()
NAME = "lista.csv"
STATE = {"name": NAME, "sheet": "", "heading": 0, "mapping": {}, "status": "member", "checked": False, "batches": []}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path))
    return tmp_path / "szkice"


def files(folder):
    return sorted(p for p in folder.rglob("*") if p.is_file())


def test_only_the_holder_of_the_key_reads_a_draft_and_the_disk_says_nothing(folder):
    identifier = identifier_of(NAME, LIST)
    assert Drafts(MINE).save(identifier, STATE, LIST)
    assert Drafts(MINE).content(identifier) == LIST
    assert Drafts(MINE).states()[identifier]["name"] == NAME
    assert Drafts(OTHER).states() == {}
    assert Drafts(OTHER).content(identifier) is None
    on_disk = b"".join(p.name.encode() + p.read_bytes() for p in files(folder))
    for word in (MINE.encode(), bytes.fromhex(MINE), "Koło".encode(), b"lista.csv", b"Olkusz"):
        assert word not in on_disk
    assert all(p.stat().st_mode & 0o077 == 0 for p in files(folder))


def test_a_draft_of_another_is_not_taken_for_ones_own(folder):
    identifier = identifier_of(NAME, LIST)
    Drafts(MINE).save(identifier, STATE, LIST)
    # Somebody who can write the folder calls the files as if they were the other's.
    own = Drafts(OTHER)
    for file in files(folder):
        file.rename(own._file(identifier, file.suffix[1:]))
    assert own.states() == {}
    assert own.content(identifier) is None


@pytest.mark.parametrize("key", ["", "-", "a" * 63, "A" * 64, "../" + "a" * 61])
def test_what_is_no_key_has_no_drafts(key):
    with pytest.raises(ValueError, match="no key"):
        Drafts(key)
    assert kept_drafts(key) == {}


@pytest.mark.parametrize("identifier", ["", "../../etc", "a" * 15, "g" * 16])
def test_what_is_no_identifier_is_not_kept(identifier):
    assert not Drafts(MINE).save(identifier, STATE, LIST)
    assert Drafts(MINE).content(identifier) is None


def test_drafts_are_bounded_in_number_size_and_age(folder, monkeypatch):
    monkeypatch.setenv("KLASTRY_DRAFTS", "3")
    monkeypatch.setenv("KLASTRY_DRAFT_MB", "1")
    monkeypatch.setenv("KLASTRY_DRAFT_DAYS", "2")
    assert not Drafts(MINE).save("0" * 16, STATE, b"x" * 1_000_001)
    now = time.time()
    for n in range(5):
        owner = Drafts((MINE, OTHER)[n % 2])
        assert owner.save(f"{n:016x}", STATE, LIST)
        for kind in ("state", "list"):
            os.utime(owner._file(f"{n:016x}", kind), (now - 100 + n,) * 2)
    kept = {*Drafts(MINE).states(), *Drafts(OTHER).states()}
    assert kept == {f"{n:016x}" for n in (2, 3, 4)}
    assert len(files(folder)) == 6
    old = Drafts(MINE)._file(f"{4:016x}", "state")
    os.utime(old, (now - 3 * 86_400,) * 2)
    assert f"{4:016x}" not in Drafts(MINE).states()
    assert not old.exists()
    monkeypatch.setenv("KLASTRY_DRAFTS", "0")
    assert not Drafts(MINE).save("f" * 16, STATE, LIST)


def test_a_damaged_or_half_written_draft_is_none(folder):
    identifier = identifier_of(NAME, LIST)
    Drafts(MINE).save(identifier, STATE, LIST)
    file = Drafts(MINE)._file(identifier, "list")
    file.write_bytes(file.read_bytes()[:-1])
    assert Drafts(MINE).content(identifier) is None
    Drafts(MINE).drop(identifier)
    assert files(folder) == []
    # Only what changes is written: without the file there is nothing to add to.
    assert not Drafts(MINE).save(identifier, STATE)


def reviewed():
    """Return a list of which one place was searched for, with what was decided."""
    raw = read_upload(NAME, LIST)
    mapping = suggest_mapping(raw)
    prepared = prepare(raw, mapping)
    question = next(q for q in decide(prepared, ()).questions if q.topic == "place")
    option = offer(prepared.draft, question, "Nowa Wieś, gm. Michałowice, pow. krakowski")[0]
    batches = [("", (Decision(question.key, option.key, question.rows),))]
    return mapping, prepared, batches


def test_a_review_is_taken_up_where_it_was_left_with_places_that_were_searched_for():
    mapping, prepared, batches = reviewed()
    identifier = identifier_of(NAME, LIST)
    state = STATE | review_state(mapping, Status.DECLARED, prepared, batches)
    Drafts(MINE).save(identifier, state, LIST)
    kept = kept_drafts(MINE)[identifier]
    found = reopen(NAME, LIST, kept)
    assert (found.mapping, found.status) == (mapping, Status.DECLARED)
    made = [d for _, some in batches for d in some]
    again = decide(found.prepared, [d for _, some in found.batches for d in some])
    before = decide(prepared, made)
    place = ["teryt", "locality", "precision", "x", "y"]
    assert again.table[place].equals(before.table[place])
    assert again.table["state"].tolist() == before.table["state"].tolist()
    assert "(1 decyzja)" in draft_label(kept, Text("pl"))
    assert Text("pl").say(found.batches[0][0])


def test_a_list_whose_columns_are_not_settled_is_taken_up_there():
    found = reopen(NAME, LIST, STATE)
    assert found.prepared is None
    assert len(found.raw.rows) == 2
