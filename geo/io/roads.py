"""Build a road network from an OpenStreetMap extract that somebody brings, and read it back."""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from geo.errors import OfficialFileError
from geo.io.data_state import official_folder, whole_folder
from geo.settings import METRIC_CRS

# Usual speeds of a car, km/h, by the class of road; where a sign says less, less counts.
SPEEDS = {
    "motorway": 120,
    "motorway_link": 60,
    "trunk": 90,
    "trunk_link": 50,
    "primary": 70,
    "primary_link": 45,
    "secondary": 60,
    "secondary_link": 45,
    "tertiary": 50,
    "tertiary_link": 40,
    "unclassified": 40,
    "residential": 30,
    "living_street": 15,
}
# A road has a node at least about every so many metres, where its drawing has one.
SPACING_M = 500.0
_ONE_WAY, _AGAINST = ("yes", "true", "1"), ("-1", "reverse")
_CLOSED = ("no", "private")
_TOLD_EVERY = 50_000
INSTALL = ".venv/bin/pip install -r requirements-roads.txt"


@dataclass(frozen=True)
class Roads:
    """
    A road network that was built.

    Attributes
    ----------
    state
        Day of the extract, "" where it does not say.
    file
        Name of the extract.
    nodes, edges
        How many.
    key
        Changes with every build.
    """

    state: str
    file: str
    nodes: int
    edges: int
    key: str


def roads_folder() -> Path:
    """Return where the network is kept."""
    return official_folder() / "roads"


def roads() -> Roads | None:
    """Return the network that is there, None for none."""
    try:
        content: dict[str, Any] = json.loads((roads_folder() / "roads.json").read_text(encoding="utf-8"))
        return Roads(**content)
    except (OSError, ValueError, TypeError):
        return None


def load_roads(found: Roads) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """
    Return nodes (n, 2; EPSG:2180), and tail, head and seconds of each edge. Shared: do not change them.

    Raises
    ------
    OfficialFileError
        If the file is missing or damaged.
    """
    return _load(roads_folder() / "roads.npz", found.key)


@lru_cache(maxsize=1)
def _load(path: Path, _: str) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return file["xy"], file["tail"], file["head"], file["seconds"]
    except (OSError, ValueError, KeyError):
        raise OfficialFileError("kept_broken", name="roads") from None


def build_roads(path: Path, progress: Callable[[float], object] = lambda _: None) -> Roads:
    """
    Build the network of an extract, in place of the one that is there.

    Ways that cars may use are split at junctions; where an extract ends, so do its roads.

    Parameters
    ----------
    path
        `.osm.pbf` or any other file that osmium reads.
    progress
        Told how many ways were read, in tens of thousands up to 1 (how many there are is not known before).

    Raises
    ------
    OfficialFileError
        If osmium is not installed, or the file is none of OpenStreetMap, or has no roads; nothing is changed.
    """
    if not path.is_file():
        raise OfficialFileError("no_file", given=str(path))
    refs, lon, lat, ways, state = _read(path, progress)
    if not len(ways):
        raise OfficialFileError("no_roads")
    xy, tail, head, seconds = _graph(refs, lon, lat, ways)
    with whole_folder(roads_folder(), anew=True) as working:
        np.savez(working / "roads.npz", xy=xy, tail=tail, head=head, seconds=seconds)
        made = Roads(state, path.name, len(xy), len(tail), working.name.removeprefix(".new-"))
        (working / "roads.json").write_text(json.dumps(asdict(made), ensure_ascii=False), encoding="utf-8")
    return made


