"""Only the user of the machine, or an editor who logged in, may write."""

from dataclasses import replace

import pytest

from geo.errors import NotAllowedError
from geo.services.access import Access, Visit, access_of, editors
from geo.services.editing import keep, remember_mapping, restore_version
from support.lists import made

HERE = Visit(
    bound="localhost",
    host="localhost:8501",
    origin="http://localhost:8501",
    forwarded=False,
    login=False,
    owner=True,
)
THERE = replace(HERE, bound="0.0.0.0", host="klastry.example", origin="https://klastry.example")  # noqa: S104
EDITOR = replace(THERE, login=True, email="Anna@Urzad.example", verified=True)
LIST = ("anna@urzad.example",)


def test_the_user_of_the_machine_writes():
    assert access_of(HERE, ()) == Access(may_write=True, author="localhost", reason="local")
    assert access_of(replace(HERE, bound="127.0.0.1", host="127.0.0.1:1", origin=""), ()).may_write
    assert access_of(replace(HERE, owner=False), ()) == Access(may_write=False, author="", reason="no_key")
    assert access_of(replace(HERE, bound="::1", host="[::1]:8501", origin="http://[::1]:8501"), ()).may_write


@pytest.mark.parametrize(
    "change",
    [
        {"bound": ""},
        {"bound": "0.0.0.0"},  # noqa: S104
        {"bound": "192.168.0.5"},
        {"host": "klastry.example"},
        {"host": "localhost.example"},
        {"host": ""},
        {"host": "[::1"},
        {"origin": "https://klastry.example"},
        {"origin": "null"},
        {"origin": "http://localhost:8502"},
        {"origin": "http://[::1"},
        {"forwarded": True},
    ],
)
def test_anybody_else_only_reads(change):
    access = access_of(replace(HERE, **change), LIST)
    assert (access.may_write, access.reason) == (False, "no_login")


def test_an_editor_writes_under_the_address_of_the_login():
    assert access_of(EDITOR, LIST) == Access(may_write=True, author="anna@urzad.example", reason="editor")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"email": ""}, "logged_out"),
        ({"ended": True}, "logged_out"),
        ({"verified": False}, "unverified"),
        ({"email": "ktos@urzad.example"}, "not_editor"),
        ({"email": "anna@urzad.example.invalid"}, "not_editor"),
    ],
)
def test_a_login_alone_is_not_enough(change, reason):
    assert access_of(replace(EDITOR, **change), LIST) == Access(may_write=False, author="", reason=reason)
    assert not access_of(EDITOR, ()).may_write


def test_where_there_is_a_login_localhost_needs_it_too():
    assert access_of(replace(HERE, login=True), LIST).reason == "logged_out"


def test_an_unverified_address_counts_only_where_the_server_says_so():
    assert access_of(replace(EDITOR, verified=False), LIST, trust=True).may_write


def test_editors_come_from_the_settings(monkeypatch):
    monkeypatch.setenv("KLASTRY_EDITORS", " Anna@urzad.example , ,b@c.pl")
    assert editors() == {"anna@urzad.example", "b@c.pl"}


def test_services_refuse_whoever_may_not_write():
    nobody = Access(may_write=False, author="", reason="no_login")
    cluster, members = made(1)
    for write in (
        lambda: keep(nobody, cluster, 0, members, action="create"),
        lambda: restore_version(nobody, cluster.cluster_id, 1, 1),
        lambda: remember_mapping(nobody, "a", {}),
    ):
        with pytest.raises(NotAllowedError):
            write()
