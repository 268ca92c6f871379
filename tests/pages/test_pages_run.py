"""Every page runs for every cluster without an exception."""

import pytest
from streamlit.testing.v1 import AppTest

from geo.io.clusters import load_clusters, load_networks

SUBJECTS = [c.cluster_id for c in load_clusters()] + [n.network_id for n in load_networks()]


def run(page, **query):
    app = AppTest.from_file("../../app.py", default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py") if page != "overview" else None
    return app.run()


@pytest.mark.parametrize("lang", ["pl", "en"])
@pytest.mark.parametrize("page", ["overview", "about"])
def test_page_runs_in_both_languages(page, lang):
    app = run(page, lang=lang)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("subject", SUBJECTS)
def test_density_runs_for_every_cluster(subject):
    app = run("density", klaster=subject, powierzchnia="1")
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="klaster").value == subject


@pytest.mark.parametrize("subject", SUBJECTS)
def test_coverage_runs_for_every_cluster(subject):
    app = run("coverage", klaster=subject, poziom="powiat")
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("powiat", ["1212", "2610", "0663", "1465"])
def test_report_runs(powiat):
    app = run("powiat", powiat=powiat)
    assert not app.exception
    assert not app.error
    assert app.code
