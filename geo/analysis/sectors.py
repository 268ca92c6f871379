"""Suggest the kind and the sector of an organisation from its legal form or name, by a stated table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.model.cluster import Sector, Status
from geo.model.names import bare


@dataclass(frozen=True)
class FormRule:
    """
    One row of the table.

    Attributes
    ----------
    pattern
        Regular expression on the folded legal form or name.
    kind
        Kind of organisation, in Polish.
    sector
        Its sector, or None where it must be asked.
    person
        True for a natural person.
    noted
        Whether the sector is nearly always this one, but not by law: it is taken with a remark.
    """

    pattern: str
    kind: str
    sector: Sector | None
    person: bool = False
    noted: bool = False

    @property
    def words(self) -> str:
        """The words the rule looks for, as a person reads them."""
        return re.sub(r"\\b|\(\?:|\[[^\]]*\]|[()?$^\\]", "", self.pattern).replace("|", ", ")


# The first rule that fits wins. Where the form alone does not settle it, the sector is asked.
RULES = (
    FormRule(
        r"jednoosobow|\bjdg\b|\bceidg\b|osob[aya] fizyczn[aye]\w* prowadzac|praktyka lekarska|praktyka zawodowa",
        "jednoosobowa działalność gospodarcza",
        Sector.BUSINESS,
        person=True,
    ),
    FormRule(r"rolnik|gospodarstwo rolne osoby", "rolnik", Sector.BUSINESS, person=True),
    FormRule(r"osob[ay] fizyczn|osob[ay] prywatn", "osoba fizyczna", None, person=True),
    FormRule(r"niepubliczn|prywatn", "placówka niepubliczna", None),
    FormRule(
        r"uczelni|uniwersytet(?! trzeciego)|politechnik|akademi|wyzsza szkola|szkola wyzsza",
        "uczelnia",
        Sector.SCIENCE,
        noted=True,
    ),
    FormRule(r"instytut badawcz|instytut naukow|panstwowy instytut|polska akademia nauk", "instytut", Sector.SCIENCE),
    FormRule(r"spoldzieln\w* socjaln", "spółdzielnia socjalna", Sector.NGO, noted=True),
    FormRule(r"spoldzieln", "spółdzielnia", Sector.BUSINESS, noted=True),
    FormRule(r"fundacja rodzinna", "fundacja rodzinna", None),
    FormRule(r"fundacj", "fundacja", Sector.NGO),
    FormRule(
        r"stowarzyszeni|kolo gospodyn|ochotnicza straz|\bosp\b|klub sportowy|\buks\b|lokalna grupa dzialania|\blgd\b"
        r"|organizacja pozytku|uniwersytet trzeciego wieku|\bzhp\b",
        "stowarzyszenie",
        Sector.NGO,
    ),
    FormRule(r"towarzystw|zwiaz(?:ek|ku)|caritas|parafi|kosci[eo]l", "organizacja społeczna lub kościelna", None),
    FormRule(r"izb[ay] |\bcech\b|agencja rozwoju", "izba, cech lub agencja", None),
    FormRule(
        r"(?:miejsk|gminn|powiatow|komunaln|wodociag|\bmpk\b|\bmpwik\b|\bpec\b|\bzgk\b|\bpgk\b).*"
        r"(?:sp z o o|spolka|\bs a\b|\bsa\b)",
        "spółka samorządowa",
        None,
    ),
    # A hospital that is a company may be anybody's.
    FormRule(r"(?:szpital|\bzoz\b).*(?:\bsp z o o|spolka|\bs a\b|\bsa\b)", "szpital", None),
    FormRule(r"szpital|\bzoz\b|\bspzoz\b|\bsp zoz\b", "szpital", Sector.PUBLIC, noted=True),
    FormRule(r"sp(?:olka)? z o(?:graniczona)? o(?:dpowiedzialnoscia)?\b|\bspzoo\b", "spółka z o.o.", Sector.BUSINESS),
    FormRule(r"spolka akcyjna|\bs a$|\bsa$|\bpsa\b", "spółka akcyjna", Sector.BUSINESS),
    FormRule(
        r"spolka (?:komandytow|jawn|partnersk|cywiln)|\bsp k\b|\bsp j\b|\bs c\b|\bsp p\b",
        "spółka osobowa lub cywilna",
        Sector.BUSINESS,
    ),
    FormRule(
        r"samorzad|\bjst\b|urzad|starostwo|^gmina\b|^powiat\b|^wojewodztwo\b|^miasto\b",
        "samorząd lub urząd",
        Sector.PUBLIC,
    ),
    FormRule(
        r"osrodek pomocy|\bmops\b|\bgops\b|\bmgops\b|\bpcpr\b|pomocy rodzinie|dom pomocy|\bdps\b",
        "pomoc społeczna",
        Sector.PUBLIC,
    ),
    FormRule(
        r"bibliotek|dom kultury|osrodek kultury|centrum kultury|muzeum|jednostka budzetow|zaklad budzetow|skarb panstwa"
        r"|instytucja kultury|nadlesnictwo|komenda",
        "instytucja publiczna",
        Sector.PUBLIC,
    ),
    FormRule(r"szkol|liceum|technikum|przedszkol|zlob", "szkoła lub przedszkole", None),
    FormRule(r"przedsiebiorstw|\bfirma\b|spolka", "przedsiębiorstwo", Sector.BUSINESS),
)
_COMPILED = tuple((re.compile(r.pattern), r) for r in RULES)

SECTOR_WORDS = {
    Sector.PUBLIC: ("publiczny", "public", "administracja", "jst", "samorzad", "samorzadowy", "sektor publiczny", "p"),
    Sector.BUSINESS: (
        "biznes",
        "business",
        "prywatny",
        "przedsiebiorstwo",
        "firma",
        "gospodarczy",
        "sektor prywatny",
        "przedsiebiorca",
        "b",
    ),
    Sector.NGO: (
        "ngo",
        "pozarzadowy",
        "spoleczny",
        "organizacja pozarzadowa",
        "iii sektor",
        "trzeci sektor",
        "sektor spoleczny",
        "obywatelski",
        "n",
    ),
    Sector.SCIENCE: ("nauka", "science", "naukowy", "sektor nauki", "uczelnia wyzsza", "jednostka naukowa"),
}
STATUS_WORDS = {
    Status.MEMBER: (
        "czlonek",
        "member",
        "tak",
        "uczestnik",
        "zalozyciel",
        "czlonek zalozyciel",
        "sygnatariusz",
        "aktywny",
        "aktywna",
        "czynny",
        "czlonek aktywny",
        "czlonek czynny",
        "czlonek zwyczajny",
        "czlonek wspierajacy",
        "czlonek honorowy",
        "wspierajacy",
        "zwyczajny",
        "active",
        "czlonkini",
        "czlonkini zalozycielka",
        "czlonkini wspierajaca",
        "czlonkini zwyczajna",
        "czlonkowie",
        "czlonek klastra",
        "czlonek staly",
        "czlonek rzeczywisty",
        "czlonek nadzwyczajny",
        "czlonek stowarzyszony",
        "pelnoprawny czlonek",
        "obecny czlonek",
        "obecnie czlonek",
        "wspierajaca",
        "zwyczajna",
        "zalozycielka",
        "uczestniczka",
        "sygnatariuszka",
        "czynna",
        "partner",
        "partnerka",
        "partner klastra",
        "partner wspierajacy",
        "przyjety",
        "przyjeta",
        "przyjete",
        "zrzeszony",
        "zrzeszona",
        "nalezy",
        "yes",
        "full member",
        "founding member",
        "supporting member",
        "associate member",
        "active member",
        "current member",
        "current",
        "founder",
    ),
    Status.DECLARED: (
        "deklarowany",
        "deklarowana",
        "declared",
        "kandydat",
        "kandydatka",
        "candidate",
        "zadeklarowany",
        "zadeklarowana",
        "zaproszony",
        "zaproszona",
        "deklaracja",
    ),
    Status.POTENTIAL: ("potencjalny", "potencjalna", "potential", "nie", "potencjalny czlonek"),
}
# What says that an organisation has left; whence and when may stand behind: "wystąpiła z klastra w 2021 r.".
_LEFT = (
    r"(?:byl[aey]?|b|ex|eks) (?:czlon\w+|partner\w*|uczestni\w+|member)",
    r"byl[aey]|ex|czlonek byly|former(?: (?:member|partner))?",
    r"nie ?aktywn[yae]|inactive",
    r"(?:wystapil|odszedl|odeszl|opuscil|zrezygnowal)[ao]?|wypisal[ao]? sie",
    r"(?:wypisan|wykreslon|skreslon|usuniet|wykluczon|zlikwidowan)[yae]",
    r"(?:juz nie (?:jest|nalezy)|nie (?:jest|nalezy) juz)(?: czlon\w+)?",
    r"rezygnacja|wystapienie|wykreslenie|wykluczenie",
    r"czlonkostwo (?:ustalo|wygaslo|zakonczone)|(?:ustanie|koniec|utrata) czlonkostwa",
    r"(?:has )?left|resigned|withdrawn|withdrew|expelled|ended",
)
_WHENCE_AND_WHEN = (
    r"z|ze|w|od|do|dnia|dniem|dniu|in|on|from|the|since|until|"
    r"klastra|klaster|cluster|sieci|stowarzyszenia|czlonkostwa|rok\w*|r|\d+"
)
_FORMER = re.compile(rf"(?:{'|'.join(_LEFT)})(?: (?:{_WHENCE_AND_WHEN}))*")
YES = ("tak", "t", "yes", "y", "1", "x", "prawda", "true", "osoba fizyczna")
_SECTOR = {word: sector for sector, words in SECTOR_WORDS.items() for word in words}
_STATUS = {word: status for status, words in STATUS_WORDS.items() for word in words}


def read_sector(text: str) -> Sector | None:
    """Return the sector a cell names, or None."""
    return _SECTOR.get(bare(text))


def read_status(text: str) -> Status | None:
    """Return the status a cell names, or None."""
    return _STATUS.get(bare(text))


def is_former(text: str) -> bool:
    """Say whether the status that a cell names is that of an organisation that has left."""
    return _FORMER.fullmatch(bare(text)) is not None


def is_yes(text: str) -> bool:
    """Say whether a cell means yes."""
    return bare(text) in YES


def rule_for(form: str, name: str) -> FormRule | None:
    """
    Return the rule that fits a legal form, else the name; None where none does.

    A company whose name is that of a municipal one is asked about, whatever its form.

    Parameters
    ----------
    form, name
        Legal form (may be "") and name, as they came.
    """
    folded_form, folded_name = bare(form), bare(name)
    both = _first(f"{folded_name} {folded_form}")
    if both is not None and both.kind == "spółka samorządowa":
        return both
    return _first(folded_form) or (_first(folded_name) if folded_name else None)


def _first(text: str) -> FormRule | None:
    if not text:
        return None
    return next((rule for pattern, rule in _COMPILED if pattern.search(text)), None)
