"""
Guess the nominative of an inflected Polish place name.

The rules propose, a list of existing names decides: a proposal that is no name is dropped. Endings
follow the declension of place names (Grzegorczykowa, Laskowski, Wróbel 1998, Gramatyka współczesnego
języka polskiego. Morfologia), written without diacritics.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, product

MAX_FORMS = 600
# Ending of the locative or genitive: endings of the nominative.
ENDINGS: dict[str, tuple[str, ...]] = {
    "ymstoku": ("ystok",),
    "egostoku": ("ystok",),
    "ymstawie": ("ystaw",),
    "egostawu": ("ystaw",),
    "miescie": ("miasto",),
    "dzie": ("d", "da", "do", "dy"),
    "iego": ("i", "ie"),
    "iach": ("ie", "ia", "i", "e"),
    "rze": ("r", "ra", "ro"),
    "dze": ("ga", "dza", "g"),
    "cie": ("t", "ta", "to"),
    "sie": ("s", "sa", "so"),
    "iej": ("a", "ia"),
    "ego": ("e", "y"),
    "ach": ("y", "e", "i", "a"),
    "ich": ("ie", "i"),
    "ych": ("e", "y"),
    "iem": ("ie", ""),
    "em": ("e", ""),
    "im": ("i", "ie"),
    "ym": ("y", "e"),
    "ej": ("a", "e"),
    "iu": ("", "ie", "io"),
    "cu": ("iec", "ec", "c", "ce"),
    "ku": ("ek", "k", "ko"),
    "ca": ("iec", "ec", "c", "ce"),
    "ka": ("ek", "ko", "k"),
    "ow": ("y", "i", "e"),
    "le": ("l", "la", "lo"),
    "ce": ("ka",),
    "ia": ("", "ie"),
    "ie": ("", "a", "o", "ia"),
    "ic": ("ice",),
    "lc": ("lce",),
    "ek": ("ki", "ka", "ko"),
    "oi": ("oja",),
    "ei": ("eja",),
    "u": ("", "o", "e"),
    "i": ("", "ia", "a"),
    "y": ("", "a"),
    "a": ("", "o", "e"),
}
VOWELS = "aeiouy"
# A genitive plural may have no ending ("Kielc", "Klucz", "Żor").
PLURALS = ("e", "y", "i")
_LONGEST = max(map(len, ENDINGS))
MIN_STEM = 2


@lru_cache(maxsize=4096)
def _word(word: str) -> tuple[str, ...]:
    found = [word]
    for size in range(min(_LONGEST, len(word)), 0, -1):
        stem, ending = word[:-size], word[-size:]
        if stem and len(stem) < MIN_STEM:
            continue
        found += [stem + new for new in ENDINGS.get(ending, ())]
    if word[-1] not in VOWELS:
        found += [word + new for new in PLURALS]
    return tuple(dict.fromkeys(found))


def nominatives(folded: str) -> tuple[str, ...]:
    """
    Return what a folded name may be in the nominative, without the name itself.

    Parameters
    ----------
    folded
        Name without case and diacritics ("bielsku bialej").
    """
    forms = (" ".join(words) for words in product(*(_word(w) for w in folded.split())))
    return tuple(f for f in islice(forms, MAX_FORMS) if f != folded)


def adjective_forms(folded: str) -> tuple[str, ...]:
    """
    Return the forms of an adjectival unit name ("olkuski": "olkuskiego", "olkuskim", "olkuska").

    Parameters
    ----------
    folded
        Nominative in the masculine ("olkuski") or neuter ("malopolskie").
    """
    head, _, last = folded.rpartition(" ")
    stem = last.removesuffix("e") if last.endswith("ie") else last
    if not stem.endswith("i"):
        return (folded,)
    if head:
        # "łódzki wschodni": both words change.
        lasts = adjective_forms(last)
        heads = adjective_forms(head) if head.endswith("i") else (head,) * len(lasts)
        return tuple(dict.fromkeys([folded, *(f"{a} {b}" for a, b in zip(heads, lasts, strict=False))]))
    hard = stem.removesuffix("i")
    return (last, f"{stem}ego", f"{stem}emu", f"{stem}m", f"{hard}a", stem, f"{stem}e")
