"""Take in official files of the size the offices publish: time and memory of each command, beside a plain read."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from threading import Thread
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from geo.analysis.points import coordinates
from geo.analysis.road_times import RoadNetwork, reach_by_road, road_times
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.io.people import TOTAL, load_ages
from geo.model.units import Level

ROOT = Path(__file__).resolve().parents[1]
# Metres between corners that give a country of about 350 MB in GML, and how far each is put off the line.
SPACING_M, JITTER_M = 18.0, 1.5
REGISTER_ROWS = 100_000
ROAD_SIDE = 500
MB = 1_000_000


def measured(*asked: str, folder: Path) -> tuple[float, int, int]:
    """Run a command of ours and return seconds, the most memory it held (MB) and its exit code."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "geo", "official", *asked]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"KLASTRY_DATA_DIR": str(folder / "var")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    most = [0]
    watching = Thread(target=_watch, args=(process.pid, most))
    watching.start()
    said = process.stderr.read() if process.stderr else b""
    process.wait()
    watching.join()
    if process.returncode:
        print(said.decode(errors="replace").splitlines()[-1])
    return time.perf_counter() - start, most[0], process.returncode


def _watch(pid: int, most: list[int]) -> None:
    """Note the most memory that a process has held, MB: its own peak, read until it ends."""
    status = Path(f"/proc/{pid}/status")
    while True:
        try:
            peak = next((line for line in status.read_text().splitlines() if line.startswith("VmHWM")), "")
        except OSError:
            return
        if not peak:
            return
        most[0] = max(most[0], int(peak.split()[1]) // 1000)
        time.sleep(0.05)


def told(what: str, seconds: float, memory: int, code: int, size: int) -> None:
    """Print one line."""
    print(f"  {what:44} {size / MB:8.1f} MB {seconds:7.1f} s {memory:6d} MB of memory{'' if not code else '  FAILED'}")


def fine_outlines() -> gpd.GeoDataFrame:
    """Return outlines of all gminy with as many corners as the register has; neighbours share every one."""
    units = load_units(Level.GMINA)
    dense = shapely.segmentize(units.geometry.to_numpy(), SPACING_M)

    def off(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = np.round(xy * 100) / 100
        # The same corner moves alike in every outline that has it.
        seed = whole[:, 0] * 12.9898 + whole[:, 1] * 78.233
        turn = np.modf(np.sin(seed) * 43758.5453)[0]
        return whole + JITTER_M * np.column_stack([np.cos(6.28 * turn), np.sin(6.28 * turn)]) * np.abs(turn)[:, None]

    return gpd.GeoDataFrame(
        {"JPT_KOD_JE": units["terc"].to_numpy(), "JPT_NAZWA_": units["name"].to_numpy()},
        geometry=shapely.transform(dense, off),
        crs=2180,
    )


def outlines(folder: Path) -> None:
    """Take in the outlines of the country as GML, and of a voivodeship as SHP in ZIP."""
    frame = fine_outlines()
    corners = int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())
    path = folder / "A03_Granice_gmin.gml"
    frame.to_file(path, driver="GML")
    print(f"  outlines of the country: {corners:,} corners")
    start = time.perf_counter()
    gpd.read_file(path)
    peer = time.perf_counter() - start
    seconds, memory, code = measured("add", str(path), "--state", "2027-01-01", folder=folder)
    told("PRG of the country, GML", seconds, memory, code, path.stat().st_size)
    print(f"    geopandas.read_file alone {peer:.1f} s; ratio {seconds / peer:.1f}")
    one = frame[frame["JPT_KOD_JE"].str.startswith("14")]
    one.to_file(folder / "A03_Granice_gmin.shp", encoding="utf-8")
    archive = folder / "prg.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for part in folder.glob("A03_Granice_gmin.*"):
            if part.suffix != ".gml":
                made.write(part, part.name)
    told(
        "PRG of mazowieckie, SHP in ZIP",
        *measured("add", str(archive), "--state", "2027-01-01", folder=folder),
        size(archive),
    )


def size(path: Path) -> int:
    """Return how large a file is."""
    return path.stat().st_size


def tables(folder: Path) -> None:
    """Take in ages of the country in the long layout, of ten years, and use them."""
    # Two gminy of the source have fewer than nobody in the oldest group.
    ages = load_ages(Level.GMINA).clip(lower=0)
    ages[TOTAL] = ages.drop(columns=TOTAL).sum(axis=1)
    path = folder / "LUDN_2137_CREL.csv"
    kinds = load_units(Level.GMINA)["terc"]
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, delimiter=";").writerow
        write(["Kod", "Nazwa", "Wiek", "Płeć", "Rok", "Wartosc", "Jednostka miary", "Atrybut", ""])
        for year in range(2016, 2026):
            for column in ages.columns:
                parts = column.removeprefix("age_").split("_")
                name = (
                    "ogółem" if column == TOTAL else f"{parts[0]} i więcej" if parts[1] == "plus" else "-".join(parts)
                )
                for code, value in ages[column].items():
                    write([kinds[code], code, name, "ogółem", year, value, "osoba", "", ""])
    told("BDL ages, CREL of ten years", *measured("add", str(path), folder=folder), size(path))
    found = next((folder / "var" / "official" / "datasets").glob("ages-*")).name
    told("  use it: a state is made", *measured("use", found, folder=folder), 0)


