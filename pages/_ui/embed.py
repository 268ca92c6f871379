"""Show a map alone, with its title, legend and source, where another site frames it (`?embed=true`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from urllib.parse import urlencode

import streamlit as st

from geo.render.picture import Picture
from geo.render.text import Text
from pages._ui.i18n import plain

ANCESTORS = "KLASTRY_FRAME_ANCESTORS"
_KEY = "klastry-sama-mapa"
_HERE, _WRONG = f".st-key-{_KEY}", '[data-testid="stAlert"]'
_OTHERS = f"> :not({_HERE}):not(:has({_HERE})):not({_WRONG}):not(:has({_WRONG}))"
# Streamlit leaves its navigation. Whatever a page shows beside the map, however deep that stands, its fields too, is
# there but not seen; what went wrong is, and so is a page that has no map, once it is known that none comes.
_STYLE = f"""
<style>
[data-testid="stHeader"], [data-testid="stSidebar"] {{ display: none !important; }}
.stMainBlockContainer {{ padding: .6rem 1rem .4rem 1rem !important; max-width: none !important; }}
.stMainBlockContainer :has({_HERE}) {_OTHERS} {{ display: none !important; }}
.stApp[data-test-script-state="running"] .stMainBlockContainer > [data-testid="stVerticalBlock"] {_OTHERS} {{
  visibility: hidden; }}
{_HERE} {{ gap: .5rem; }}
{_HERE} h1 {{ font-size: 1.35rem !important; padding: 0 0 .5rem 0 !important; }}
.klastry-open {{ font-size: .92rem; color: #0b57a4; }}
</style>
"""
# Where the map was moved to stands in the address only.
_FOLLOW = """<script>
for (const link of document.querySelectorAll(".klastry-open")) {
  link.addEventListener("click", () => {
    const here = new URL(location.href);
    for (const name of ["embed", "embed_options"]) here.searchParams.delete(name);
    link.href = here.href;
  });
}
</script>"""


def embedded() -> bool:
    """Say whether the address asks for the map alone; Streamlit tells nothing else of `embed` in it."""
    return bool(st.context.is_embedded)


def only_the_map() -> None:
    """Have nothing of this page seen but what `framed` shows and what went wrong, or all of a page that has no map."""
    st.html(_STYLE)


def allowed_hosts() -> str:
    """Return the sites that may show this app in a frame, separated by blanks, "" for none."""
    return os.environ.get(ANCESTORS, "").strip()


@contextmanager
def framed(picture: Picture, text: Text) -> Iterator[None]:
    """
    Put the title above a map, its source and a link to the whole page below, where the map is shown alone.

    Parameters
    ----------
    picture
        What the map says.
    text
        Language.
    """
    if not embedded():
        yield
        return
    with st.container(key=_KEY):
        st.title(plain(picture.title), anchor=False)
        st.caption(plain(picture.subtitle))
        yield
        st.caption(plain(picture.sources))
        whole = escape("?" + urlencode(dict(st.query_params)))
        link = f'<a class="klastry-open" href="{whole}" target="_blank" rel="noopener">{escape(text("share.open"))}</a>'
        st.html(link + _FOLLOW, unsafe_allow_javascript=True)
