"""What the server prints holds no names, e-mails or PESEL, whatever goes wrong with a list."""

import sqlite3
from contextlib import closing

from support.browser import Visit, running_app
from support.dane import check, name_cluster, save, upload

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
