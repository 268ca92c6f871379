"""Say what this is, list the clusters and lead from "my powiat" on."""

import streamlit as st

from geo.model.cluster import Cluster
from geo.render.text import Text
from geo.services.labels import powiat_options
from geo.services.nearby import nearby
from geo.services.overview import ask_powiat, overview
from pages._ui import shell
from pages._ui.downloads import show_table
from pages._ui.i18n import current_text, plain
from pages._ui.messages import explained
from pages._ui.nearby_view import show_nearby

DENSITY = "pages/density.py"
REPORT = "pages/powiat.py"


def link(text: Text, label: str, cluster: Cluster) -> None:
    """Show a link to the density map of a cluster."""
    language = {} if text.language == "pl" else {"lang": text.language}
    st.page_link(DENSITY, label=label, query_params={"klaster": cluster.cluster_id, **language}, icon=":material/map:")


def show_powiat(text: Text) -> None:
    """Ask for a powiat and say what the clusters say of it."""
    options = powiat_options(text)
    code = st.selectbox(
        text("overview.search"),
        list(options),
        index=None,
        format_func=options.__getitem__,
        placeholder=text("overview.search.placeholder"),
        help=text("overview.search.help"),
        key="szukany_powiat",
    )
    if not code:
        return
    answer = ask_powiat(code, text)
    with st.container(border=True):
        around = nearby(code, text)
        if answer.declaring:
            clusters = plain(", ".join(c.name for c in answer.declaring))
            st.markdown(text("overview.powiat.covered", powiat=f"**{plain(answer.label)}**", clusters=clusters))
        show_nearby(around, text)
        for cluster, count in answer.present:
            organisations = text.count("organisations", count)
            st.markdown(text("overview.powiat.members", name=plain(cluster.name), organisations=organisations))
        language = {} if text.language == "pl" else {"lang": text.language}
        label = text("overview.powiat.report", powiat=plain(answer.label))
        st.page_link(REPORT, label=label, query_params={"powiat": code, **language}, icon=":material/description:")
        for cluster in dict.fromkeys([*answer.declaring, *(c for c, _ in answer.present)]):
            link(text, text("overview.powiat.open", name=plain(cluster.name)), cluster)


def show_clusters(text: Text) -> None:
    """Show a card for each cluster."""
    result = overview(text)
    st.subheader(text("overview.clusters"), anchor=False)
    for i, cluster in enumerate(result.clusters):
        if i % 3 == 0:
            columns = st.columns(3)
        with columns[i % 3].container(border=True):
            st.markdown(f"**{plain(cluster.name)}**")
            st.caption(plain(result.sentences[cluster.cluster_id]))
            st.markdown(plain(cluster.description))
            link(text, text("overview.map", name=plain(cluster.name)), cluster)
    for network in result.networks:
        name, coordinator = plain(network.name), plain(network.coordinator)
        st.markdown(text("overview.network", name=name, coordinator=coordinator))
    show_table(result.table.shown(text), alt=text("overview.clusters"))


text = current_text()
shell.begin(text, text("overview.title"))
st.markdown(text("overview.lead"))
with explained(text):
    show_powiat(text)
    show_clusters(text)
shell.end(text)
