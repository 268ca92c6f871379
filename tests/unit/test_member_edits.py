"""One member of a kept cluster is changed at a time; two editors lose nothing; every change can be taken back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import ConflictError, KlastryError, NotAllowedError, StoreError
from geo.model.members import Field
from geo.services import library, member_edits
from geo.services.access import Access
from geo.services.editing import keep, open_kept
from geo.services.versions import by_id, version_before
from support.lists import made

ME = Access(may_write=True, author="ja", reason="local")
READER = Access(may_write=False, author="", reason="no_key")


@pytest.fixture
def held(tmp_path, monkeypatch):
    """Return a kept cluster of four members, whose names do not look like persons."""
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path))
    cluster, members = made(4, cluster_id="proba")
    names = ["Fundacja Pierwsza", "Fundacja Druga", "Fundacja Trzecia", "Fundacja Czwarta"]
    members = members.assign(name=names, person=False, joined="", left_on="", nip="", regon="", krs="")
    keep(ME, cluster, 0, members, action="create")
    yield open_kept("proba")
    library.close_stores()


def filled(held, member_id="", **values):
    form = member_edits.form_of(held, member_id) if member_id else member_edits.blank_form()
    form |= {Field(k): v for k, v in values.items()}
    return form, member_edits.check_form(form, held, member_id)


def ids(held):
    return held.members["member_id"].astype(str).tolist()


def test_a_member_is_added_by_the_rules_of_lists(held):
    _, checked = filled(held, name="Szpital w Olkuszu", locality="Olkusz", powiat="olkuski", nip="8567346215")
    assert checked.ready, checked.review.questions
    done = member_edits.save(ME, held, member_edits.added(held, checked), action="add", name="Szpital")
    now = open_kept("proba")
    assert now.stored.version == done.after == 2
    assert len(now.members) == 5
    new = now.members.iloc[-1]
    assert (new["name"], new["teryt"], new["locality"], new["nip"]) == (
        "Szpital w Olkuszu", "121205", "Olkusz", "8567346215",
    )  # fmt: skip
    assert new["member_id"] not in ids(held)
    assert new["sector"] == "public"


def test_what_is_wrong_or_not_clear_is_said_and_asked(held):
    _, checked = filled(held, name="", locality="Olkusz")
    assert not checked.ready
    assert checked.review.reasons
    _, checked = filled(held, name="Koło", kind="stowarzyszenie", locality="Nowa Wieś")
    assert [q.topic for q in checked.review.questions] == ["place"]
    _, checked = filled(held, name="Coś", kind="fundacja", locality="Olkusz", powiat="olkuski", nip="123")
    assert "identifier" in [q.topic for q in checked.review.questions]


def test_whoever_is_there_already_is_told(held):
    place = {"locality": "Olkusz", "powiat": "olkuski", "kind": "fundacja"}
    _, checked = filled(held, name="Fundacja Nowa", nip="8567346215", **place)
    member_edits.save(ME, held, member_edits.added(held, checked), action="add")
    _, checked = filled(open_kept("proba"), name="Fundacja Nowa bis", nip="8567346215", **place)
    assert [q.topic for q in checked.review.questions] == ["duplicate"]


def test_a_correction_leaves_the_place_alone_and_the_other_way_round(held):
    first = ids(held)[0]
    before = by_id(held.members)
    form, checked = filled(held, first, name="Fundacja Pierwsza z Klucz", phone="12 345 67 89")
    assert checked.ready, checked.review.questions
    after = by_id(member_edits.corrected(held, first, checked, form))
    changed = {f for f in after[first] if after[first][f] != before[first][f]}
    assert changed == {"name", "phone"}
    assert {i: r for i, r in after.items() if i != first} == {i: r for i, r in before.items() if i != first}
    form, checked = filled(held, first, locality="Wolbrom", gmina="Wolbrom", powiat="olkuski")
    after = by_id(member_edits.corrected(held, first, checked, form))
    changed = {f for f in after[first] if after[first][f] != before[first][f]}
    assert changed <= {"precision", "teryt", "locality", "given", "doubt", "x"}
    assert after[first]["teryt"] == "121207"


def test_a_member_is_moved_to_a_point_of_the_country_only(held):
    first = ids(held)[0]
    row = member_edits.moved(held, first, 520_000.0, 280_000.0).set_index("member_id").loc[first]
    assert (row["precision"], row["geometry"].x, row["geometry"].y) == ("point", 520_000.0, 280_000.0)
    assert row["teryt"] == row["given"] != ""
    with pytest.raises(KlastryError, match="outside"):
        member_edits.moved(held, first, 0.0, 0.0)
    person = held.members.assign(person=held.members["member_id"] == first)
    with pytest.raises(KlastryError, match="person"):
        member_edits.moved(type(held)(held.stored, person), first, 520_000.0, 280_000.0)
    with pytest.raises(StoreError, match="no_member"):
        member_edits.moved(held, "nikt", 520_000.0, 280_000.0)


@pytest.mark.parametrize(
    ("given", "kept"), [("31.05.2025", "2025-05-31"), ("05.2025", "2025-05"), ("2025", "2025"), ("", "")]
)
def test_the_day_of_leaving_is_as_exact_as_it_is_known(held, given, kept):
    first = ids(held)[0]
    members = member_edits.departed(held, first, given)
    assert members.set_index("member_id").loc[first, "left_on"] == kept


def test_who_has_left_is_on_no_map_of_today_but_in_the_history(held):
    first, second = ids(held)[:2]
    done = member_edits.save(ME, held, member_edits.departed(held, first, "2025-05-31"), action="leave")
    now = open_kept("proba")
    member_edits.save(ME, now, member_edits.departed(now, second, "2099"), action="leave")
    found = library.resolve("proba")
    assert first not in set(found.members["member_id"])
    # Whoever is to leave still belongs.
    assert second in set(found.members["member_id"])
    assert set(found.former["member_id"]) == {first}
    assert done.before == 1


def test_a_day_that_is_none_or_before_joining_is_refused(held):
    first = ids(held)[0]
    with pytest.raises(KlastryError, match="date"):
        member_edits.departed(held, first, "jutro")
    joined = type(held)(held.stored, held.members.assign(joined="2024-03"))
    with pytest.raises(KlastryError, match="left_before"):
        member_edits.departed(joined, first, "2023")


def test_the_last_change_is_taken_back_unless_somebody_was_faster(held):
    first, second = ids(held)[:2]
    done = member_edits.save(ME, held, member_edits.removed(held, first), action="remove")
    assert first not in ids(open_kept("proba"))
    assert member_edits.undo(ME, "proba", done) == 3
    assert by_id(open_kept("proba").members) == by_id(held.members)
    now = open_kept("proba")
    done = member_edits.save(ME, now, member_edits.removed(now, first), action="remove")
    later = open_kept("proba")
    member_edits.save(ME, later, member_edits.removed(later, second), action="remove")
    with pytest.raises(ConflictError):
        member_edits.undo(ME, "proba", done)


def test_nobody_else_may_change_anything(held):
    for change in (
        lambda: member_edits.save(READER, held, held.members, action="add"),
        lambda: member_edits.confirm(READER, held),
        lambda: member_edits.undo(READER, "proba", member_edits.Done(1, 1, merged=False)),
    ):
        with pytest.raises(NotAllowedError):
            change()


def rename(held, member_id, name):
    form, checked = filled(held, member_id, name=name)
    return member_edits.corrected(held, member_id, checked, form)


def test_two_editors_of_different_members_both_keep_their_change(held):
    first, second = ids(held)[:2]
    member_edits.save(ME, held, rename(held, first, "Fundacja Zmieniona"), action="correct")
    done = member_edits.save(ME, held, member_edits.departed(held, second, "2025"), action="leave")
    assert done.merged
    now = open_kept("proba").members.set_index("member_id")
    assert now.loc[first, "name"] == "Fundacja Zmieniona"
    assert now.loc[second, "left_on"] == "2025"
    assert len(now) == 4


def test_two_editors_of_different_fields_of_one_member_both_keep_their_change(held):
    first = ids(held)[0]
    member_edits.save(ME, held, rename(held, first, "Fundacja Zmieniona"), action="correct")
    done = member_edits.save(ME, held, member_edits.moved(held, first, 520_000.0, 280_000.0), action="move")
    assert done.merged
    row = open_kept("proba").members.set_index("member_id").loc[first]
    assert (row["name"], row["geometry"].x) == ("Fundacja Zmieniona", 520_000.0)
    member_edits.undo(ME, "proba", done)
    row = open_kept("proba").members.set_index("member_id").loc[first]
    assert (row["name"], row["precision"]) == ("Fundacja Zmieniona", held.members["precision"].iloc[0])


def test_the_same_field_changed_twice_is_a_conflict_and_nothing_is_lost(held):
    first = ids(held)[0]
    member_edits.save(ME, held, rename(held, first, "Fundacja A"), action="correct")
    with pytest.raises(ConflictError):
        member_edits.save(ME, held, rename(held, first, "Fundacja B"), action="correct")
    with pytest.raises(ConflictError):
        member_edits.save(ME, held, member_edits.removed(held, first), action="remove")
    assert open_kept("proba").members["name"].iloc[0] == "Fundacja A"


def changed(base, kind, position):
    """Return the list of a cluster with one change of a kind to the member at a position."""
    member_id = ids(base)[position]
    if kind == "rename":
        return rename(base, member_id, f"Fundacja {kind} {position}")
    if kind == "leave":
        return member_edits.departed(base, member_id, "2020-01-31")
    if kind == "remove":
        return member_edits.removed(base, member_id)
    if kind == "add":
        name = f"Fundacja Dodana {position}"
        _, checked = filled(base, name=name, kind="fundacja", locality="Olkusz", powiat="olkuski")
        return member_edits.added(base, checked)
    return base.members


def is_there(kind, position, base, now):
    """Say whether a change is in a list."""
    member_id = ids(base)[position]
    if kind == "remove":
        return member_id not in now
    if kind == "add":
        return f"Fundacja Dodana {position}" in [row["name"] for row in now.values()]
    row = now.get(member_id, {})
    return {
        "rename": row.get("name") == f"Fundacja {kind} {position}",
        "leave": row.get("left_on") == "2020-01-31",
    }.get(kind, True)


MOVES = st.sampled_from(["rename", "leave", "remove", "add", "nothing"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=MOVES, theirs=MOVES, me=st.integers(0, 3), them=st.integers(0, 3))
def test_whatever_two_editors_do_to_different_members_both_is_there(held, mine, theirs, me, them):
    # Each example begins with the same list.
    base = open_kept("proba")
    if by_id(base.members) != by_id(held.members):
        member_edits.save(ME, base, held.members, action="restore")
        base = open_kept("proba")

    member_edits.save(ME, base, changed(base, theirs, them), action="edit")
    try:
        member_edits.save(ME, base, changed(base, mine, me), action="edit")
    except ConflictError:
        assert me == them
        assert mine != theirs
        return
    now = by_id(open_kept("proba").members)
    assert is_there(theirs, them, base, now)
    assert is_there(mine, me, base, now)


def test_confirming_is_a_version_that_changes_nothing(held):
    done = member_edits.confirm(ME, held)
    assert done.after == 2
    assert by_id(open_kept("proba").members) == by_id(held.members)
    assert version_before("proba", library.today()) == 1
