"""What the server prints holds no names, e-mails or PESEL, whatever goes wrong with a list."""

import sqlite3
import sys
from contextlib import closing

from support.browser import ROOT, Visit, free_port, running_app
from support.dane import check, name_cluster, save, upload
from support.protocol import connected, words

NAMES = ("Ukrywalska", "jan.ukryty@poczta.example", "44051401458", "Tajny Związek Ochrony")
LIST = """Nazwa;Forma prawna;E-mail;PESEL;Miejscowość;Gmina;Powiat
Anna Ukrywalska Usługi;jednoosobowa działalność gospodarcza;jan.ukryty@poczta.example;44051401458;Olkusz;;olkuski
Tajny Związek Ochrony;fundacja;jan.ukryty@poczta.example;;Klucze;Klucze;olkuski
"""


def test_the_log_of_an_import_that_fails_and_one_that_succeeds_names_nobody(browser, tmp_path):
    folder = tmp_path / "dane"
    with running_app(KLASTRY_DATA_DIR=str(folder)) as app:
        context = browser.new_context(locale="pl-PL")
        context.add_cookies(app.owner())
        visit = Visit(context.new_page(), app)
        upload(visit, "Tajny Związek Ochrony.csv", LIST)
        check(visit)
        name_cluster(visit, "Klaster Ukrywalska")
        save(visit)
        # A store that fails in the middle of it.
        with closing(sqlite3.connect(folder / "klastry.sqlite")) as connection:
            connection.execute("ALTER TABLE member RENAME COLUMN name TO nazwa")
            connection.commit()
        upload(visit, "druga.csv", LIST)
        check(visit)
        name_cluster(visit, "Klaster Ukrywalska drugi")
        visit.page.get_by_role("button", name="Zapisz:").click()
        visit.settled()
        visit.page.get_by_text("Nie udało się pokazać tej strony").first.wait_for()
        said = app.log.read_text(encoding="utf-8")
        assert not [name for name in NAMES if name in said]
        context.close()


FAULTY = """
import streamlit as st
from streamlit.starlette import App
from pages._ui import server

if __name__ == "__main__":
    st.session_state["lang"] = st.query_params.get("lang", "pl")
    raise ValueError("Anna " + "".join(("Ukry", "walska")))
else:
    app = App(__file__, lifespan=server.lifespan, on_script_error=server.explain_fault)
"""


def test_a_fault_that_nobody_foresaw_is_explained_in_the_language_of_the_page(tmp_path):
    script, port = tmp_path / "wadliwa.py", free_port()
    script.write_text(FAULTY)
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    with running_app(port=port, command=command, PYTHONPATH=str(ROOT)) as app:
        with connected(app) as page:
            polish = words(page.run(""))
        with connected(app) as page:
            english = words(page.run("", "lang=en"))
        said = app.log.read_text(encoding="utf-8")
    assert "Wystąpił błąd po naszej stronie" in polish
    assert "Something went wrong on our side" in english
    for shown in (polish, english, said):
        assert "Ukrywalska" not in shown
    assert "wadliwa.py" in said
    assert "builtins.ValueError" in said
