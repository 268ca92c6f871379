"""The help names what stands on the screen and shows the real app, in both languages."""

import io
import json
import re
from importlib import resources

import help_pictures
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from geo.render.text import LANGUAGES, Text
from geo.services.help import HELP_DIR, PARTS, help_for, picture_address, picture_file, worded
from geo.settings import ROOT
from pages._ui.help_view import ROLES

NAMES = [name for parts in PARTS.values() for name in parts]
CATALOGUE = json.loads((resources.files("geo.render") / "texts" / "help.json").read_text(encoding="utf-8"))
NAMED = re.compile(r"\{([^}]*)\}")
PL, EN = Text("pl"), Text("en")


def named(words):
    return sorted(NAMED.findall(words))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_there_and_small_enough_for_a_slow_line(name, language):
    content = picture_file(name, Text(language)).read_bytes()
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "WEBP"
    assert len(content) <= 60_000
    assert 600 <= picture.width <= 1200
    assert picture.height <= picture.width * 1.15


def test_no_picture_is_kept_that_nothing_shows():
    assert {f.name for f in HELP_DIR.iterdir()} == {
        f"{name}.{language}.webp" for name in NAMES for language in LANGUAGES
    }
    assert help_pictures.SHOTS.keys() == set(NAMES)


@pytest.mark.parametrize("text", [PL, EN], ids=LANGUAGES)
@pytest.mark.parametrize("role", PARTS)
def test_each_role_has_a_few_steps_of_one_sentence_and_pictures_told_in_words(role, text):
    parts = help_for(role, text)
    steps = [step for part in parts for step in part.steps]
    assert 4 <= len(steps) <= 6
    assert [part.first for part in parts] == [1, 1 + len(parts[0].steps)]
    for step in steps:
        assert step[-1] == "."
        assert not re.search(r"[.?!] [A-ZŁŚŻ]", step)
        assert len(step) <= 170
    for part in parts:
        assert 60 <= len(part.alt) <= 300
        assert not re.search(r"[{}*]", part.alt)


def test_both_languages_name_the_same_fields_and_buttons():
    for key, words in CATALOGUE.items():
        if isinstance(words["pl"], list):
            assert [named(w) for w in words["pl"]] == [named(w) for w in words["en"]], key
        else:
            assert named(words["pl"]) == named(words["en"]), key


@pytest.mark.parametrize("text", [PL, EN], ids=LANGUAGES)
def test_steps_say_the_words_of_the_buttons(text):
    steps = "\n".join(step for role in PARTS for part in help_for(role, text) for step in part.steps)
    for key in (
        "place.powiat.invite",
        "place.powiat.sheet",
        "intake.check",
        "siting.show",
        "share.link",
        "picture.deck",
    ):
        assert f"**{text(key)}**" in steps
    # Numbers and names that only a page knows are left open, kinds of files are said.
    assert f"**{text('picture.save', kind='PNG')}**" in steps
    assert f"**{text('intake.save', organisations='…')}**" in steps
    assert not re.search(r"[{}]", steps)


def test_words_that_left_the_screen_leave_no_step_unnoticed():
    with pytest.raises(KeyError):
        worded("{share.gone}", PL, "{}")
    with pytest.raises(KeyError):
        worded("{picture.save kind=picture.kind.gone}", PL, "{}")


def test_the_list_of_sources_knows_the_pictures():
    assert "`help/`" in (ROOT / "data" / "SOURCES.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_pictures_of_the_chosen_role_alone(language):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["rola"], app.query_params["lang"] = "klaster", language
    app.switch_page("pages/about.py").run()
    assert not app.exception
    text = Text(language)
    shown = [image for group in app.get("image") for image in group.proto.imgs]
    parts = help_for(ROLES["klaster"], text)
    # Short, as whole pictures are no message to read.
    assert len(shown) == len(parts)
    assert all(image.url == picture_address(part.picture) for image, part in zip(shown, parts, strict=True))
    assert [image.alt for image in shown] == [part.alt for part in parts]
    assert all(any(part.steps[0] in m.value for m in app.markdown) for part in parts)
