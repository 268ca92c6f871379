"""Two first editors meet the conflict view; a list of the session reaches every thread; the log holds nobody's data."""

import logging
from dataclasses import replace
from threading import Thread

import pytest

from geo.errors import ConflictError, KlastryError, StoreError
from geo.model.coverage import CoverageQuery
from geo.model.picture import Format, Kind, Look, PictureQuery
from geo.render.text import Text
from geo.services import library
from geo.services.access import Access
from geo.services.atlas import AtlasJob, State
from geo.services.editing import keep, open_kept, session_list
from geo.services.logs import described, quiet_logs
from geo.services.versions import difference, merge_changes
from support.lists import made, shipped

PL = Text("pl")
ME = Access(may_write=True, author="ja", reason="local")


def test_the_second_first_editor_of_a_shipped_cluster_gets_a_conflict_and_can_merge():
    cluster, members = shipped()
    theirs, mine = replace(cluster, description="Opis pierwszej"), replace(cluster, coordinator="Koordynator drugiej")
    assert keep(ME, theirs, 0, None, action="edit") == 1
    with pytest.raises(ConflictError) as conflict:
        keep(ME, mine, 0, None, action="edit")
    assert (conflict.value.based_on, conflict.value.current) == (0, 1)
    assert not difference(mine, members, cluster.cluster_id, PL).empty
    merged, list_ = merge_changes(mine, members, 0)
    assert (merged.description, merged.coordinator) == ("Opis pierwszej", "Koordynator drugiej")
    assert keep(ME, merged, 1, list_, action="edit") == 2
    assert len(open_kept(cluster.cluster_id).members) == len(members)
    # The same field is for the editor to decide.
    assert merge_changes(replace(cluster, description="Inny"), members, 0) is None


def test_the_name_of_a_new_cluster_that_was_taken_meanwhile_is_no_conflict():
    cluster, members = made(2)
    keep(ME, cluster, 0, members, action="create")
    with pytest.raises(StoreError, match="exists"):
        keep(ME, cluster, 0, members, action="create")


@pytest.mark.usefixtures("editor")
def test_the_page_shows_both_changes_with_three_choices_and_keeps_what_was_typed(page):
    first, second = (page("my_cluster", widok="terytorium") for _ in range(2))
    for app in (first, second):
        app.selectbox(key="edytowany-0").set_value("kluczewski").run()
    first.text_input(key="opis-kluczewski-0").set_value("Opis pierwszej").run()
    second.text_input(key="koordynator-kluczewski-0").set_value("Koordynator drugiej").run()
    for app in (first, second):
        next(b for b in app.button if b.key == "zapisz-klaster").click().run()
        assert not app.exception
    assert any("Ktoś inny zmienił tymczasem ten klaster" in e.value for e in second.error)
    assert any("wersję dostarczoną z aplikacją" in e.value for e in second.error)
    keys = {b.key for b in second.button}
    assert {"konflikt-razem", "konflikt-moja", "konflikt-odrzuc"} <= keys
    assert second.text_input(key="koordynator-kluczewski-0").value == "Koordynator drugiej"
    next(b for b in second.button if b.key == "konflikt-razem").click().run()
    assert not second.exception
    kept = open_kept("kluczewski")
    assert kept.stored.version == 2
    assert (kept.cluster.description, kept.cluster.coordinator) == ("Opis pierwszej", "Koordynator drugiej")


def in_a_session(work):
    """Do something in a thread that sees a list of the session, as a page does."""
    cluster, members = shipped()
    own = replace(cluster, cluster_id="sesja-proba", name="Tylko tutaj")
    done = []

    def run():
        library.use((session_list(own, members),))
        done.append(work(own.cluster_id))

    thread = Thread(target=run)
    thread.start()
    thread.join()
    return done[0]


def test_an_atlas_of_a_list_of_the_session_is_made():
    def make(subject):
        look = PictureQuery(next(iter(Format)), next(iter(Look)))
        job = AtlasJob(CoverageQuery(subject), "1212", look, Kind.PNG, PL)
        job.start()
        return job.wait(), job.content[:2], job.problem

    assert in_a_session(make) == (State.DONE, b"PK", "")


def test_a_list_of_a_session_is_unknown_elsewhere():
    with pytest.raises(KlastryError):
        library.clusters_of("sesja-proba")


@pytest.fixture
def quiet():
    """Quiet the logs for one test."""
    before = logging.getLogRecordFactory()
    quiet_logs()
    yield
    logging.setLogRecordFactory(before)


PERSON = ("Jan Ukryty", "jan.ukryty@poczta.example", "44051401458")


def fails_with(said):
    try:
        {}[said]
    except KeyError as error:
        raise ValueError(said) from error


@pytest.mark.usefixtures("quiet")
def test_what_is_logged_of_an_error_holds_no_values(capsys):
    handler = logging.StreamHandler()
    log = logging.getLogger("proba")
    log.addHandler(handler)
    try:
        for said in PERSON:
            try:
                fails_with(said)
            except ValueError:
                log.exception("failed")
    finally:
        log.removeHandler(handler)
    err = capsys.readouterr().err
    assert "test_editors_and_sessions.py" in err
    assert "builtins.ValueError" in err
    assert "builtins.KeyError" in err
    assert not any(said in err for said in PERSON)


def test_errors_that_come_from_each_other_in_a_circle_are_described():
    one, two = ValueError("a"), KeyError("b")
    one.__cause__, two.__cause__ = two, one
    assert described(one).count("Traceback") == 2
