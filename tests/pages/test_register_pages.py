"""Editors note invitations, keep scenarios and tables with a cluster; visitors report and read the answer."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from geo.model.selection import Subject
from geo.render.text import Text
from geo.services import attached, library, messages, scenarios
from geo.services.access import Access
from geo.services.editing import keep
from geo.services.invited import asked_of
from geo.services.messages import MessageKind
from support.lists import shipped

EDITOR = Access(may_write=True, author="ja", reason="local")
VISITOR = Access(may_write=False, author="", reason="no_key")
ID, POWIAT = "skarzyski", "2610"


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("pages._ui.access.access_of", lambda *_, **__: EDITOR)
    keep(EDITOR, shipped(ID)[0], 0, None, action="create")
    yield
    library.close_stores()
    library.forget()


@pytest.fixture
def visitor(monkeypatch):
    monkeypatch.setattr("pages._ui.access.access_of", lambda *_, **__: VISITOR)


def run(page, **query):
    app = AppTest.from_file("../../app.py", default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py")
    return well(app.run())


def well(app):
    assert not app.exception
    assert not app.error
    return app


def said(app):
    return " ".join(c.value for c in (*app.caption, *app.markdown, *app.info, *app.success))


def test_whoever_was_asked_is_proposed_no_more_and_the_visitor_reads_how_many():
    app = run("powiat", powiat=POWIAT, klaster=ID, karta="zaprosic")
    who = app.selectbox(key="zaproszenie-kto")
    first, others = who.options[0], len(app.selectbox(key=f"pismo-{POWIAT}").options)
    app.selectbox(key="zaproszenie-stan").select("refused")
    well(app.button(key="zapisz-zaproszenie").click().run())
    assert "Nie proponujemy ponownie" not in said(app) or len(asked_of([ID])) == 1
    assert "Nie proponujemy ponownie" in said(app)
    assert len(app.selectbox(key=f"pismo-{POWIAT}").options) == others - 1
    assert not any(first in option for option in app.selectbox(key=f"pismo-{POWIAT}").options)


@pytest.mark.usefixtures("visitor")
def test_a_visitor_sees_no_invitations():
    app = run("powiat", powiat=POWIAT, klaster=ID, karta="zaprosic")
    assert "zaproszenie-kto" not in [s.key for s in app.selectbox]


def test_a_scenario_is_kept_with_the_cluster_for_everybody():
    app = run("cluster", klaster=ID, karta="zaprosic")
    members = app.multiselect(key="dolaczy-kto")
    well(members.select(members.options[0]).run())
    app.text_input(key="scenariusz-nazwa").input("Plan na rok")
    well(app.run())
    well(app.button(key="zachowaj-scenariusz").click().run())
    (one,) = scenarios.kept_scenarios(Subject.of(ID)).values()
    assert (one.name, len(one.members)) == ("Plan na rok", 1)


def test_a_background_table_kept_with_the_cluster_is_what_everybody_compares_with():
    content = b"Kod;przetwory;przedszkola\n2610011;40;7\n2610021;30;9\n"
    attached.keep_table(EDITOR, ID, attached.BACKGROUND, content)
    app = run("cluster", klaster=ID, karta="koncentracja")
    assert "Tabela odniesienia jest zapisana z klastrem." in said(app)
    column = app.selectbox(key="tlo-kolumna")
    assert column.options == ["przetwory", "przedszkola", "bez tej tabeli"]
    assert "Odczytano: 2" in said(app)
    well(column.select_index(2).run())
    assert "Odczytano" not in said(app)
    well(app.button(key="odlacz-tlo").click().run())
    assert attached.kept_csv(ID, attached.BACKGROUND) is None


def test_a_list_that_nobody_confirmed_for_half_a_year_is_named_to_editors(monkeypatch):
    name = shipped(ID)[0].name
    assert "niepotwierdzone" not in said(run("my_cluster", widok="zgloszenia"))
    late = library.today() + timedelta(days=200)
    monkeypatch.setattr("geo.services.confirmed.today", lambda: late)
    assert f"niepotwierdzone – 1 lista: {name}" in said(run("my_cluster", widok="zgloszenia")).replace("\u00a0", " ")
    monkeypatch.setattr("pages._ui.access.access_of", lambda *_, **__: VISITOR)
    assert "niepotwierdzone" not in said(run("my_cluster", widok="zgloszenia"))


def test_a_report_is_sent_answered_and_read():
    app = run("powiat", powiat=POWIAT)
    app.text_area(key="zgloszenie-fault-0").input("Ta liczba jest zła, mój telefon to 600 700 800.")
    well(app.run())
    well(app.button(key="wyslij-fault").click().run())
    assert "zgłoszenie czeka na redaktora" in said(app)
    (found,) = messages.all_messages(EDITOR, Text("pl"))
    assert (found.kind, "600" in found.note, found.address.partition("?")[2]) == (
        MessageKind.FAULT, False, f"powiat={POWIAT}",
    )  # fmt: skip
    queue = run("my_cluster", widok="zgloszenia")
    queue.text_input(key=f"odpowiedz-{found.message_id}").input("Poprawione.")
    well(queue.run())
    well(queue.button(key=f"odpisz-{found.message_id}").click().run())
    assert messages.all_messages(EDITOR, Text("pl"))[0].answer == "Poprawione."
    key = messages.send(MessageKind.CLUSTER, "Jest też klaster meblarski.", "cluster")
    assert "Czeka na odpowiedź redaktora" in said(run("about", zgloszenie=key))
    assert "nie ma zgłoszenia" in said(run("about", zgloszenie="x"))


@pytest.mark.usefixtures("visitor")
def test_the_queue_is_for_editors():
    messages.send(MessageKind.FAULT, "Tajna treść zgłoszenia.", "")
    app = run("my_cluster", widok="zgloszenia")
    assert "Tajna" not in said(app)
    assert "redaktorzy" in said(app)
