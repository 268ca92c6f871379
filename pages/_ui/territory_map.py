"""Choose the units of a territory from a list or by clicking a map."""

from __future__ import annotations

import streamlit as st

from geo.model.units import Level
from geo.render.text import Text
from geo.services.editing import toggled
from geo.services.intake.map import territory_painting, unit_at
from pages._ui.map_view import show_clickable_map

HEIGHT = 460


def pick_territory(saved: tuple[str, ...], options: dict[str, str], key: str, text: Text) -> tuple[str, ...]:
    """
    Show the list and the map, and return the units chosen.

    Parameters
    ----------
    saved
        Units to begin with.
    options
        Labels of all units by TERYT code.
    key
        Identifies what is edited; a new key begins anew.
    text
        Language.
    """
    field, click = f"terytorium-{key}", f"klik-{key}"
    st.session_state.setdefault(field, [t for t in saved if t in options])
    if pending := st.session_state.pop(f"dodaj-{key}", None):
        st.session_state[field] = list(toggled(tuple(st.session_state[field]), pending))
    st.multiselect(
        text("cluster.territory"),
        list(options),
        format_func=options.__getitem__,
        key=field,
        placeholder=text("choose.placeholder"),
        help=text("cluster.territory.help"),
        filter_mode="contains",
        select_all=False,
    )
    territory = tuple(sorted(st.session_state[field]))
    if not st.toggle(text("cluster.pick"), key=f"mapa-{key}"):
        return territory
    levels = {str(level): text(f"level.{level}") for level in Level}
    level = Level(
        st.segmented_control(
            text("cluster.pick.level"),
            list(levels),
            format_func=levels.__getitem__,
            default=str(Level.POWIAT),
            required=True,
            key=f"poziom-{key}",
        )
    )
    st.caption(text("cluster.pick.help"))
    painting = territory_painting(territory, level, text, key=key, opened=saved)
    clicked = show_clickable_map(painting, key=f"territory-map-{key}", height=HEIGHT)
    if clicked and clicked != st.session_state.get(click):
        st.session_state[click] = clicked
        if unit := unit_at(*clicked, level):
            # The list above is already drawn in this run; the unit is put in at the start of the next.
            st.session_state[f"dodaj-{key}"] = unit
            st.rerun()
    return territory
