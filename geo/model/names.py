"""Compare names as people write them."""

from __future__ import annotations

import re
import unicodedata


def fold(text: str) -> str:
    """Return a text without diacritics, case and repeated spaces, for comparing names."""
    plain = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L")).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(kept.replace("-", " ").split())


def bare(text: str) -> str:
    """Return a folded text without punctuation either, its words parted by one space."""
    return " ".join(re.sub(r"[^\w\s]", " ", fold(text)).split())
