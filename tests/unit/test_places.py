"""Places are found in any case, spelling and form, and asked about where they are not sure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.inflection import adjective_forms, nominatives
from geo.analysis.places import Outcome, PlaceQuery
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.names import fold
from geo.model.units import Level
from geo.services.intake.by_name import place_index

LOCALITIES = load_localities()
GMINY, POWIATY = load_units(Level.GMINA), load_units(Level.POWIAT)


def found(**said):
    finding = place_index().find(PlaceQuery(**said))
    places = [(LOCALITIES["name"].iloc[c.place], LOCALITIES["teryt"].iloc[c.place]) for c in finding.candidates]
    return finding, places


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"locality": "Olkusz", "powiat": "olkuski"}, ("Olkusz", "121205")),
        ({"locality": "w Olkuszu"}, ("Olkusz", "121205")),
        ({"locality": "OLKUSZ", "voivodeship": "woj. małopolskie"}, ("Olkusz", "121205")),
        ({"locality": "Klucze (gm. Klucze, pow. olkuski)"}, ("Klucze", "121204")),
        ({"locality": "32-310 Klucze", "gmina": "Klucze"}, ("Klucze", "121204")),
        ({"locality": "Kluczach", "powiat": "powiecie olkuskim"}, ("Klucze", "121204")),
        ({"locality": "Kluzce", "gmina": "Klucze", "powiat": "olkuski"}, ("Klucze", "121204")),
        ({"locality": "w Bielsku-Białej"}, ("Bielsko-Biała", "246101")),
        ({"locality": "w Białymstoku"}, ("Białystok", "206101")),
        ({"locality": "Nowym Sączu", "voivodeship": "małopolskiego"}, ("Nowy Sącz", "126201")),
        ({"locality": "Skarżysku-Kamiennej", "powiat": "skarżyski"}, ("Skarżysko-Kamienna", "261001")),
        ({"locality": "m. st. Warszawa", "powiat": "Warszawa"}, ("Warszawa", "146501")),
        ({"locality": "Łódź", "powiat": "m. Łódź"}, ("Łódź", "106101")),
        ({"locality": "Duszniki-Zdrój", "teryt": "20801"}, ("Duszniki-Zdrój", "020801")),
        ({"locality": "Zgorzelec", "gmina": "gm. miejska Zgorzelec"}, ("Zgorzelec", "022502")),
    ],
)
def test_a_place_is_found(said, place):
    finding, places = found(**said)
    assert finding.outcome is Outcome.FOUND
    assert places == [place]
    assert 0.85 <= finding.candidates[0].confidence <= 1.0


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"locality": "Nowa Wieś"}, Outcome.AMBIGUOUS),
        ({"locality": "Nowa Wieś", "voivodeship": "mazowieckie"}, Outcome.AMBIGUOUS),
        ({"locality": "Klucze"}, Outcome.AMBIGUOUS),
        ({"locality": "Olkusz", "powiat": "krakowski"}, Outcome.ELSEWHERE),
        ({"locality": "Klucze", "gmina": "Klucze", "powiat": "krakowski"}, Outcome.ELSEWHERE),
        ({"locality": "Xqwzytrop", "gmina": "Klucze"}, Outcome.UNKNOWN),
        ({"locality": "Olkuszsz"}, Outcome.MISTYPED),
        ({"locality": "Rabka", "powiat": "nowotarski"}, Outcome.MISTYPED),
        ({"locality": "Olkusz", "powiat": "nieistniejący"}, Outcome.UNITS),
        ({"gmina": "Bolesław", "powiat": "krakowski"}, Outcome.UNITS),
        ({}, Outcome.NOTHING),
    ],
)
def test_what_is_not_sure_is_asked(said, outcome):
    finding, _ = found(**said)
    assert finding.outcome is outcome


def test_candidates_near_what_was_said_come_first():
    _, places = found(locality="Klucze", gmina="Klucze", powiat="krakowski")
    assert places[0] == ("Klucze", "121204")
    _, places = found(locality="Nowa Wieś", postal_code="32-400")
    assert places[0][1][:2] in ("12", "18")


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"gmina": "gm. miejska Zgorzelec"}, ("022502",)),
        ({"gmina": "Zgorzelec (w)"}, ("022507",)),
        ({"gmina": "miasto i gmina Bogatynia"}, ("022503",)),
        ({"powiat": "powiatu olkuskiego", "voivodeship": "woj. małopolskie"}, ("1212",)),
        ({"powiat": "pow. łódzki wschodni"}, ("1006",)),
        ({"powiat": "Kraków"}, ("126101",)),
        ({"voivodeship": "Województwo Świętokrzyskie"}, ("26",)),
        ({"voivodeship": "swietokrzyskim"}, ("26",)),
        ({"teryt": "1212"}, ("1212",)),
        ({"teryt": "1212045"}, ("121204",)),
        ({"gmina": "Nowe Miasto", "powiat": "płoński"}, ("142008",)),
        ({"powiat": "olkuskii"}, ("1212",)),
    ],
)
def test_units_are_resolved(said, codes):
    finding, _ = found(**said)
    assert finding.outcome is Outcome.UNIT
    assert finding.scope.codes == codes


def test_an_unknown_unit_is_not_passed_over_even_if_the_name_is_unique():
    finding, places = found(locality="Skarżysko-Kamienna", powiat="jakiśtam")
    assert finding.outcome is Outcome.UNITS
    assert places == [("Skarżysko-Kamienna", "261001")]


def test_names_that_begin_or_end_with_words_that_mostly_lead_to_a_name():
    names = LOCALITIES["name"].str.casefold()
    odd = names.str.match(r"(?:osada|osiedle|miasto|wieś|dzielnica|sołectwo)[ -]") | names.str.contains(r" k\. ")
    assert odd.sum() >= 5
    for name, code in LOCALITIES.loc[odd, ["name", "teryt"]].itertuples(index=False):
        finding, places = found(locality=name, teryt=code)
        assert finding.outcome is Outcome.FOUND, name
        assert places == [(name, code)]


PLACES = st.integers(0, len(LOCALITIES) - 1)


@given(PLACES, st.booleans())
@settings(max_examples=300)
def test_every_locality_is_found_by_its_name_and_gmina_code(place, folded):
    name, code = LOCALITIES["name"].iloc[place], LOCALITIES["teryt"].iloc[place]
    same = LOCALITIES[LOCALITIES["teryt"] == code]
    finding, places = found(locality=fold(name).upper() if folded else name, teryt=code)
    alike = sum(fold(n) == fold(name) for n in same["name"])
    if alike == 1:
        assert finding.outcome is Outcome.FOUND
        assert places == [(name, code)]
    else:
        assert (name, code) in places


@given(PLACES, st.text(max_size=12))
@settings(max_examples=300)
def test_a_found_place_always_lies_in_what_was_said(place, noise):
    name, code = LOCALITIES["name"].iloc[place], LOCALITIES["teryt"].iloc[place]
    finding, places = found(locality=name + noise, powiat=POWIATY["name"][code[:4]], gmina=GMINY["name"][code])
    if finding.outcome is Outcome.FOUND:
        assert all(c.startswith(finding.scope.codes) for _, c in places)
    assert all(0 <= c.confidence <= 1 for c in finding.candidates)


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=10))
@settings(max_examples=200)
def test_anything_may_stand_in_the_cells(locality, gmina, powiat, voivodeship, teryt):
    finding, _ = found(locality=locality, gmina=gmina, powiat=powiat, voivodeship=voivodeship, teryt=teryt)
    assert (finding.outcome is Outcome.FOUND) <= (len(finding.candidates) == 1)


@pytest.mark.parametrize(
    ("inflected", "nominative"),
    [
        ("krakowie", "krakow"),
        ("sosnowcu", "sosnowiec"),
        ("kielcach", "kielce"),
        ("lodzi", "lodz"),
        ("zakopanem", "zakopane"),
        ("bydgoszczy", "bydgoszcz"),
        ("zielonej gorze", "zielona gora"),
        ("jastrzebiu zdroju", "jastrzebie zdroj"),
        ("katowic", "katowice"),
        ("olkusza", "olkusz"),
        ("starym miescie", "stare miasto"),
    ],
)
def test_the_nominative_is_among_the_proposals(inflected, nominative):
    assert nominative in nominatives(inflected)


def test_forms_of_adjectives():
    assert {"olkuski", "olkuskiego", "olkuskim"} <= set(adjective_forms("olkuski"))
    assert {"malopolskie", "malopolskiego", "malopolska"} <= set(adjective_forms("malopolskie"))
    assert "lodzkiego wschodniego" in adjective_forms("lodzki wschodni")
