"""Configure the app and navigate; for the server, name what stands around the pages."""

from pathlib import Path

import streamlit as st
from streamlit.starlette import App

from pages._ui import server
from pages._ui.i18n import choose_text


def navigate() -> None:
    """Show the page that the address names, to one visitor."""
    st.set_page_config(
        page_title="Mapa klastrów",
        page_icon=str(Path(__file__).parent / "pages" / "_ui" / "favicon.png"),
        layout="wide",
    )
    text = choose_text()
    page = st.navigation(
        [
            st.Page("pages/overview.py", title=text("nav.overview"), url_path="overview", default=True),
            st.Page("pages/density.py", title=text("nav.density"), url_path="density"),
            st.Page("pages/coverage.py", title=text("nav.coverage"), url_path="coverage"),
            st.Page("pages/powiat.py", title=text("nav.powiat"), url_path="powiat"),
            st.Page("pages/compare.py", title=text("nav.compare"), url_path="compare"),
            st.Page("pages/concentration.py", title=text("nav.concentration"), url_path="concentration"),
            st.Page("pages/ties.py", title=text("nav.ties"), url_path="ties"),
            st.Page("pages/timeline.py", title=text("nav.timeline"), url_path="timeline"),
            st.Page("pages/members.py", title=text("nav.members"), url_path="members"),
            st.Page("pages/about.py", title=text("nav.about"), url_path="about"),
        ],
        position="top",
    )
    st.set_page_config(page_title=f"{page.title} – {text('app.title')}")
    page.run()


if __name__ == "__main__":
    navigate()
else:
    # `streamlit run app.py` finds this and serves it; it runs this file again for every visitor.
    app = App("app.py", lifespan=server.lifespan, middleware=server.MIDDLEWARE, on_script_error=server.explain_fault)
