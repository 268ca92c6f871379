"""Turn the published gmina outlines into one clean coverage that agrees with the registers."""

from __future__ import annotations

import sqlite3
import unicodedata
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

# All units of geoBoundaries' Polish ADM3 layer carry this prefix. The package's own country column
# cannot be used: it counts some foreign units as Polish, and Szklarska Poręba as Czech.
LAYER_PREFIX = "59564084B"
GRID_M = 0.1
# A locality this far from its declared gmina is a record older than a boundary change, not a
# generalised outline.
RECORD_ERROR_M = 1000.0
SMALL_PART_M2 = 100_000.0
NEEDLE_SHARE = 0.8


def read_outlines(package: Path) -> gpd.GeoDataFrame:
    """Read the gmina outlines of the Polish layer: columns `name, geometry` in EPSG:2180."""
    with sqlite3.connect(package / "gazetteer" / "data" / "data.db") as db:
        rows = pd.read_sql(
            "SELECT name, shape_id, coordinates FROM location_data WHERE shape_id LIKE ? ORDER BY shape_id",
            db,
            params=(f"{LAYER_PREFIX}%",),
        )
    geometry = shapely.from_wkb(rows["coordinates"].to_numpy())
    return gpd.GeoDataFrame(rows[["name"]], geometry=geometry, crs=4326).to_crs(2180)


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L")).casefold()
    return "".join(c for c in text if not unicodedata.combining(c)).removeprefix("gmina ").strip()


def match_outlines(outlines: gpd.GeoDataFrame, localities: gpd.GeoDataFrame, units: pd.DataFrame) -> list[str]:
    """
    Say which gmina each outline is: by the localities inside it, then by name.

    One assignment over all outlines and gminy at once (Hungarian method) maximises the F1 agreement
    of the sets of localities, with the name as a tie-break.

    Returns
    -------
    codes
        6-digit TERYT code of each outline.

    Raises
    ------
    ValueError
        If an outline shares less than half of its localities with its gmina.
    """
    codes = units.index.to_numpy()
    column = pd.Series(np.arange(len(codes)), index=codes)
    owner = column.loc[localities["teryt"]].to_numpy()
    tree = shapely.STRtree(outlines.geometry.to_numpy())
    point, outline = tree.query(localities.geometry.to_numpy(), predicate="intersects")
    shared = np.zeros((len(outlines), len(codes)))
    np.add.at(shared, (outline, owner[point]), 1)
    size = shared.sum(axis=1)[:, None] + np.bincount(owner, minlength=len(codes))[None, :]
    agreement = 2 * shared / size
    outline_names = np.array([_plain(n) for n in outlines["name"]], dtype=object)
    unit_names = np.array([_plain(n) for n in units["name"]], dtype=object)
    same_name = outline_names[:, None] == unit_names[None, :]
    row, col = linear_sum_assignment(-(agreement + 0.3 * same_name * (agreement > 0)))
    if len(row) != len(outlines) or (agreement[row, col] < 0.5).any():
        poor = outlines["name"].to_numpy()[row[agreement[row, col] < 0.5]]
        msg = f"outlines that match no gmina: {list(poor)} of {len(outlines)}"
        raise ValueError(msg)
    return list(codes[col])


