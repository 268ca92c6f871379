"""Addresses as they once were, and as people write them, lead to the places of today."""

from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from geo.settings import ROOT
from pages._ui.old_addresses import moved


def followed(address):
    """Return the path and the fields where a browser ends that asks for an address."""
    for _ in range(3):
        parts = urlsplit(address)
        leads = moved(parts.path, parts.query)
        if leads is None:
            return parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))
        address = urljoin(address, leads)
    raise AssertionError(address)


@pytest.mark.parametrize(
    ("old", "path", "fields"),
    [
        ("/overview?lang=en", "/", {"lang": "en"}),
        ("/density", "/cluster", {"karta": "gestosc"}),
        (
            "/density?klaster=lubelska-medycyna&poziom=powiat&miara=per_10k_people&statusy=member&klasy=3&podzial=equal",
            "/cluster",
            {
                "karta": "gestosc",
                "klaster": "lubelska-medycyna",
                "poziom": "powiat",
                "miara": "per_10k_people",
                "statusy": "member",
                "klasy": "3",
                "podzial": "equal",
            },
        ),
        (
            "/coverage?klaster=kluczewski,skarzyski&potrzeba=sector%3Ango&zasieg=12&sektory=-",
            "/cluster",
            {
                "karta": "zasieg",
                "klaster": "kluczewski,skarzyski",
                "potrzeba": "sector:ngo",
                "zasieg": "12",
                "sektory": "-",
            },
        ),
        (
            "/timeline/?klaster=skarzyski&miesiac=2018-05",
            "/cluster",
            {"karta": "rozwoj", "klaster": "skarzyski", "miesiac": "2018-05"},
        ),
        ("/ties?klaster=zażółć", "/cluster", {"karta": "powiazania", "klaster": "zażółć"}),
        ("/concentration?mapa=gi", "/cluster", {"karta": "koncentracja", "mapa": "gi"}),
        # It opened on the map of all when that was what an address without a view meant.
        ("/compare?klastry=kluczewski", "/network", {"widok": "mapa", "klastry": "kluczewski"}),
        ("/compare?widok=siec", "/network", {"widok": "siec"}),
        ("/members", "/my_cluster", {"widok": "wczytaj"}),
        ("/members?widok=list", "/my_cluster", {"widok": "wczytaj"}),
        ("/members?widok=clusters", "/my_cluster", {"widok": "terytorium"}),
        ("/powiat?powiat=1212", "/powiat", {"powiat": "1212"}),
        ("/powiat/1212", "/powiat", {"powiat": "1212"}),
        ("/powiat/1212/?klaster=kluczewski", "/powiat", {"klaster": "kluczewski", "powiat": "1212"}),
        ("/gmina/121204", "/powiat", {"powiat": "121204"}),
        ("/klaster/kluczewski", "/cluster", {"klaster": "kluczewski"}),
        ("/about", "/about", {}),
        ("/", "/", {}),
    ],
)
def test_an_address_leads_to_its_place(old, path, fields):
    assert followed(old) == (path, fields)


@pytest.mark.parametrize(
    "path", ["/_stcore/health", "/app/static/leaflet.css", "/app/outlines/ab12/gminy.json", "/xyz"]
)
def test_what_is_no_page_is_left_alone(path):
    assert moved(path, "") is None


# Fields of the old pages, none at what is usual, which need not stand in the address.
@pytest.mark.parametrize(
    "old",
    [
        "/density?klaster=skarzyski&poziom=powiat&miara=per_10k_people&klasy=4&powierzchnia=1&promien=20&statusy=member",
        "/coverage?klaster=skarzyski&obszar=26&poziom=powiat&potrzeba=sector:ngo&zasieg=12&deklarowane=1&okregi=1",
        "/concentration?klaster=skarzyski&poziom=powiat&mapa=gi&odniesienie=entities&sektory=ngo&statusy=member,declared",
        "/compare?klastry=skarzyski&zasieg_km=10&statusy=member,declared",
        "/compare?widok=para&pierwszy=skarzyski&drugi=kluczewski&poziom=gmina",
        "/members?widok=clusters",
    ],
)
def test_nothing_of_an_old_address_is_lost(old):
    path, fields = followed(old)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in fields.items():
        app.query_params[name] = value
    app.switch_page(f"pages{path}.py")
    app.run()
    assert not app.exception
    assert not [w for w in app.warning if "nie rozumiemy" in w.value]
    assert fields.items() <= {n: "".join(v) for n, v in app.query_params.items()}.items()
