"""Configure the app and navigate; for the server, name what stands around the pages."""

from pathlib import Path

import streamlit as st
from streamlit.starlette import App

from pages._ui import places, server
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
            st.Page(places.MAP, title=text("place.map"), url_path="map", default=True),
            st.Page(places.POWIAT, title=text("place.powiat"), url_path="powiat"),
            st.Page(places.CLUSTER, title=text("place.cluster"), url_path="cluster"),
            st.Page(places.NETWORK, title=text("place.network"), url_path="network"),
            st.Page(places.ABOUT, title=text("place.about"), url_path="about"),
            # A button beside the search leads to it.
            st.Page(places.MY_CLUSTER, title=text("place.mine"), url_path="my_cluster", visibility="hidden"),
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
