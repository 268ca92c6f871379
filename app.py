"""Configure the app and navigate."""

from pathlib import Path

import streamlit as st

from pages._ui.i18n import choose_text, show_language_switch

st.set_page_config(
    page_title="Mapa klastrów",
    page_icon=str(Path(__file__).parent / "pages" / "_ui" / "favicon.png"),
    layout="wide",
)
text = choose_text()
page = st.navigation(
    [
        st.Page("pages/overview.py", title=text("nav.overview"), url_path="start", default=True),
        st.Page("pages/density.py", title=text("nav.density"), url_path="gestosc"),
        st.Page("pages/about.py", title=text("nav.about"), url_path="o-danych"),
    ],
    position="top",
)
show_language_switch(text)
page.run()
