"""Polish and English read right."""

import ast
import json
import re
import string
from importlib import resources

import pytest

from geo.analysis.timeline import Presence
from geo.model.cluster import Precision, Sector, Status
from geo.model.concentration import Spot
from geo.model.coverage import Verdict
from geo.model.intake import RowState
from geo.model.members import Field
from geo.model.picture import Format, Kind, Look
from geo.model.queries import Kernel, Measure, Scheme
from geo.model.ties import TieKind
from geo.model.units import Level
from geo.render.painting import MARK_STATUSES
from geo.render.text import Text, marked
from geo.services.concentration.view import MapKind
from geo.settings import ROOT

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
        (2479, "2479 gmin"),
    ],
)
def test_polish_plurals(number, words):
    assert PL.units(Level.GMINA, number).replace("\xa0", " ") == words


def test_genitive_after_of():
    assert PL.of_units(Level.POWIAT, 1) == "1 powiatu"
    assert PL.of_units(Level.POWIAT, 24) == "24 powiatów"


def test_numbers():
    assert PL.measure(0.05462) == "0,0546"
    assert PL.measure(1234.6).replace("\xa0", " ") == "1235"
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


FILES = {f.name: json.loads(f.read_text(encoding="utf-8")) for f in (resources.files("geo.render") / "texts").iterdir()}
CATALOGUE = {key: texts for content in FILES.values() for key, texts in content.items()}
# What makes the key of a text of a value: its family stands in the call.
FAMILIES = {"named": 0, "listed": 0, "words_of": 1}
# Families whose values hold a dot themselves, and words that are made of the key of another.
DOTTED, MADE = (r"compare\.col\.sector\.[^.]+",), (r"(gminy|powiaty|voivodeships)\.of",)


def test_both_languages_have_every_text_with_the_same_values():
    for key, texts in CATALOGUE.items():
        assert set(texts) == {"pl", "en"}, key
        if isinstance(texts["pl"], str):
            fields = [{f for _, f, _, _ in string.Formatter().parse(texts[lang]) if f} for lang in ("pl", "en")]
            assert fields[0] == fields[1], key
        else:
            assert type(texts["pl"]) is type(texts["en"])


@pytest.mark.parametrize("name", FILES)
def test_a_text_stands_once_in_the_file_of_its_feature(name):
    """Keys of one beginning are in one file, in order, so that two who add some do not meet at its end."""
    content = FILES[name]
    assert list(content) == sorted(content)
    for other, texts in FILES.items():
        if other != name:
            assert not content.keys() & texts.keys()
            assert not {k.split(".")[0] for k in content} & {k.split(".")[0] for k in texts}


def used():
    """Return every piece of text of the code, and patterns of those that are put together."""
    whole, patterns = set(), {*DOTTED, *MADE}
    for file in [*ROOT.glob("geo/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(v.value) if isinstance(v, ast.Constant) else "[^.]+" for v in node.values]
                # What begins with a value could be anything: such keys are written out, or stand above.
                if parts[0] != "[^.]+":
                    patterns.add("".join(parts))
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAMILIES:
                family = node.args[FAMILIES[node.func.id]]
                if isinstance(family, ast.Constant):
                    patterns.add(rf"{re.escape(family.value)}\.[^.]+")
    return whole, [re.compile(p) for p in patterns]


def test_no_text_is_left_that_nothing_says():
    whole, patterns = used()
    dead = [key for key in CATALOGUE if key not in whole and not any(p.fullmatch(key) for p in patterns)]
    assert not dead


@pytest.mark.parametrize(
    ("family", "values"),
    [
        ("verdict", Verdict),
        ("evidence", Verdict),
        ("sector", Sector),
        ("sector.letter", Sector),
        ("status", Status),
        ("legend.status", MARK_STATUSES[1:]),
        ("compare.col", Status),
        ("precision", Precision),
        ("level", Level),
        ("measure", Measure),
        ("kernel", Kernel),
        ("scheme", Scheme),
        ("tie", TieKind),
        ("picture.kind", Kind),
        ("picture.page", Format),
        ("picture.look", Look),
        ("intake.state", RowState),
        ("field", Field),
        ("conc.map", MapKind),
        ("conc.spot", Spot),
        ("timeline.state", Presence),
        ("direction", [str(n) for n in range(8)]),
    ],
)
def test_a_family_of_texts_has_every_value_of_its_enumeration(family, values):
    assert [v for v in values if f"{family}.{v}" not in CATALOGUE] == []


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("[tu](http://zly.example)", r"\[tu\](http://zly.example)"),
        ("a|b\n*c*", r"a\|b \*c\*"),
        ("# Klaster", r"\# Klaster"),
        ("Klaster nr 1 – Olkusz (4 z 6)", "Klaster nr 1 – Olkusz (4 z 6)"),
    ],
)
def test_words_are_no_markup_in_markdown(words, wanted):
    assert marked(words) == wanted


@pytest.mark.parametrize("first", [0.0, -0.0])
def test_nothing_is_never_below_zero(first):
    for value in (first, -first, 0):
        assert PL.number(value) == PL.number(value, 3) == "0"
