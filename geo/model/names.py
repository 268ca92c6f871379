"""Compare names as people write them, and clean them for files that take no control characters."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz


def fold(text: str) -> str:
    """Return a text without diacritics, case and repeated spaces, for comparing names."""
    plain = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L")).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(kept.replace("-", " ").split())


def bare(text: str) -> str:
    """Return a folded text without punctuation either, its words parted by one space."""
    return " ".join(re.sub(r"[^\w\s]", " ", fold(text)).split())


def letters(name: str) -> str:
    """Return a name without spaces, punctuation and the spelling of its legal form."""
    plain = re.sub(r"[^a-z0-9]", "", fold(name))
    return plain.replace("spolkazograniczonaodpowiedzialnoscia", "spzoo").replace("spolkaakcyjna", "sa")


def alike(name: str, other: str, percent: float) -> bool:
    """Say whether two names may be spellings of one, by the share of letters in common; "nr 1" is never "nr 2"."""
    same_numbers = re.findall(r"\d+", name) == re.findall(r"\d+", other)
    return same_numbers and fuzz.ratio(letters(name), letters(other)) >= percent


def printable(text: str) -> str:
    """Return a text without what XML and office files may not hold: controls, halves of pairs, non-characters."""
    return "".join(c for c in text if c in "\n\t" or _allowed(c))


def one_line(text: str) -> str:
    """Return a printable text without line breaks and tabs; other spaces stay as they are."""
    return re.sub(r"[\n\t]+", " ", printable(text))


def _allowed(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in "\ufffe\uffff"


def sound(value: object) -> object:
    """Return a text without halves of surrogate pairs, which no file can hold; other values unchanged."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value
