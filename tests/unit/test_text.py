"""Polish and English read right."""

import json
import string
from importlib import resources

import pytest

from geo.model.units import Level
from geo.render.text import Text

PL = Text("pl")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 gmin"),
        (1, "1 gmina"),
        (2, "2 gminy"),
        (5, "5 gmin"),
        (12, "12 gmin"),
        (22, "22 gminy"),
        (112, "112 gmin"),
        (2479, "2 479 gmin"),
    ],
)
def test_polish_plurals(number, words):
    assert PL.units(Level.GMINA, number).replace("\xa0", " ") == words


def test_genitive_after_of():
    assert PL.of_units(Level.POWIAT, 1) == "1 powiatu"
    assert PL.of_units(Level.POWIAT, 24) == "24 powiatów"


def test_numbers():
    assert PL.measure(0.05462) == "0,0546"
    assert PL.measure(1234.6).replace("\xa0", " ") == "1 235"
    assert PL.measure(0) == "0"
    assert Text("en").measure(1234.6) == "1,235"


def test_percent_never_rounds_to_all_or_none():
    assert PL.percent(1, 1000) == "<1%"
    assert PL.percent(999, 1000) == ">99%"
    assert PL.percent(1000, 1000) == "100%"
    assert PL.percent(0, 1000) == "0%"
    assert PL.percent(1, 0) == "–"


def test_unit_names():
    assert PL.unit("1212", "olkuski", "powiat") == "powiat olkuski"
    assert PL.unit("1261", "Kraków", "miasto na prawach powiatu") == "Kraków"
    assert PL.unit("120102", "Bochnia", "gmina wiejska") == "Bochnia (gmina wiejska)"


def test_both_languages_have_every_text_with_the_same_values():
    catalogue = json.loads((resources.files("geo.render") / "texts.json").read_text(encoding="utf-8"))

    for key, texts in catalogue.items():
        assert set(texts) == {"pl", "en"}, key
        if isinstance(texts["pl"], str):
            fields = [{f for _, f, _, _ in string.Formatter().parse(texts[lang]) if f} for lang in ("pl", "en")]
            assert fields[0] == fields[1], key
        else:
            assert type(texts["pl"]) is type(texts["en"])
