"""Show Poland: what all clusters offer in each powiat, and which clusters there are."""

import streamlit as st

from geo.render.text import Text
from geo.services.country import country_view
from geo.services.labels import voivodeship_options
from geo.services.library import library
from pages._ui import shell
from pages._ui.breadcrumb import show_breadcrumb
from pages._ui.cluster.reach_filters import people_field
from pages._ui.embed import embedded
from pages._ui.fields import Choice, Form
from pages._ui.i18n import current_text, plain
from pages._ui.messages import explained
from pages._ui.picture_form import ExportNames
from pages._ui.places import CLUSTER, language_of
from pages._ui.view import show_tables, show_view

AREA = Choice(
    "obszar", "place.area", lambda text: {"": text("coverage.area.country"), **voivodeship_options(text)}, "", str
)


def show_clusters(text: Text) -> None:
    """List the clusters, each as a link to its page, and the networks."""
    with st.container(horizontal=True, gap="small"):
        for cluster in library().clusters:
            asked = {"klaster": cluster.cluster_id, **language_of(text)}
            st.page_link(CLUSTER, label=plain(cluster.name), query_params=asked, icon=":material/hub:")
    for network in library().networks:
        name, coordinator = plain(network.name), plain(network.coordinator)
        st.caption(text("overview.network", name=name, coordinator=coordinator))


text = current_text()
shell.begin(text, text("overview.title"), own_address=True)
with explained(text):
    form = Form(text)
    left, middle, right = st.columns([2.4, 1, 1], vertical_alignment="bottom")
    area, people = form.ask(AREA, middle), form.ask(people_field(text), right)
    form.write()
    with left:
        if area:
            show_breadcrumb(area, text)
        else:
            st.caption(text("overview.lead"))
    view = country_view(text, area, people)
    show_view(view, ExportNames(f"polska{area}", "klastry", "country-map"), text)
    show_tables(view, text, "voivodeships", "clusters")
    if not embedded():
        show_clusters(text)
    show_tables(view, text, "powiaty")
shell.end(text)
