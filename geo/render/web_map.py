"""Build folium maps whose script never changes, and the small element that repaints them."""

from __future__ import annotations

import base64
import json
from typing import Any

import folium
from folium.elements import JSCSSMixin
from folium.template import Template

from geo.render.assets import Assets

# The middle of Poland and a view of the whole of it.
CENTRE = (52.1, 19.3)
ZOOM = 6


class OfflineMap(folium.Map):
    """A folium map that loads Leaflet from our own server and nothing else."""

    def __init__(self, assets: Assets, **options: Any) -> None:
        super().__init__(**options)
        self.default_js = [("leaflet", assets.leaflet_js)]
        self.default_css = [("leaflet_css", assets.leaflet_css)]


class _Kit(JSCSSMixin, folium.MacroElement):
    """Our script, started on the map it is added to."""

    _template = Template("{% macro script(this, kwargs) %}klastry.start({{ this._parent.get_name() }});{% endmacro %}")

    def __init__(self, assets: Assets) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Kit"
        self.default_js = [("klastry", assets.map_js)]
        self.default_css = [("klastry", assets.map_css)]


class _Paint(folium.MacroElement):
    """Hands a payload to our script. Standard base64 is the only thing that reaches the template."""

    _template = Template('{% macro script(this, kwargs) %}klastry.paint("{{ this.payload }}");{% endmacro %}')

    def __init__(self, payload: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Paint"
        self.payload = payload


def base_map(assets: Assets) -> folium.Map:
    """
    Return a map without layers that loads everything it needs from our own server.

    Its rendered script is the same on every call apart from generated identifiers, so the frame it
    lives in is never rebuilt.
    """
    result = OfflineMap(
        assets,
        location=CENTRE,
        zoom_start=ZOOM,
        tiles=None,
        zoom_control=False,
        min_zoom=5,
        max_zoom=14,
        zoom_snap=0.25,
        zoom_delta=0.5,
    )
    _Kit(assets).add_to(result)
    return result


def paint(payload: dict[str, Any]) -> folium.FeatureGroup:
    """
    Return the element that repaints a map made by `base_map`.

    Parameters
    ----------
    payload
        What `map.js` understands, JSON-like. Text in it may be hostile: it crosses folium and
        streamlit-folium as base64 and is written in the browser as text only.
    """
    group = folium.FeatureGroup("paint")
    _Paint(encode_payload(payload)).add_to(group)
    return group


def encode_payload(payload: dict[str, Any]) -> str:
    """Return a payload as standard base64 of UTF-8 JSON."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
