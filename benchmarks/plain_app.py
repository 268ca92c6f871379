"""The plain way, as a tutorial would write it: a folium Choropleth of all gminy through st_folium."""

import folium
import streamlit as st
from streamlit_folium import st_folium

from geo.analysis.density import count_by_unit, density_by_unit
from geo.io.boundaries import load_units
from geo.io.clusters import load_clusters, load_members
from geo.model.queries import Measure
from geo.model.units import Level

names = {c.name: c.cluster_id for c in load_clusters()}
cluster = names[st.selectbox("Klaster", list(names))]
units = load_units(Level.GMINA)
members = load_members()
members = members[members["cluster_id"] == cluster]
values = density_by_unit(count_by_unit(members, units), units, Measure.COUNT).fillna(0.0)
shapes = units[["name", "geometry"]].to_crs(4326).reset_index()
shapes["geometry"] = shapes.simplify(0.001)
page = folium.Map(location=(52.1, 19.3), zoom_start=6, tiles=None)
layer = folium.Choropleth(
    geo_data=shapes.to_json(),
    data=values.reset_index(),
    columns=["teryt", values.name or 0],
    key_on="feature.properties.teryt",
    fill_color="YlGnBu",
)
# The legend asks d3 from a CDN; without it nothing would be drawn here.
layer._children = {k: v for k, v in layer._children.items() if not k.startswith("color_map")}  # noqa: SLF001
layer.add_to(page)
st_folium(page, key="plain", height=560, use_container_width=True, returned_objects=[])