def clean(
    outlines: NDArray[np.object_], codes: NDArray[np.object_], localities: gpd.GeoDataFrame, units: pd.DataFrame
) -> gpd.GeoSeries:
    """
    Resolve overlaps and gaps between outlines that were generalised one by one.

    The outlines' lines are noded together and cut the country into faces. A face claimed by one
    outline is that gmina's. A gap or an overlap goes to the gmina whose locality lies in it, else to
    the neighbour or claimant that is furthest below its area in the LAU table (deficit over the
    square root of the area, as outline error grows with the perimeter).

    Returns
    -------
    coverage
        One (multi)polygon a gmina in EPSG:2180, index `teryt`, a valid coverage without gaps.
    """
    faces = _faces(shapely.boundary(outlines))
    inner = shapely.point_on_surface(faces)
    face, claim = shapely.STRtree(outlines).query(inner, predicate="intersects")
    claims = pd.Series(codes[claim]).groupby(face).agg(list)
    candidates = [claims.get(i, []) for i in range(len(faces))]
    owner = pd.Series([c[0] if len(c) == 1 else None for c in candidates], dtype=object)
    area = shapely.area(faces)
    have = pd.Series(area).groupby(owner).sum().reindex(units.index, fill_value=0.0) / 1e6
    # Sea and lagoon count in the table but are not in the outlines: such gminy have no say.
    want = units["lau_km2"].where(~((have / units["lau_km2"] < 0.95) & units["coastal"]), have)
    settled = pd.Series(localities["teryt"].to_numpy())
    point_face, point = shapely.STRtree(localities.geometry.to_numpy()).query(faces, predicate="intersects")
    inside = settled.iloc[point].groupby(point_face).agg(lambda s: s.mode().iloc[0])
    tree = shapely.STRtree(faces)
    for i in sorted(np.flatnonzero(owner.isna()), key=lambda k: -area[k]):
        choice = _neighbours(i, faces, tree, owner, candidates[i])
        if not choice:
            continue
        deficit = [(want[c] - have[c]) / np.sqrt(want[c]) for c in choice]
        seat = inside.get(i)
        owner[i] = seat if seat in choice else choice[int(np.argmax(deficit))]
        have[owner[i]] += area[i] / 1e6
    kept = owner.notna().to_numpy()
    return _dissolve(faces[kept], owner[kept].to_numpy(), localities)


