"""The declaration of accessibility holds what the law asks for, filled in or named as missing."""

import re
from html.parser import HTMLParser

import pytest

from geo.render.declaration import declaration_html
from geo.render.text import Text
from geo.services.declaration import DATES, REQUIRED, SETTING, declaration

PL, EN = Text("pl"), Text("en")
# Art. 10 of the act of 4 April 2019; identifiers of the technical conditions, version 2.0 of 31 July 2024.
IDENTIFIERS = {
    "a11y-wstep", "a11y-podmiot", "a11y-url", "a11y-data-publikacja", "a11y-data-aktualizacja", "a11y-status",
    "a11y-data-sporzadzenie", "a11y-data-przeglad", "a11y-audytor", "a11y-kontakt", "a11y-osoba", "a11y-email",
    "a11y-telefon", "a11y-procedura", "a11y-architektura", "a11y-aplikacje",
}  # fmt: skip
FILLED = """
podmiot = "Starostwo Powiatowe w Olkuszu"
adres = "https://klastry.powiat.example/"
data_publikacji = 2026-12-01
data_aktualizacji = "2027-01-15"
data_sporzadzenia = "2026-12-01"
data_przegladu = "2027-01-20"
kontakt = "Wydział Rozwoju, Anna Przykładowa"
email = "dostepnosc@powiat.example"
telefon = "+48 32 000 00 00"
skargi = "starosta, ul. Przykładowa 1"
architektura = '''Wejście od ul. Przykładowej, bez progów.
Winda, toaleta na parterze.'''
"""


class Read(HTMLParser):
    """Reads words by the identifier that they stand in, and the order of headings."""

    def __init__(self, page):
        super().__init__()
        self.words, self.open, self.levels, self.times, self.links = {}, [], [], {}, {}
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        """Note what opens."""
        found = dict(attributes)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "br":
            return
        self.open.append((tag, found.get("id")))
        if found.get("id"):
            assert found["id"] not in self.words, "an identifier stands once"
            self.words[found["id"]] = ""
        if tag == "time":
            self.times[found["id"]] = found["datetime"]
        if tag == "a":
            self.links[found.get("id")] = found["href"]

    def handle_endtag(self, tag):
        """Note what closes."""
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        """Note words under every identifier that is open."""
        for _, identifier in self.open:
            if identifier:
                self.words[identifier] += data.replace("\xa0", " ")


@pytest.fixture
def told(tmp_path, monkeypatch):
    def tell(content):
        file = tmp_path / "deklaracja.toml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        monkeypatch.setenv(SETTING, str(file))
        return declaration()

    return tell


@pytest.mark.parametrize("text", [PL, EN], ids=["pl", "en"])
def test_every_element_of_the_law_stands_once(told, text):
    found = told(FILLED)
    assert found.complete
    assert found.problems == ()
    page = Read(declaration_html(found.facts, text))
    assert set(page.words) == IDENTIFIERS
    assert all(words.strip() for words in page.words.values())
    assert page.levels[0] == 2
    assert all(after - before <= 1 for before, after in zip(page.levels, page.levels[1:], strict=False))
    assert page.words["a11y-podmiot"] == "Starostwo Powiatowe w Olkuszu"
    assert page.times == {
        "a11y-data-publikacja": "2026-12-01", "a11y-data-aktualizacja": "2027-01-15",
        "a11y-data-sporzadzenie": "2026-12-01", "a11y-data-przeglad": "2027-01-20",
    }  # fmt: skip
    assert page.links["a11y-url"] == "https://klastry.powiat.example/"
    assert page.links["a11y-email"] == "mailto:dostepnosc@powiat.example"
    assert "7 dni" in page.words["a11y-procedura"] or text is EN
    assert any("brpo.gov.pl" in link for link in page.links.values())


def test_polish_words_of_a_filled_declaration(told):
    page = Read(declaration_html(told(FILLED).facts, PL))
    assert page.words["a11y-wstep"].startswith("Starostwo Powiatowe w Olkuszu zobowiązuje się zapewnić dostępność")
    assert page.words["a11y-data-publikacja"] == "1 grudnia 2026"
    assert page.words["a11y-status"].startswith("Strona internetowa jest częściowo zgodna")
    assert "samooceny" in page.words["a11y-audytor"]
    assert "Winda" in page.words["a11y-architektura"]


@pytest.mark.parametrize("text", [PL, EN], ids=["pl", "en"])
def test_without_a_file_every_element_stands_and_says_that_it_is_not_told(monkeypatch, text):
    monkeypatch.delenv(SETTING, raising=False)
    found = declaration()
    assert found.missing == REQUIRED
    page = Read(declaration_html(found.facts, text))
    assert set(page.words) == IDENTIFIERS
    for identifier in ("a11y-podmiot", "a11y-url", "a11y-osoba", "a11y-telefon", "a11y-architektura"):
        assert page.words[identifier] == text("declaration.untold")


@pytest.mark.parametrize("name", REQUIRED)
def test_what_is_left_out_is_named(told, name):
    content = re.sub(rf"(?ms)^{name} = ('''.*?'''|[^\n]*)$", "", FILLED)
    assert told(content).missing == (name,)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        *((f'{name} = "2026-13-01"', "date") for name in DATES),
        ('data_publikacji = "1 grudnia 2026"', "date"),
        ('adres = "klastry.powiat.example"', "address"),
        ("adres = \"javascript:alert('x')\"", "address"),
        ('ocena = "https://x.example/<b>"', "address"),
        ('email = "dostepnosc"', "email"),
        ("telefon = 48320000000", "words"),
        (f'podmiot = "{"x" * 5001}"', "words"),
        ('kontact = "x"', "name"),
    ],
)
def test_what_cannot_be_used_is_named_and_left_out(told, line, problem):
    found = told(line)
    ((key, details),) = found.problems
    assert key == f"declaration.problem.{problem}"
    assert line.split(" = ")[0] in str(details)
    assert found.facts == {}
    for text in (PL, EN):
        assert "{" not in text(key, **details)


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"podmiot = ", "toml"), (b'podmiot = "\xff"', "toml"), (b"#" * 100_001, "large")],
    ids=["broken", "encoding", "large"],
)
def test_a_file_that_cannot_be_read_says_why(told, content, problem):
    found = told(content)
    assert found.problems[0][0] == f"declaration.problem.{problem}"
    assert found.missing == REQUIRED


def test_a_file_that_is_not_there_says_where_to_look(monkeypatch, tmp_path):
    monkeypatch.setenv(SETTING, str(tmp_path / "nie-ma.toml"))
    ((key, details),) = declaration().problems
    assert (key, details["setting"]) == ("declaration.problem.file", SETTING)


def test_what_an_office_writes_is_shown_as_words(told):
    found = told('podmiot = "<script>alert(1)</script>"\nkontakt = "<b>x</b> & y"\naudytor = "<img src=x onerror=y>"')
    page = declaration_html(found.facts, PL)
    assert "<script" not in page
    assert "<b>" not in page
    assert "<img" not in page
    assert Read(page).words["a11y-podmiot"] == "<script>alert(1)</script>"
