"""Ask for a powiat and a cluster, and keep the answer in the address."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from geo.errors import UnknownUnitError
from geo.model.coverage import CoverageQuery
from geo.render.text import Text
from geo.services.catalogue import default_radius_km, subject_names
from geo.services.overview import ask_powiat, powiat_options
from geo.services.powiat import find_powiaty
from pages._ui import state
from pages._ui.i18n import plain

RADIUS_RANGE = (1, 60)


@dataclass(frozen=True)
class PowiatChoice:
    """
    What the user chose.

    Attributes
    ----------
    code
        4-digit TERYT code.
    query
        Cluster and reach.
    """

    code: str
    query: CoverageQuery


def ask(text: Text) -> PowiatChoice | None:
    """Show the search and, once a powiat is chosen, the cluster and the reach."""
    options = powiat_options(text)
    chosen = state.choice("powiat", "", ["", *options], _meant)
    st.session_state["powiat"] = _typed(st.session_state.get("powiat-wybor"), options, text) or chosen
    left, middle, right = st.columns([1.6, 1.6, 1])
    left.selectbox(
        text("overview.search"),
        list(options),
        index=list(options).index(st.session_state["powiat"]) if st.session_state["powiat"] else None,
        format_func=lambda c: options.get(c, c),
        placeholder=text("overview.search.placeholder"),
        help=text("overview.search.help"),
        accept_new_options=True,
        key="powiat-wybor",
    )
    code = st.session_state["powiat"]
    if not code:
        state.write_address({"lang": text.language}, {"lang": "pl"})
        return None
    names = subject_names(text)
    declaring = ask_powiat(code, text).declaring
    subject = state.choice("klaster", declaring[0].cluster_id if declaring else next(iter(names)), names)
    middle.selectbox(text("powiat.cluster"), list(names), format_func=names.__getitem__, key="klaster")
    suggested = round(default_radius_km(subject))
    radius = state.following("zasieg", suggested, *RADIUS_RANGE)
    right.slider(text("coverage.radius"), *RADIUS_RANGE, key="zasieg")
    fields: dict[str, state.Field] = {"lang": text.language, "powiat": code, "klaster": subject, "zasieg": radius}
    state.write_address(fields, {"lang": "pl", "zasieg": suggested})
    return PowiatChoice(code, CoverageQuery(subject, radius_km=float(radius)))


def _meant(words: str) -> str | None:
    """Return the powiat that a link means: its code, the code of one of its gminy, or its name."""
    if not words:
        return words
    try:
        found = find_powiaty(words)
    except UnknownUnitError:
        return None
    return found[0] if len(found) == 1 else None


def _typed(words: str | None, options: dict[str, str], text: Text) -> str | None:
    """Understand what was picked or typed; say so where it fits none or several."""
    if not words or words in options:
        return words
    try:
        found = find_powiaty(words)
    except UnknownUnitError:
        st.warning(text("error.unit", given=plain(words)))
        return None
    if len(found) > 1:
        several = ", ".join(options[c] for c in found)
        st.warning(text("powiat.several", given=plain(words), names=plain(several)))
        return None
    return found[0]
