"""What happens around a kept cluster: confirmation, invitations, scenarios, tables, reports."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import KlastryError, NotAllowedError, StoreError, TableError
from geo.io.background import read_background
from geo.model.coverage import CoverageQuery
from geo.model.queries import DensityQuery
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services import attached, confirmed, erasure, invited, library, member_edits, messages, scenarios
from geo.services.access import Access
from geo.services.coverage import compute
from geo.services.density import density_view
from geo.services.editing import as_shipped, keep, open_kept
from geo.services.invitation import invitation
from geo.services.invited import InvitationState
from geo.services.messages import MessageKind
from geo.services.siting import siting_view
from support.lists import shipped

ME = Access(may_write=True, author="ja", reason="local")
READER = Access(may_write=False, author="", reason="no_key")
PL = Text("pl")
ID = "skarzyski"
pytestmark = pytest.mark.usefixtures("kept")


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Keep a cluster that comes with potential members."""
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path))
    cluster, _ = shipped(ID)
    keep(ME, cluster, 0, None, action="create")
    yield open_kept(ID)
    library.close_stores()
    library.forget()


def potential():
    members = library.resolve(ID).members
    return members[(members["status"] == "potential") & (members["name"] != "Osoba fizyczna")]


def months_back(tmp_path, months):
    with closing(sqlite3.connect(tmp_path / "klastry.sqlite")) as store, store:
        store.execute("UPDATE version SET made_at = datetime(made_at, ?) || '+00:00'", (f"-{months} months",))


def test_a_list_is_confirmed_for_half_a_year(tmp_path):
    (day,) = confirmed.confirmed_on([ID]).values()
    assert day == library.today()
    assert not confirmed.is_due(day)
    months_back(tmp_path, 7)
    old = confirmed.confirmed_on([ID])[ID]
    assert confirmed.is_due(old)
    assert [c.cluster_id for c in confirmed.due()] == [ID]
    # Correcting one member says nothing of the others.
    now = open_kept(ID)
    first = str(now.members["member_id"].iloc[0])
    member_edits.save(ME, now, member_edits.departed(now, first, ""), action="correct")
    assert confirmed.confirmed_on([ID])[ID] == old
    member_edits.confirm(ME, open_kept(ID))
    assert confirmed.confirmed_on([ID])[ID] == library.today()
    assert confirmed.due() == ()
    assert timedelta(days=181) < confirmed.HALF_A_YEAR


def test_maps_say_of_when_the_list_is(kept, tmp_path):
    months_back(tmp_path, 2)
    day = confirmed.confirmed_on([ID])[ID]
    view = density_view(DensityQuery(Subject.of(ID)), PL)
    assert f"Lista członków z: {PL.day(day)}." in view.picture.notes
    # A cluster that came with the app says the newest date of its sources.
    other, members = shipped("kluczewski")
    newest = max(d for d in members["source_date"] if d)
    assert confirmed.list_note((other,), PL) == f"Lista członków z: {PL.when(newest)}."
    assert "; " in confirmed.list_note((other, kept.cluster), PL)


def test_whoever_was_asked_is_not_proposed_again_until_wished(kept):
    code, query = "2610", CoverageQuery(Subject.of(ID), area="2610")
    before = [c.member_id for c in invitation(code, ID, PL).candidates]
    assert before
    first = before[0]
    for state in (InvitationState.INVITED, InvitationState.ANSWERED, InvitationState.REFUSED):
        invited.note(ME, ID, first, state, library.today())
        found = invitation(code, ID, PL)
        assert first not in [c.member_id for c in found.candidates]
        assert found.asked == 1
    ((key, last),) = invited.asked_of([ID]).items()
    assert key == (ID, first)
    assert last.state is InvitationState.REFUSED
    assert len(invited.asked_table((kept.cluster,))) == 1
    name = potential().set_index("member_id").loc[first, "name"]
    assert name not in " ".join(siting_view(query, PL, additions=5, among="potential").table.frame["place"])
    invited.note(ME, ID, first, InvitationState.AGAIN, library.today())
    assert [c.member_id for c in invitation(code, ID, PL).candidates] == before
    assert invited.asked_of([ID]) == {}


def test_an_invitation_is_noted_by_editors_and_of_no_day_to_come():
    with pytest.raises(NotAllowedError):
        invited.note(READER, ID, "x", InvitationState.INVITED, library.today())
    with pytest.raises(KlastryError, match="later"):
        invited.note(ME, ID, "x", InvitationState.INVITED, library.today() + timedelta(days=1))


