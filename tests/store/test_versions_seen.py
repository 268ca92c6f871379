"""Versions of a kept list tell since when it holds each member."""

from datetime import date

from geo.io.store import Change
from geo.services import versions
from support.lists import made


def test_the_first_version_that_holds_a_member_gives_its_day(store, monkeypatch):
    cluster, members = made(6)
    change = Change("editor@urzad.example", "import")
    monkeypatch.setattr("geo.io.store.now", lambda: "2024-02-01T10:00:00+00:00")
    store.create(cluster, members.iloc[:3], change)
    monkeypatch.setattr("geo.io.store.now", lambda: "2025-07-01T22:30:00+00:00")
    store.save(cluster, 1, change, members=members.iloc[1:6])
    monkeypatch.setattr(versions, "store", lambda: store)
    monkeypatch.setattr(versions, "store_for_writing", lambda: store)
    found = versions.first_seen(cluster.cluster_id)
    days = sorted(found.values())
    # The evening in Greenwich is the next day in Warsaw.
    assert days == ["2024-02-01"] * 3 + ["2025-07-02"] * 3
    assert all(date.fromisoformat(day) for day in days)
