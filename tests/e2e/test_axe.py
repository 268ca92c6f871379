"""axe finds nothing of ours on any place; `make accessibility` looks at every language, size and state."""

import pytest

from support.axe import ours

PLACES = {
    "map": "",
    "powiat": "powiat?powiat=1212",
    "cluster": "cluster?klaster=kluczewski&karta=zasieg",
    "network": "network",
    "about": "about",
    "official": "about?widok=urzedowe",
    "declaration": "about?widok=deklaracja",
    "my_cluster": "my_cluster?widok=wczytaj",
}


@pytest.mark.parametrize("path", PLACES.values(), ids=PLACES)
def test_axe_finds_nothing(visit, path):
    visit.open(path).settled()
    if path in ("", "powiat?powiat=1212", "cluster?klaster=kluczewski&karta=zasieg", "network"):
        visit.painted()
    assert ours(visit.page) == []


def test_axe_would_find_something(visit):
    visit.open("about").settled()
    visit.page.evaluate("() => { document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=x>'); }")
    assert "image-alt" in {rule for rule, *_ in ours(visit.page)}
