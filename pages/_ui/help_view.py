"""Show how to use the app: in a few steps with pictures, for the kind of user that is chosen."""

from __future__ import annotations

import streamlit as st

from geo.services.help import FOUNDER, OFFICE, PRESENTER, help_for, picture_address
from pages._ui.fields import Form, Tabs
from pages._ui.places import MY_CLUSTER, NETWORK, POWIAT, language_of

# Roles by their name in the address.
ROLES = {"urzad": OFFICE, "klaster": FOUNDER, "prezentacja": PRESENTER}
ROLE = Tabs("rola", "help.role", lambda text: {v: text(f"help.role.{r}") for v, r in ROLES.items()}, "urzad", str)
# Where the steps of each begin: page, key of its name, and what its address asks for.
_BEGIN: dict[str, tuple[str, str, dict[str, str]]] = {
    OFFICE: (POWIAT, "place.powiat", {}),
    FOUNDER: (MY_CLUSTER, "place.mine", {"widok": "wczytaj"}),
    PRESENTER: (NETWORK, "place.network", {}),
}


def show_help(form: Form) -> None:
    """Ask who the visitor is and show the steps, each few of them beside the picture of what they speak about."""
    text = form.text
    st.header(text("help.title"), anchor=False)
    role = ROLES[form.ask(ROLE, st.container())]
    form.write()
    for part in help_for(role, text):
        left, right = st.columns([1, 1.2])
        left.markdown("\n".join(f"{n}. {step}" for n, step in enumerate(part.steps, part.first)))
        # In a frame, so that nobody takes the buttons in a picture for buttons.
        right.container(border=True).image(picture_address(part.picture), width="stretch", alt=part.alt)
    page, name, asked = _BEGIN[role]
    label = text("help.open", place=text(name))
    st.page_link(page, label=label, query_params={**asked, **language_of(text)}, icon=":material/arrow_forward:")
