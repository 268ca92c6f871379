"""Every page runs for every cluster without an exception."""

import pytest
from streamlit.testing.v1 import AppTest

from geo.io.clusters import load_clusters, load_networks

SUBJECTS = [c.cluster_id for c in load_clusters()] + [n.network_id for n in load_networks()]


# Tabs of the page of a cluster.
TABS = ("gestosc", "zasieg", "potrzeby", "zaprosic", "rozwoj", "powiazania", "koncentracja")


def run(page, **query):
    app = AppTest.from_file("../../app.py", default_timeout=60)
    for name, value in ({"karta": page, **query} if page in TABS else query).items():
        app.query_params[name] = value
    app.switch_page(f"pages/{'cluster' if page in TABS else page}.py") if page != "map" else None
    return app.run()


@pytest.mark.parametrize("lang", ["pl", "en"])
@pytest.mark.parametrize("page", ["map", "about"])
def test_page_runs_in_both_languages(page, lang):
    app = run(page, lang=lang)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("subject", SUBJECTS)
def test_density_runs_for_every_cluster(subject):
    app = run("gestosc", klaster=subject, powierzchnia="1")
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="klaster-jeden").value == subject


@pytest.mark.parametrize("subject", SUBJECTS)
def test_coverage_runs_for_every_cluster(subject):
    app = run("zasieg", klaster=subject, poziom="powiat")
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("powiat", ["1212", "2610", "0663", "1061"])
def test_report_runs(powiat):
    app = run("powiat", powiat=powiat, karta="pliki")
    assert not app.exception
    assert not app.error
    assert app.code


def test_no_unrelated_cluster_stands_in_for_one_that_is_missing():
    app = run("powiat", powiat="1405")
    assert not app.exception
    assert app.selectbox(key="klaster").value == "wszystkie"
    assert app.header[0].value.startswith("Nie wiadomo, czy powiat grodziski jest objęty")
    assert app.info[0].value.startswith(r"Żaden z 11 klastrów na naszej liście \(stan na 22 listopada 2026\)")
    # A cluster, once chosen, is looked at.
    app.selectbox(key="klaster").set_value("kluczewski").run()
    assert not app.exception
    assert "Kluczewski klaster" in " ".join(m.value for m in app.markdown)


@pytest.mark.parametrize("lang", ["pl", "en"])
@pytest.mark.parametrize("view", ["lista", "wczytaj", "terytorium", "wersje", "usun"])
def test_my_cluster_runs_read_only_for_whoever_is_not_local(view, lang):
    app = run("my_cluster", widok=view, lang=lang)
    assert not app.exception
    assert not app.error
    # No browser, no Host header: nobody that may write.
    for button in app.button:
        assert button.disabled or button.key not in ("zapisz", "zapisz-klaster", "archiwum")


@pytest.mark.parametrize("subject", SUBJECTS[:4])
def test_every_shipped_cluster_opens_in_the_form(subject):
    app = run("my_cluster", widok="terytorium")
    app.selectbox(key="edytowany-0").set_value(subject).run()
    for view in ("lista", "wersje", "usun"):
        app.segmented_control(key="widok").set_value(view).run()
        assert not app.exception
        assert not app.error


@pytest.mark.parametrize("lang", ["pl", "en"])
@pytest.mark.parametrize("view", ["mapa", "para", "wojewodztwa", "siec"])
def test_comparison_runs_in_every_view(view, lang):
    app = run("network", widok=view, lang=lang)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("subject", SUBJECTS)
def test_concentration_runs_for_every_cluster(subject):
    for kind in ("quotient", "gi"):
        app = run("koncentracja", klaster=subject, mapa=kind)
        assert not app.exception
        assert not app.error


@pytest.mark.parametrize("lang", ["pl", "en"])
@pytest.mark.parametrize("page", ["powiazania", "rozwoj", "zaprosic"])
@pytest.mark.parametrize("subject", ["kluczewski", "senior-dolnoslaski", "uwierz-w-siebie"])
def test_links_growth_and_invitations_run(page, subject, lang):
    app = run(page, klaster=subject, lang=lang)
    assert not app.exception
    assert not app.error


# What mail programs leave behind a link, and what somebody types by hand.
@pytest.mark.parametrize("behind", [".", ",", ")", ";", ".)", ""])
@pytest.mark.parametrize("page", ["powiat", *TABS])
def test_signs_behind_a_link_are_no_part_of_it(page, behind):
    app = run(page, powiat="2610", klaster=f"skarzyski{behind}")
    assert not app.exception
    assert chosen(app) == ["skarzyski"]
    assert not [w for w in app.warning if "nie rozumiemy" in w.value]


def chosen(app):
    value = app.session_state["klaster"]
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("page", ["powiat", *TABS])
def test_an_unknown_cluster_is_named_with_what_was_meant(page):
    app = run(page, powiat="2610", klaster="skarzyskii")
    assert not app.exception
    (told,) = [w.value for w in app.warning if "nie rozumiemy" in w.value]
    assert "klaster = „skarzyskii”" in told
    assert "klaster=skarzyski)" in told


def test_of_several_clusters_the_known_are_shown_and_the_others_told():
    app = run("network", klastry="skarzyski,kluczewski,nie-ma.")
    assert sorted(app.session_state["klastry"]) == ["kluczewski", "skarzyski"]
    (told,) = [w.value for w in app.warning]
    assert "klastry = „nie\\-ma\\.”" in told


@pytest.mark.parametrize(
    ("page", "field", "given"),
    [
        ("zasieg", "zasieg", "abc"),
        ("zasieg", "zasieg", "900"),
        ("zasieg", "poziom", "powiaty"),
        ("zasieg", "okregi", "tak"),
        ("gestosc", "poziom", "xyz"),
        ("gestosc", "klasy", "99"),
        ("gestosc", "lang", "de"),
        ("powiat", "powiat", "9999"),
        ("powiat", "powiat", "brzeski"),
    ],
)
def test_what_no_field_understands_is_told(page, field, given):
    app = run(page, **{"klaster": "skarzyski", field: given})
    assert not app.exception
    (told,) = [w.value for w in app.warning if "nie rozumiemy" in w.value]
    assert f"{field} = „{given}”" in told


@pytest.mark.parametrize("given", ["1212", "1212.", "121204", "olkuski", "powiat olkuski"])
def test_a_powiat_is_opened_by_its_code_its_gmina_or_its_name(given):
    app = run("powiat", powiat=given)
    assert app.session_state["powiat"] == "1212"
    assert not app.warning
    assert "Powiat olkuski" in app.header[0].value


def test_a_choice_made_before_the_browser_knows_the_address_of_the_last_one_is_kept():
    app = run("zasieg", klaster="kluczewski")
    before = dict(app.query_params)
    app.slider(key="zasieg").set_value(11).run()
    # Two quick presses: the second comes with the address as it was before the first.
    app.query_params.clear()
    for name, values in before.items():
        app.query_params[name] = values
    app.slider(key="zasieg").set_value(12).run()
    assert app.slider(key="zasieg").value == 12
    assert app.query_params["zasieg"] == "12"
    # The same address without a choice is the way back.
    app.query_params.clear()
    for name, values in before.items():
        app.query_params[name] = values
    app.run()
    assert app.slider(key="zasieg").value == 10
    assert not app.exception
