"""Streamlit's controls are named in Polish; a new version that names them otherwise is noticed here."""

import re
from pathlib import Path

import pytest
import streamlit

from geo.render.text import Text
from pages._ui.widget_names import NAMES, widget_pairs

BUNDLE = "\n".join(
    file.read_text(encoding="utf-8", errors="replace")
    for file in (Path(streamlit.__file__).parent / "static" / "static" / "js").glob("*.js")
)


@pytest.mark.parametrize("name", NAMES)
def test_the_library_still_says_so(name):
    theirs = Text("en")(f"widget.{name}", what="{what}", size="{size}", kinds="{kinds}")
    # The label of a table's tool and what the table is are put together by the library.
    fixed = [p.strip(" :•") for p in re.split(r"\{\w+\}", theirs) if p.strip(" :•")]
    assert fixed
    assert all(part in BUNDLE for part in fixed)


def test_polish_pages_rename_and_english_ones_do_not():
    pairs = dict(widget_pairs(Text("pl")))
    assert pairs["Help for {what}"] == "Pomoc: {what}"
    assert len(pairs) == len(NAMES)
    assert widget_pairs(Text("en")) == []


def test_no_name_is_hidden_by_one_before_it():
    # The first pattern that fits is taken: a whole name must not be read as another with a slot.
    pairs = widget_pairs(Text("pl"))
    for n, (theirs, _) in enumerate(pairs):
        for before, _ in pairs[:n]:
            pattern = re.sub(r"\\\{\w+\\\}", ".+", re.escape(before))
            assert not re.fullmatch(pattern, theirs), (before, theirs)
