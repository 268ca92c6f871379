"""Name the places of the app and how to get to them."""

from __future__ import annotations

from geo.render.text import Text

MAP, POWIAT, CLUSTER, NETWORK, ABOUT, MY_CLUSTER = (
    f"pages/{name}.py" for name in ("map", "powiat", "cluster", "network", "about", "my_cluster")
)


def language_of(text: Text) -> dict[str, str]:
    """Return what an address says of the language: nothing where it is the usual one."""
    return {} if text.language == "pl" else {"lang": text.language}