def _read(
    path: Path, progress: Callable[[float], object]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], str]:
    """Return nodes of all ways one behind the other with their places, and of each way its end, speed and sense."""
    try:
        # An extra: only whoever builds a network needs it.
        import osmium  # noqa: PLC0415
    except ImportError:
        raise OfficialFileError("no_osmium", command=INSTALL) from None
    refs, lon, lat = array("q"), array("d"), array("d")
    ways: list[tuple[int, float, int]] = []
    with tempfile.TemporaryDirectory(prefix="klastry-drogi-") as folder:
        try:
            found = osmium.FileProcessor(str(path))
            stamp = str(found.header.get("osmosis_replication_timestamp", ""))[:10]
            # Places of nodes lie on the disk: those of a country do not fit into memory.
            found = found.with_locations(f"sparse_file_array,{folder}/nodes").with_filter(
                osmium.filter.KeyFilter("highway")
            )
            for one in found:
                if not isinstance(one, osmium.osm.Way):
                    continue
                speed, sense = _use(one.tags)
                if not speed:
                    continue
                start = len(refs)
                for node in one.nodes:
                    if node.location.valid():
                        refs.append(node.ref)
                        lon.append(node.location.lon)
                        lat.append(node.location.lat)
                if len(refs) - start > 1:
                    ways.append((len(refs), speed, sense))
                else:
                    del refs[start:], lon[start:], lat[start:]
                if len(ways) % _TOLD_EVERY == 0:
                    progress(min(len(ways) / 2e6, 0.95))
        except RuntimeError:
            raise OfficialFileError("broken") from None
    return np.array(refs, dtype=np.int64), np.array(lon), np.array(lat), np.array(ways, dtype=float), stamp


def _use(tags: Any) -> tuple[float, int]:
    """Return the speed of a way, 0 where cars may not use it, and its sense: 1 along it, -1 against it, 0 both."""
    kind = tags.get("highway", "")
    usual = SPEEDS.get(kind, 0)
    if not usual or tags.get("access", "") in _CLOSED or tags.get("motor_vehicle", "") in _CLOSED:
        return 0.0, 0
    sign = tags.get("maxspeed", "")
    speed = min(usual, int(sign)) if sign.isdecimal() and int(sign) else usual
    one_way = tags.get("oneway", "")
    if one_way in _AGAINST:
        return float(speed), -1
    round_about = tags.get("junction", "") in ("roundabout", "circular")
    along = one_way in _ONE_WAY or (one_way != "no" and (kind == "motorway" or round_about))
    return float(speed), 1 if along else 0


def _graph(
    refs: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64], ways: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Return junctions and ends as nodes, and what lies between them as edges."""
    x, y = Transformer.from_crs(4326, METRIC_CRS, always_xy=True).transform(lon, lat)
    xy = np.column_stack([x, y])
    _, inverse, counts = np.unique(refs, return_inverse=True, return_counts=True)
    ends = ways[:, 0].astype(np.int64)
    starts = np.concatenate([[0], ends[:-1]])
    kept = counts[inverse] > 1
    kept[starts] = kept[ends - 1] = True
    # On a long road without junctions places have to be joined somewhere.
    way = np.repeat(np.arange(len(ways)), ends - starts)
    step = np.zeros(len(refs))
    step[1:] = np.hypot(*(xy[1:] - xy[:-1]).T)
    step[starts] = 0.0
    along = np.cumsum(step)
    stretch = np.floor((along - along[starts][way]) / SPACING_M)
    kept[1:] |= (stretch[1:] > stretch[:-1]) & (way[1:] == way[:-1])
    stops = np.flatnonzero(kept)
    same = way[stops[1:]] == way[stops[:-1]]
    first, last = stops[:-1][same], stops[1:][same]
    metres = along[last] - along[first]
    seconds = (metres / (ways[way[first], 1] / 3.6)).astype(np.float32)
    sense = ways[way[first], 2]
    # Nodes that are kept, numbered anew.
    used = np.unique(inverse[stops])
    number = np.full(len(counts), -1, dtype=np.int32)
    number[used] = np.arange(len(used), dtype=np.int32)
    place = np.zeros((len(used), 2))
    place[number[inverse[stops]]] = xy[stops]
    begin, end = number[inverse[first]], number[inverse[last]]
    forth, back = sense >= 0, sense <= 0
    tail = np.concatenate([begin[forth], end[back]])
    head = np.concatenate([end[forth], begin[back]])
    return place, tail, head, np.concatenate([seconds[forth], seconds[back]])
