"""Show the network and the voivodeships: what each cluster has, who meets at a border, clusters side by side."""

import streamlit as st

from geo.render.text import Text
from geo.services.compare import compare_view
from geo.services.network import network_view
from geo.services.panels import sheet_view
from pages._ui import shell
from pages._ui.compare_filters import CompareChoice, ask
from pages._ui.compare_views import show_all, show_network, show_pair, show_sheet
from pages._ui.i18n import current_text
from pages._ui.messages import explained
from pages._ui.progress import shown_progress


def show(choice: CompareChoice, text: Text) -> None:
    """Show what was chosen."""
    if choice.query is None:
        return
    if choice.pair:
        show_pair(choice.pair, text)
    elif choice.panels:
        with st.spinner(text("conc.progress")):
            view = sheet_view(choice.panels, text)
        show_sheet(view, text)
    elif choice.view == "siec":
        show_network(network_view(choice.query, text), text)
    else:
        with shown_progress(text) as progress:
            compared = compare_view(choice.query, text, progress=progress)
        show_all(compared, text)


text = current_text()
shell.begin(text, text("place.network"), own_address=True)
with explained(text):
    show(ask(text), text)
shell.end(text)
