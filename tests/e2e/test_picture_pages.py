"""A map becomes an image in two clicks, without asking anybody else."""

import io

import pytest
from PIL import Image


@pytest.mark.parametrize("address", ["density?klaster=kluczewski", "coverage?klaster=kluczewski", "powiat?powiat=1212"])
def test_two_clicks_give_a_png(visit, address):
    visit.open(address).painted()
    visit.settled()
    visit.page.get_by_text("Obraz mapy (PNG, SVG, PDF)").click()
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Pobierz PNG").click()
    picture = Image.open(io.BytesIO(download.value.path().read_bytes()))
    assert picture.size == (1920, 1080)
    assert download.value.suggested_filename.endswith("-1920x1080.png")
    visit.clean()


def test_words_and_format_are_the_users(visit):
    visit.open("coverage?klaster=kluczewski").painted()
    visit.settled()
    visit.page.get_by_text("Obraz mapy (PNG, SVG, PDF)").click()
    visit.pick("Format", "A4 poziomo, 300 dpi")
    visit.settled()
    box = visit.page.get_by_role("textbox", name="Tytuł", exact=True)
    box.fill("Nasz powiat <b>ąę</b>")
    box.press("Enter")
    visit.page.get_by_text("Na obrazie: „Nasz powiat <b>ąę</b>”, A4 poziomo").wait_for()
    visit.settled()
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Pobierz SVG").click()
    content = download.value.path().read_text(encoding="utf-8")
    assert "Nasz powiat &lt;b&gt;ąę&lt;/b&gt;" in content
    assert download.value.suggested_filename.endswith("-a4.svg")
    visit.clean()
