"""Every sentence of a verdict agrees with the kind of unit it speaks of, whatever the unit's name."""

import pytest

from geo.io.boundaries import load_units
from geo.model.units import Level
from geo.render.text import Text
from geo.services.labels import agreeing

PL, EN = Text("pl"), Text("en")
KEYS = (
    *("covered", "full", "part", "partial", "undeclared", "reached", "empty", "gap", "gap.several"),
    *("no_data", "no_data.cut", "no_data.unlisted"),
)
VALUES = {"cluster": "Klaster Testowy", "n": "2", "total": "6 gmin", "has": "mają", "reach": "10 km"}
# Endings of what is said of a masculine and of a neuter noun.
MASCULINE, NEUTER = (" objęty", "wskazany"), (" objęte", "wskazane")
CITIES = 66


def units():
    powiaty, voivodeships = load_units(Level.POWIAT), load_units(Level.VOIVODESHIP)
    for code, row in powiaty.iterrows():
        yield code, row["name"], "city" if row["kind"].startswith("miasto") else "powiat"
    for code, row in voivodeships.iterrows():
        yield code, row["name"], "voivodeship"


def said(code, key, text=PL):
    return text(f"powiat.verdict.{key}", **agreeing(code, text), **VALUES)


def test_all_units_are_tried():
    kinds = [kind for _, _, kind in units()]
    assert len(kinds) == 380 + 16
    assert kinds.count("city") == CITIES


@pytest.mark.parametrize("key", KEYS)
def test_sentences_agree_with_the_kind_of_unit(key):
    for code, name, kind in units():
        sentence = said(code, key)
        noun = {"city": "miasto", "powiat": "powiat", "voivodeship": "województwo"}[kind]
        # The subject is always the noun of the kind, never a bare name of another gender or number.
        assert f"{noun} {name}" in sentence.replace(noun.capitalize(), noun, 1)
        wrong = MASCULINE if kind != "powiat" else NEUTER
        assert not any(word in sentence for word in wrong), sentence
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "{" not in sentence


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1061", "Miasto Łódź jest objęte: ma członka klastra (Klaster Testowy)."),
        ("2661", "Miasto Kielce jest objęte: ma członka klastra (Klaster Testowy)."),
        ("2469", "Miasto Katowice jest objęte: ma członka klastra (Klaster Testowy)."),
        ("0261", "Miasto Jelenia Góra jest objęte: ma członka klastra (Klaster Testowy)."),
        ("0601", "Powiat bialski jest objęty: ma członka klastra (Klaster Testowy)."),
        ("1218", "Powiat wadowicki jest objęty: ma członka klastra (Klaster Testowy)."),
        ("12", "Województwo małopolskie jest objęte: ma członka klastra (Klaster Testowy)."),
    ],
)
def test_hand_checked_sentences(code, expected):
    assert said(code, "covered") == expected


def test_a_question_agrees_too():
    assert said("1061", "no_data").startswith("Nie wiadomo, czy miasto Łódź jest objęte (")
    assert said("1405", "no_data").startswith("Nie wiadomo, czy powiat grodziski jest objęty (")
    assert said("1061", "no_data", EN).startswith("It is not known whether ")
