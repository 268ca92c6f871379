"""Fill the caches before the first visitor comes."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

from geo.errors import StoreError
from geo.io.boundaries import load_units
from geo.io.database import NEW_PREFIX, data_dir
from geo.io.gazetteer import load_localities
from geo.io.leftovers import sweep
from geo.model.coverage import CoverageQuery
from geo.model.queries import DensityQuery
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.assets import ensure_assets
from geo.render.text import LANGUAGES, Text
from geo.services import library
from geo.services.atlas import FOLDER_PREFIX
from geo.services.backup import BACKUP_PREFIX, RESTORE_PREFIX
from geo.services.country import country_view
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.new_borders import keep_up
from geo.services.search import name_search, place_search
from geo.services.standing import standing
from geo.services.subjects import default_radius_km
from geo.services.web import map_parts

_LOG = logging.getLogger(__name__)
FIRST_POWIAT = "1212"


def warm() -> None:
    """
    Do once what every page does: data, outlines as files, the country, a map of each kind.

    Nothing that fails here stops the server: the page that needs it says what is wrong.
    """
    for step in (_clear, keep_up, _data, ensure_assets, _country, _maps):
        _tried(step)


def _tried(step: Callable[[], object]) -> None:
    try:
        step()
    except Exception:  # noqa: BLE001 - whatever it is, the page says it
        _LOG.warning("warming up failed at %s", step.__name__, exc_info=True)


def _clear() -> None:
    """Remove what processes that were killed left behind."""
    for folder, prefixes in (
        (Path(tempfile.gettempdir()), (FOLDER_PREFIX, RESTORE_PREFIX)),
        (data_dir(), (BACKUP_PREFIX, NEW_PREFIX)),
    ):
        for prefix in prefixes:
            sweep(folder, prefix)


def _data() -> None:
    for level in Level:
        load_units(level)
    load_localities()
    try:
        library.use(())
    except StoreError:
        library.use_shipped(())


def warm_search() -> None:
    """Build the index of the search, which takes seconds that no page has to wait for."""
    _tried(place_search)
    _tried(name_search)


def _country() -> None:
    map_parts(country_view(Text(LANGUAGES[0])).painting)


def _maps() -> None:
    text = Text(LANGUAGES[0])
    first = library.library().clusters[0]
    density = density_view(DensityQuery(Subject.of(first.cluster_id)), text)
    map_parts(density.painting)
    query = CoverageQuery(Subject.of(first.cluster_id), radius_km=default_radius_km(first.cluster_id))
    map_parts(coverage_view(query, text).painting)
    map_parts(standing(FIRST_POWIAT, text).view.painting)