def correct_by_localities(coverage: gpd.GeoSeries, localities: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """
    Move the border so that each locality lies in its own gmina.

    For a locality on the wrong side, a strip between it and its gmina changes hands: the hull of two
    discs, at the locality and at the nearest point of its gmina, less the ground nearer to a
    locality that stays.
    """
    for _ in range(4):
        wrong = misplaced(coverage, localities)
        if wrong.empty:
            break
        strips = [_strip(coverage, localities, k) for k in wrong.index]
        coverage = recut(coverage, strips, list(wrong["teryt"]), localities)
    return coverage


def misplaced(coverage: gpd.GeoSeries, localities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the localities that lie outside their own gmina, with `distance_m` to it and `found` in."""
    own = coverage.loc[localities["teryt"]].to_numpy()
    points = localities.geometry.to_numpy()
    wrong = localities[~shapely.intersects(own, points)]
    distance = shapely.distance(coverage.loc[wrong["teryt"]].to_numpy(), wrong.geometry.to_numpy())
    nearest = shapely.STRtree(coverage.to_numpy()).nearest(wrong.geometry.to_numpy())
    return wrong.assign(distance_m=distance, found=coverage.index.to_numpy()[nearest])


def recut(
    coverage: gpd.GeoSeries, pieces: list[shapely.Geometry], codes: list[str], localities: gpd.GeoDataFrame
) -> gpd.GeoSeries:
    """Give each piece of ground to a gmina, keeping the coverage valid and without gaps."""
    solid = coverage.to_numpy()
    lines = [*shapely.boundary(solid), *shapely.boundary(np.array(pieces, dtype=object))]
    faces = _faces(np.array(lines, dtype=object))
    inner = shapely.point_on_surface(faces)
    face, old = shapely.STRtree(solid).query(inner, predicate="intersects")
    owner = pd.Series(coverage.index.to_numpy()[old], index=face).groupby(level=0).first()
    face, new = shapely.STRtree(pieces).query(inner, predicate="intersects")
    given = pd.Series(np.array(codes, dtype=object)[new], index=face).groupby(level=0).first()
    # A piece may reach past the outer border: localities on a generalised state border or coast.
    owner = given.combine_first(owner)
    return _dissolve(faces[owner.index.to_numpy()], owner.to_numpy(), localities)


def voronoi_cells(points: NDArray[np.object_], area: shapely.Geometry) -> NDArray[np.object_]:
    """Cut an area into the parts nearest to each point, in the order of the points."""
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=area))
    order = shapely.STRtree(cells).query(points, predicate="intersects")[1]
    return shapely.intersection(cells[order], area)


def _faces(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    noded = shapely.union_all(lines, grid_size=GRID_M)
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))


def _neighbours(
    i: int, faces: NDArray[np.object_], tree: shapely.STRtree, owner: pd.Series, claimants: list[str]
) -> list[str]:
    """
    Gminy that may take a face: among its claimants, or all if it has none.

    A gmina that touches it only with a short end is left out: it would grow a needle between the
    other two.
    """
    near = [k for k in tree.query(faces[i], predicate="intersects") if k != i and owner[k] is not None]
    lengths = shapely.length(shapely.intersection(shapely.boundary(faces[near]), shapely.boundary(faces[i])))
    shared = pd.Series(lengths, dtype=float).groupby([owner[k] for k in near]).sum()
    if claimants:
        shared = shared.reindex(claimants, fill_value=0.0)
    kept = shared[(shared > GRID_M) & (shared >= NEEDLE_SHARE * shared.max())]
    return sorted(kept.index) or claimants


def _dissolve(faces: NDArray[np.object_], owner: NDArray[np.object_], localities: gpd.GeoDataFrame) -> gpd.GeoSeries:
    for _ in range(3):
        merged = pd.Series(faces).groupby(owner).agg(lambda f: shapely.coverage_union_all(f.to_numpy()))
        parts = gpd.GeoSeries(merged, crs=2180).explode()
        solid, code = parts.to_numpy(), parts.index.to_numpy(dtype=object)
        small = _crumbs(solid, code, localities)
        if not len(small):
            break
        tree = shapely.STRtree(solid)
        for i in small:
            near = [k for k in tree.query(solid[i], predicate="intersects") if code[k] != code[i]]
            shared = shapely.length(shapely.intersection(solid[near], shapely.boundary(solid[i])))
            if near and shared.max() > 0:
                code[i] = code[near[int(np.argmax(shared))]]
        faces, owner = solid, code
    return gpd.GeoSeries(merged, crs=2180).sort_index().rename_axis("teryt")


def _crumbs(solid: NDArray[np.object_], code: NDArray[np.object_], localities: gpd.GeoDataFrame) -> NDArray[np.intp]:
    """Detached parts that are too small to be real and hold no locality."""
    area = pd.Series(shapely.area(solid))
    largest = area.groupby(code).transform("max")
    tree = shapely.STRtree(localities.geometry.to_numpy())
    small = np.flatnonzero((area < largest) & (area < SMALL_PART_M2))
    return np.array([i for i in small if not len(tree.query(solid[i], predicate="intersects"))], dtype=np.intp)


def _strip(coverage: gpd.GeoSeries, localities: gpd.GeoDataFrame, row: object) -> shapely.Geometry:
    point, code = localities.loc[row, "geometry"], localities.loc[row, "teryt"]
    reach = shapely.distance(point, coverage[code]) + 400.0
    near = localities.sindex.query(shapely.buffer(point, 2.5 * reach + 1000.0))
    others = localities.iloc[near]
    others = others[(others["teryt"] != code) & (others.distance(point) > 0)]
    gap = others.distance(point).min() if len(others) else reach
    radius = min(200.0, 0.45 * gap)
    toward = shapely.get_point(shapely.shortest_line(point, coverage[code]), 1)
    hull = shapely.convex_hull(
        shapely.union(shapely.buffer(point, radius, quad_segs=2), shapely.buffer(toward, radius, quad_segs=2))
    )
    if others.empty:
        return hull
    everyone = np.array([point, *others.geometry], dtype=object)
    mine = voronoi_cells(everyone, shapely.buffer(point, 2.5 * reach + 1000.0))[0]
    return shapely.intersection(hull, mine)
