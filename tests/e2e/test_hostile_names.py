"""A member with a hostile name is text everywhere: on the server, in the map, in tables and files."""

import json
import shutil

import pandas as pd
import pytest

from geo.settings import CLUSTERS_DIR
from support.browser import DESKTOP, Window, running_app
from support.hostile import HOSTILE


@pytest.fixture(scope="module")
def hostile_window(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clusters")
    shutil.copy(CLUSTERS_DIR / "clusters.json", folder)
    content = json.loads((folder / "clusters.json").read_text(encoding="utf-8"))
    content["clusters"][0]["name"] = HOSTILE
    (folder / "clusters.json").write_text(json.dumps(content), encoding="utf-8")
    table = pd.read_csv(CLUSTERS_DIR / "members.csv", sep=";", dtype=str, keep_default_na=False)
    boleslaw = table["name"] == "Gmina Bolesław"
    table.loc[boleslaw, ["name", "kind", "source", "role"]] = HOSTILE
    table.to_csv(folder / "members.csv", sep=";", index=False)
    with running_app(KLASTRY_CLUSTERS_DIR=str(folder)) as url:
        opened = Window(browser, url, viewport=DESKTOP["viewport"])
        yield opened
        opened.close()


@pytest.fixture
def hostile(hostile_window):
    with hostile_window.visit() as page:
        yield page


def test_hostile_name_is_text_in_the_map(hostile):
    hostile.open("cluster?poziom=voivodeship").painted()
    hostile.page.get_by_role("heading", name="Lista organizacji").wait_for()
    mark = hostile.map.get_by_role("button", name="Bolesław").first
    mark.focus()
    mark.press("Enter")
    hostile.map.locator(".leaflet-popup li b").get_by_text(HOSTILE, exact=True).wait_for()
    mark.hover()
    assert hostile.map.locator("img[src='x']").count() == 0
    assert hostile.page.locator("img[src*='example.invalid'], img[src='x']").count() == 0
    hostile.clean()


def test_hostile_cluster_name_is_text_on_the_start_page(hostile):
    hostile.open().settled()
    hostile.page.get_by_text("{{cycler.__init__.__globals__.os.environ}}<img").first.wait_for(state="attached")
    assert hostile.page.locator("img[src*='example.invalid'], img[src='x']").count() == 0
    hostile.clean()


def test_hostile_name_is_text_in_the_file(hostile):
    hostile.open("cluster").painted()
    with hostile.page.expect_download() as download:
        hostile.page.get_by_role("button", name="Pobierz listę (CSV)").click()
    table = pd.read_csv(download.value.path(), sep=";")
    assert HOSTILE in set(table["Nazwa"])
