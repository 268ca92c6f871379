"""Who has left a cluster is never taken as a member of today."""

import pytest

from geo.analysis.sectors import STATUS_WORDS, is_former, read_status
from geo.io.uploads.reader import read_upload
from geo.model.cluster import Status
from geo.render.text import Text
from geo.services.intake.review import decide, prepare, suggest_mapping

FORMER = (
    *("były członek", "byla czlonkini", "Były", "był członkiem klastra", "b. członek", "ex-członek", "członek (były)"),
    *("nieaktywny", "Nie aktywna", "wystąpił", "wystąpiła z klastra w 2021 r.", "odszedł", "zrezygnował"),
    *("wypisany", "wykreślony", "Wykreślona z dniem 12.03.2021", "skreślona", "usunięty", "wykluczony"),
    *("rezygnacja", "rezygnacja z członkostwa", "członkostwo ustało", "nie należy już do klastra"),
    *("former member", "former", "left", "has left the cluster", "resigned in 2020", "inactive"),
)
OF_TODAY = (
    *("członek wspierający", "czynny", "partner", "członek-założyciel", "członkini", "przyjęty", "Przyjęta"),
    *("aktywny", "Członek zwyczajny", "uczestniczka", "full member", "current member"),
)
OTHERS = (
    *("wystąpił o członkostwo", "zawieszony", "w likwidacji", "członek do 2030", "nie", "", "r", "2020", "b"),
    "były sobie świnki trzy",
)


@pytest.mark.parametrize("words", FORMER)
def test_words_for_an_organisation_that_has_left(words):
    assert is_former(words)
    assert read_status(words) is None


@pytest.mark.parametrize("words", OF_TODAY)
def test_words_for_a_member_of_today(words):
    assert read_status(words) is Status.MEMBER
    assert not is_former(words)


@pytest.mark.parametrize("words", OTHERS)
def test_words_that_do_not_say_that_somebody_has_left(words):
    assert not is_former(words)


def test_no_word_means_both():
    assert not [word for words in STATUS_WORDS.values() for word in words if is_former(word)]


@pytest.mark.parametrize("date", ["", "2021-05-01"])
def test_a_former_member_is_left_out_with_its_reason(date):
    rows = f"Nazwa;Sektor;Miejscowość;Status;Data wystąpienia\nA;NGO;Narew;były członek;{date}\nB;NGO;Narew;członek;\n"
    raw = read_upload("a.csv", rows.encode())
    review = decide(prepare(raw, suggest_mapping(raw)), [])
    assert list(review.table["state"]) == ["rejected", "accepted"]
    assert [p.key for p in review.reasons[2]] == ["former"]
    assert list(review.members["name"]) == ["B"]
    polish, english = (review.rejected_table(Text(language)).iloc[0, 1] for language in ("pl", "en"))
    assert polish == (
        "Status: jest „były członek”, oczekiwano: obecny członek; ta organizacja nie należy już do klastra, "
        "więc wiersz pominięto"
    )
    assert "has left the cluster" in english


@pytest.mark.parametrize("heading", ["Status", "Rodzaj członkostwa", "Rola", "Uwagi", "A1"])
def test_a_former_member_is_known_wherever_the_list_says_so(heading):
    rows = f"Nazwa;Sektor;Miejscowość;{heading}\nA;NGO;Narew;Wykreślona w 2021 r.\nB;NGO;Narew;członek\n"
    raw = read_upload("a.csv", rows.encode())
    review = decide(prepare(raw, suggest_mapping(raw)), [])
    assert list(review.members["name"]) == ["B"]
    assert [p.key for p in review.reasons[2]] == ["former"]


def test_a_former_member_asks_nothing():
    raw = read_upload("a.csv", "Nazwa;Miejscowość;Status\nA;Bolesław;wykreślony\n".encode())
    review = decide(prepare(raw, suggest_mapping(raw)), [])
    assert review.questions == ()