def _called(column: str) -> str:
    first, last = column.removeprefix("age_").split("_")
    return f"{first} i więcej" if last == "plus" else f"{first}-{last}"


def register(folder: Path) -> None:
    """Take in a register of potential members with addresses."""
    localities, units = load_localities(), load_units(Level.GMINA)["name"]
    powiaty, voivodeships = (load_units(level)["name"] for level in (Level.POWIAT, Level.VOIVODESHIP))
    share = localities["population"].to_numpy(dtype=float)
    rows = np.random.default_rng(1).choice(len(localities), REGISTER_ROWS, p=share / share.sum())
    path = folder / "opp.csv"
    codes, names = localities["teryt"].to_numpy(), localities["name"].to_numpy()
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, delimiter=";").writerow
        write(["Nazwa", "KRS", "Województwo", "Powiat", "Gmina", "Miejscowość", "Adres"])
        for n, i in enumerate(rows):
            code = codes[i]
            where = [voivodeships[code[:2]], powiaty[code[:4]], units[code], names[i], f"ul. Szkolna {n % 90 + 1}"]
            write([f"Fundacja Pomoc {n}", f"{10**9 + n:010d}", *where])
    asked = ("register", str(path), "--title", "OPP", "--state", "2026-11-01")
    told(f"register of {REGISTER_ROWS:,} rows", *measured(*asked, folder=folder), size(path))


def roads(folder: Path) -> None:
    """Build a road network of a million edges and find the times of 44 000 localities to ten members."""
    localities = coordinates(load_localities().geometry)
    low, high = localities.min(axis=0), localities.max(axis=0)
    x, y = (np.linspace(low[i], high[i], ROAD_SIDE) for i in (0, 1))
    grid = np.column_stack([np.repeat(x, ROAD_SIDE), np.tile(y, ROAD_SIDE)])
    shown = gpd.GeoSeries.from_xy(*grid.T, crs=2180).to_crs(4326)
    path = folder / "kraj.osm.pbf"
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for n, (lon, lat) in enumerate(zip(shown.x, shown.y, strict=True), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=n, location=(lon, lat), version=1))
        lines = [range(k * ROAD_SIDE, (k + 1) * ROAD_SIDE) for k in range(ROAD_SIDE)]
        lines += [range(k, ROAD_SIDE * ROAD_SIDE, ROAD_SIDE) for k in range(ROAD_SIDE)]
        for n, line in enumerate(lines, start=1):
            tags = {"highway": "secondary" if n % 5 else "trunk"}
            # Ways of two thousand nodes at most.
            writer.add_way(osmium.osm.mutable.Way(id=n, nodes=[i + 1 for i in line], tags=tags, version=1))
    told("roads from an extract", *measured("roads", str(path), folder=folder), size(path))
    with np.load(folder / "var" / "official" / "roads" / "roads.npz") as file:
        network = RoadNetwork(file["xy"], file["tail"], file["head"], file["seconds"])
    members = localities[np.random.default_rng(1).choice(len(localities), 10)]
    start = time.perf_counter()
    found = road_times(network, members, localities, limit_min=120)
    seconds = time.perf_counter() - start
    print(
        f"    {len(network.tail):,} edges: {seconds:.2f} s for {len(localities):,} localities, "
        f"{np.isfinite(found.minutes).mean():.0%} within two hours"
    )
    for code in ("12", "14"):
        own = coordinates(load_localities(voivodeship=code).geometry)
        start = time.perf_counter()
        reached = reach_by_road(network, own, own, limit_min=30)
        seconds = time.perf_counter() - start
        print(
            f"    whom each of {len(own):,} places of a voivodeship would reach in 30 minutes: "
            f"{seconds:.1f} s, {reached.nnz:,} pairs"
        )
    _beside_pandana(network, members, localities, found)


def _beside_pandana(network: RoadNetwork, members: Any, localities: Any, found: Any) -> None:
    """Compare with pandana's contraction hierarchies, where it is installed."""
    try:
        import pandana  # noqa: PLC0415
        import pandas as pd  # noqa: PLC0415
    except ImportError:
        print("    pandana is not installed: pip install pandana==0.8 to compare")
        return
    start = time.perf_counter()
    weights = pd.DataFrame({"s": network.seconds.astype(float)})
    graph = pandana.Network(
        pd.Series(network.xy[:, 0]),
        pd.Series(network.xy[:, 1]),
        # People drive to a member: edges run backwards.
        pd.Series(network.head),
        pd.Series(network.tail),
        weights,
        twoway=False,
    )
    built = time.perf_counter() - start
    start = time.perf_counter()
    graph.set_pois("m", 7200, 1, members[:, 0], members[:, 1])
    nearest = graph.nearest_pois(7200, "m", num_pois=1)
    asked = time.perf_counter() - start
    print(f"    pandana: {built:.1f} s to build, {asked:.2f} s to ask; {len(nearest):,} nodes")
    del localities, found


def main() -> None:
    """Print time and memory of each."""
    print("official files")
    with tempfile.TemporaryDirectory(prefix="klastry-bench-") as name:
        folder = Path(name)
        for part in (outlines, tables, register, roads):
            part(folder)


if __name__ == "__main__":
    main()