def test_a_scenario_is_kept_with_the_cluster_and_counts_as_if_they_had_joined():
    query = CoverageQuery(Subject.of(ID), area="2610")
    options = scenarios.planned_options(query.subject, PL)
    placed = potential().dropna(subset="geometry")
    chosen = f"{ID}/{placed['member_id'].iloc[0]}"
    assert chosen in options
    scenario = scenarios.Scenario(gminy=("261001",), members=(chosen,), name="Plan na rok")
    scenarios.keep_scenario(ME, query.subject, scenario)
    assert scenarios.kept_scenarios(query.subject) == {"Plan na rok": scenario}
    # By an oracle: the member taken into the list for good, everything else as it is.
    planned = compute(scenarios.Scenario(members=(chosen,)).of(query)).units["covered_people"].sum()
    now = open_kept(ID)
    joined = now.members.copy()
    joined.loc[joined["member_id"] == placed["member_id"].iloc[0], "status"] = "member"
    keep(ME, now.cluster, now.stored.version, joined, action="edit")
    assert compute(query).units["covered_people"].sum() == planned
    # Who has joined is no plan any more; what is left of the scenario stays.
    assert scenarios.kept_scenarios(query.subject)["Plan na rok"].members == ()
    scenarios.drop_scenario(ME, query.subject, "Plan na rok")
    assert scenarios.kept_scenarios(query.subject) == {}


def test_a_scenario_needs_a_name_and_somebody_and_an_editor():
    subject, some = Subject.of(ID), scenarios.Scenario(gminy=("261001",), name="Plan")
    with pytest.raises(NotAllowedError):
        scenarios.keep_scenario(READER, subject, some)
    for wrong in (
        scenarios.Scenario(name="Plan"),
        scenarios.Scenario(("261001",)),
        scenarios.Scenario(("261001",), (), "x" * 81),
    ):
        with pytest.raises(KlastryError, match="whatif"):
            scenarios.keep_scenario(ME, subject, wrong)


def ties_of(kept):
    a, b, c = kept.members[kept.members["status"] != "potential"]["member_id"].astype(str)[:3]
    return f"od;do;rodzaj\n{a};{b};współpraca\n{b};{c};dostawa\n".encode(), (a, b, c)


def test_links_stay_with_the_versions_of_a_cluster(kept):
    content, (a, b, c) = ties_of(kept)
    assert attached.kept_table(ID, attached.TIES) is None
    first = attached.keep_table(ME, ID, attached.TIES, content)
    library.use(())
    rows = set(attached.kept_table(ID, attached.TIES).itertuples(index=False, name=None))
    assert rows == {(*sorted((a, b)), "cooperation"), (b, c, "supply")}
    # A change of the list keeps them; so does a version that is brought back.
    member_edits.confirm(ME, open_kept(ID))
    library.use(())
    assert len(attached.kept_table(ID, attached.TIES)) == 2
    attached.keep_table(ME, ID, attached.TIES, None)
    assert attached.kept_table(ID, attached.TIES) is None
    library.store_for_writing().restore_version(ID, first, open_kept(ID).stored.version, "ja")
    library.use(())
    assert attached.kept_csv(ID, attached.TIES) is not None
    # Whoever is no longer there has no links.
    now = open_kept(ID)
    member_edits.save(ME, now, member_edits.removed(now, a), action="remove")
    library.use(())
    assert attached.kept_table(ID, attached.TIES)["source"].tolist() == [b]


def test_travel_times_are_kept_by_identifiers_and_read_by_names(kept):
    named = kept.members.drop_duplicates("name", keep=False).iloc[0]
    content = f"teryt;miejscowosc;czlonek;minuty\n261001;Skarżysko-Kamienna;{named['name']};12,5\n".encode()
    attached.keep_table(ME, ID, attached.TIMES, content)
    stored = library.store_for_writing().attached(ID, open_kept(ID).stored.version)[attached.TIMES]
    assert named["name"] not in stored
    library.use(())
    table = attached.kept_table(ID, attached.TIMES)
    assert table.to_dict("records") == [
        {"teryt": "261001", "locality": "Skarżysko-Kamienna", "member": named["name"], "minutes": 12.5}
    ]


def test_a_background_table_stays_with_the_versions_of_a_cluster():
    rows = "1200000;x;30;.\n2610000;x;12 000;800,5\n2610011;x;-;3\n"
    attached.keep_table(ME, ID, attached.BACKGROUND, f"Kod;Nazwa;podmioty;sekcja Q\n{rows}".encode("cp1250"))
    member_edits.confirm(ME, open_kept(ID))
    library.use(())
    table = read_background(attached.kept_csv(ID, attached.BACKGROUND))
    assert table.columns["podmioty"].to_dict() == {"12": 30, "2610": 12000, "261001": 0}
    assert table.columns["sekcja Q"].fillna(-1).to_dict() == {"12": -1, "2610": 800.5, "261001": 3}
    attached.keep_table(ME, ID, attached.BACKGROUND, None)
    assert attached.kept_csv(ID, attached.BACKGROUND) is None


def test_a_background_table_that_is_too_large_to_keep_is_refused(monkeypatch):
    monkeypatch.setattr(attached, "MAX_BACKGROUND", 20)
    with pytest.raises(TableError) as refused:
        attached.keep_table(ME, ID, attached.BACKGROUND, b"Kod;podmioty\n1200000;30\n2600000;12\n")
    assert refused.value.problems[0][0] == "table.size"


