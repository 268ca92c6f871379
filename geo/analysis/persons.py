"""Tell names that are those of a person alone: a first name and a surname, and nothing of an organisation."""

from __future__ import annotations

import re
from collections.abc import Collection

from geo.analysis.sectors import rule_for
from geo.model.names import fold

MAX_WORDS = 4
_TITLES = re.compile(
    r"\b(?:dr|hab|prof|mgr|inz|lic|lek|med|dent|wet|adw|r pr|arch|ks|o|s|bp|pan|pani|p)\b\.?", re.ASCII
)
# With a first name these make an organisation: "Hotel Zofia", "Apteka Barbara", "Parafia Anna".
_THINGS = re.compile(
    r"\b(?:"
    r"agencja|apteka|bar|biuro|browar|centrum|cukiernia|delikatesy|dom|dworek|dwor|ferma|fermy|firma|"
    r"folwark|fryzjer|gabinet|galeria|garaz|gospoda|gospodarstwo|gosciniec|grupa|hala|handel|hotel|hostel|"
    r"hurtownia|izba|kancelaria|karczma|kasa|kawiarnia|kino|klaster|klinika|klub|kolo|kwiaciarnia|"
    r"lodziarnia|market|mleczarnia|mlyn|muzeum|nieruchomosci|oberza|oboz|osrodek|park|parafia|pasieka|"
    r"pensjonat|piekarnia|pizzeria|pracownia|przychodnia|pub|ranczo|restauracja|sad|salon|schronisko|"
    r"serwis|siec|sklep|solarium|spa|stajnia|stadnina|studio|szklarnia|tartak|teatr|transport|uslugi|"
    r"warsztat|willa|villa|winnica|zajazd|zaklad|zamek|zespol|zlobek|phu|pphu|fhu|pw|fh|ph|puh|ppuh|sc|sj|"
    r"swieta|swiety|sw|im|imienia|company|group|poland|polska"
    r")\b"
)


def looks_like_person(name: str, first_names: Collection[str]) -> bool:
    """
    Say whether a name is a first name and a surname alone, in either order, titles aside.

    Parameters
    ----------
    name
        As it came.
    first_names
        Known ones, folded.
    """
    if re.search(r"[\d\"„”&@/+]", name):
        return False
    words = re.findall(r"[^\W\d_]+", re.sub(r"(?<=\w)-(?=\w)", "", name))
    if not all(w[0].isupper() for w in words if not _TITLES.fullmatch(fold(w))):
        return False
    bare = [w for w in _TITLES.sub(" ", fold(" ".join(words))).split() if w]
    known = [w in first_names for w in bare]
    # Of a person at least one word is no first name, or both are ("Adam Marek").
    enough = 2 <= len(bare) <= MAX_WORDS and any(known) and (known[0] or known[-1])
    surname = sum(known) < len(bare) or len(bare) == 2
    return enough and surname and _THINGS.search(" ".join(bare)) is None and rule_for("", name) is None
