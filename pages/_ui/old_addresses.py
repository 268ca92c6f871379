"""Lead addresses as they once were, and as people write them, to the places of today."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode

# What pages were called, and the place and fields that they are now. What an old address says itself comes first.
_MOVED = {
    "overview": ("", {}),
    "map": ("", {}),
    "density": ("cluster", {"karta": "gestosc"}),
    "coverage": ("cluster", {"karta": "zasieg"}),
    "timeline": ("cluster", {"karta": "rozwoj"}),
    "ties": ("cluster", {"karta": "powiazania"}),
    "concentration": ("cluster", {"karta": "koncentracja"}),
    "compare": ("network", {"widok": "mapa"}),
    "members": ("my_cluster", {"widok": "wczytaj"}),
    # As somebody writes them who reads the menu.
    "klaster": ("cluster", {}),
    "siec": ("network", {}),
    "moj-klaster": ("my_cluster", {}),
    "o-danych": ("about", {}),
    "deklaracja-dostepnosci": ("about", {"widok": "deklaracja"}),
}
# What fields of old pages were called.
_RENAMED = {"members": {"widok": {"list": "wczytaj", "clusters": "terytorium"}}}
# A subject behind its place: `/powiat/1212`, `/klaster/kluczewski`, `/gmina/121204`.
_SUBJECTS = {
    "powiat": ("powiat", "powiat"),
    "gmina": ("powiat", "powiat"),
    "cluster": ("cluster", "klaster"),
    "klaster": ("cluster", "klaster"),
}
_PATH = re.compile(r"/(?P<page>[\w-]+)(?:/(?P<subject>[^/]+))?/?")


def moved(path: str, query: str) -> str | None:
    """
    Return where an address leads today.

    Parameters
    ----------
    path
        Path as asked for, unquoted, below the address of the app.
    query
        Query as asked for.

    Returns
    -------
    address
        Relative to the path, so that it holds behind any prefix; None where the address is one of today.
    """
    asked = dict(parse_qsl(query, keep_blank_values=True))
    found = _PATH.fullmatch(path)
    if not found:
        return None
    page, subject = found["page"], found["subject"]
    if subject is None and page in _MOVED:
        place, fields = _MOVED[page]
        renamed = {n: _RENAMED.get(page, {}).get(n, {}).get(v, v) for n, v in asked.items()}
        back = "../" if path.endswith("/") else ""
        return _address(back, place, {**fields, **renamed})
    if subject is not None and page in _SUBJECTS:
        place, field = _SUBJECTS[page]
        return _address("../../" if path.endswith("/") else "../", place, {**asked, field: subject})
    return None


def _address(back: str, place: str, fields: dict[str, str]) -> str:
    return f"{back}{place or './'}" + (f"?{urlencode(fields)}" if fields else "")
