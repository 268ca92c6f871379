"""Ask which sectors a cluster is meant to join and how far it reaches."""

from __future__ import annotations

import streamlit as st

from geo.model.cluster import Cluster, Sector
from geo.model.reach import MAX_RADIUS_KM, MIN_RADIUS_KM
from geo.render.text import Text

Where = st.delta_generator.DeltaGenerator


def ask_requirements(
    left: Where, right: Where, cluster: Cluster, key: str, text: Text
) -> tuple[tuple[Sector, ...], float]:
    """
    Show both fields beside each other.

    Parameters
    ----------
    left, right
        Where sectors and reach stand.
    cluster
        What they begin with.
    key
        Identifies what is edited.
    text
        Language.

    Returns
    -------
    sectors, radius_km
        A reach with decimals stays until the slider is moved.
    """
    sectors = {str(s): text(f"sector.{s}") for s in Sector}
    required = left.pills(
        text("cluster.sectors"),
        list(sectors),
        selection_mode="multi",
        default=[str(s) for s in cluster.required_sectors],
        format_func=sectors.__getitem__,
        key=f"sektory-{key}",
    )
    usual = round(cluster.default_radius_km)
    reach = right.slider(text("cluster.reach"), round(MIN_RADIUS_KM), round(MAX_RADIUS_KM), usual, key=f"zasieg-{key}")
    radius = cluster.default_radius_km if reach == usual else float(reach)
    return tuple(Sector(s) for s in required), radius