def test_a_table_that_cannot_be_read_is_not_kept():
    with pytest.raises(TableError):
        attached.keep_table(ME, ID, attached.TIES, b"od;do;rodzaj\nnikt;nikt inny;dostawa\n")
    with pytest.raises(NotAllowedError):
        attached.keep_table(READER, ID, attached.TIES, None)


def test_an_erased_member_leaves_nothing_around_the_cluster(kept, tmp_path):
    content, (a, _, _) = ties_of(kept)
    attached.keep_table(ME, ID, attached.TIES, content)
    invited.note(ME, ID, a, InvitationState.REFUSED, library.today())
    scenarios.keep_scenario(ME, Subject.of(ID), scenarios.Scenario(("261001",), (f"{ID}/{a}",), "Plan"))
    erasure.erase_member(ME, open_kept(ID), a)
    library.use(())
    assert invited.asked_of([ID]) == {}
    assert a not in set(attached.kept_table(ID, attached.TIES)["source"])
    with closing(sqlite3.connect(tmp_path / "klastry.sqlite")) as store:
        assert store.execute("SELECT content FROM scenario").fetchone()[0].find(f'"{a}"') < 0
    erasure.erase_cluster(ME, open_kept(ID))
    with closing(sqlite3.connect(tmp_path / "klastry.sqlite")) as store:
        counts = "SELECT (SELECT count(*) FROM attachment), (SELECT count(*) FROM version_attachment), "
        counts += "(SELECT count(*) FROM invitation), (SELECT count(*) FROM scenario)"
        assert store.execute(counts).fetchone() == (0, 0, 0, 0)


def test_a_report_is_answered_and_read_by_whoever_sent_it():
    key = messages.send(MessageKind.FAULT, "Ta gmina ma złą nazwę.", "powiat?powiat=1212")
    other = messages.send(MessageKind.CLUSTER, "Mamy też klaster drzewny w Bukownie.", "powiat?powiat=1212")
    assert messages.waiting() == 2
    found = messages.sent_with(key, PL)
    assert (found.note, found.address, found.open) == ("Ta gmina ma złą nazwę.", "powiat?powiat=1212", True)
    assert messages.sent_with("x", PL) is None
    with pytest.raises(NotAllowedError):
        messages.all_messages(READER, PL)
    messages.answer(ME, found.message_id, "Poprawione, dziękujemy.")
    assert messages.sent_with(key, PL).answer == "Poprawione, dziękujemy."
    with pytest.raises(StoreError, match="answered"):
        messages.answer(ME, found.message_id, "Jeszcze raz.")
    assert [m.open for m in messages.all_messages(ME, PL)] == [True, False]
    messages.drop(ME, messages.sent_with(other, PL).message_id)
    assert messages.sent_with(other, PL) is None


def test_reports_are_bounded(monkeypatch):
    for note in ("krótko", "x" * 601):
        with pytest.raises(KlastryError, match="length"):
            messages.send(MessageKind.FAULT, note, "")
    monkeypatch.setattr(messages, "MAX_OPEN", 2)
    for _ in range(2):
        messages.send(MessageKind.FAULT, "Coś tu jest nie tak.", "x" * 5000)
    with pytest.raises(StoreError, match="queue_full"):
        messages.send(MessageKind.FAULT, "Coś tu jest nie tak.", "")
    assert all(len(m.address) == messages.MAX_ADDRESS for m in messages.all_messages(ME, PL))


@pytest.mark.parametrize(
    ("note", "hidden"),
    [
        ("Proszę pisać na jan.kowalski@poczta.example.", "jan.kowalski@poczta.example"),
        ("Mój telefon: 600 700 800.", "600 700 800"),
        ("Mój telefon: +48600700800.", "600700800"),
        ("PESEL 44051401359 jest na liście.", "44051401359"),
    ],
)
def test_personal_data_are_masked(note, hidden):
    assert hidden not in messages.without_personal(note)
    assert "•••" in messages.without_personal(note)


@given(st.text(alphabet=st.characters(blacklist_categories=("Nd", "Cs"), blacklist_characters="@"), max_size=100))
def test_a_note_without_any_is_left_alone(note):
    assert messages.without_personal(note) == note


def test_correcting_one_member_of_a_cluster_that_came_with_the_app_confirms_nothing():
    held = as_shipped("kluczewski")
    first = str(held.members["member_id"].iloc[0])
    before = confirmed.list_note((held.cluster,), PL)
    done = member_edits.save(ME, held, member_edits.departed(held, first, "2099"), action="leave")
    assert (done.before, done.after) == (1, 2)
    assert confirmed.confirmed_on(["kluczewski"]) == {}
    assert confirmed.list_note((held.cluster,), PL) == before
