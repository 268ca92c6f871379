"""An editor sees what new borders have changed, and decides where the source and the map disagree."""

import pytest

from geo.io.database import open_engine
from geo.io.store import Store
from support.borders import KLUCZE, OLKUSZ, near_border, put
from support.browser import Visit, running_app


@pytest.fixture
def edited(browser, tmp_path):
    """Open the page of members of an app whose store was filled before the borders changed."""
    folder = tmp_path / "dane"
    folder.mkdir()
    kept = Store(open_engine(f"sqlite:///{folder / 'klastry.sqlite'}"))
    spot = near_border(KLUCZE, OLKUSZ)
    put(kept, [(OLKUSZ, "", "point", spot), (OLKUSZ, OLKUSZ, "point", spot)], territory=("1212", "9999"))
    kept.engine.dispose()
    with running_app(KLASTRY_DATA_DIR=str(folder)) as app:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="pl-PL")
        context.add_cookies(app.owner())
        yield Visit(context.new_page(), app)
        context.close()


def test_the_editor_sees_the_list_and_settles_the_rest(edited):
    visit = edited.open("my_cluster?widok=terytorium").settled()
    visit.page.get_by_text("Nowe granice gmin zmieniły przypisanie w klastrach: Próba proba").wait_for()
    visit.pick("Klaster", "Próba proba")
    visit.page.get_by_text("Program przeniósł klaster do granic z urzędowego rejestru (wersja 2)").wait_for()
    visit.page.get_by_text("źródło podaje inną gminę niż ta, w której leży ich punkt").wait_for()
    visit.press("Przyjmij gminy z mapy", "Zapisano wersję 3")
    visit.settled()
    assert visit.page.get_by_text("źródło podaje inną gminę").count() == 0
    assert visit.page.get_by_text("Nowe granice gmin zmieniły").count() == 0
    visit.clean()
