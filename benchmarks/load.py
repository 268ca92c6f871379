"""Measure how long many visitors at once wait, under Streamlit's defaults and under the app's own settings."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import numpy as np
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from geo.io.clusters import load_clusters, load_members
from geo.model.units import Level
from geo.render.text import LANGUAGES
from geo.services.subjects import default_radius_km

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / ".streamlit" / "config.toml"
# What Streamlit does unless told otherwise, and what the app's own configuration says.
SETTINGS: dict[str, tuple[str, ...]] = {
    "before": ("--runner.postScriptGC", "true", "--server.fileWatcherType", "auto"),
    "after": (),
}
COMPARED = (("runner", "postScriptGC"), ("server", "fileWatcherType"))
# Pages and their names in the address: the first page is only known without a name.
PAGES = {"density": "cluster", "coverage": "cluster", "map": ""}
WITH_MAP = tuple(PAGES)
REACHES_KM = range(4, 41, 4)
SEED = 20260101
ARRIVALS_S = 15.0
START_S = 120.0
# A visitor gives up after this; it counts as an error.
PATIENCE_S = 60.0
# Streamlit's browser forgets a large message that so many runs did not show.
KEPT_RUNS = 2
# Of the columns that are compared.
WIDTHS = (9, 9, 9, 9, 10, 9)


@dataclass(frozen=True)
class Server:
    """
    A server of our own.

    Attributes
    ----------
    port
        Its port on localhost.
    pid
        Its process.
    """

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Return the processor time that the process and its children have used."""
        parents: dict[int, int] = {}
        ticks: dict[int, int] = {}
        for file in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                # After the name, which may hold spaces. Of the times: user, system, and both of children that ended.
                fields = file.read_text().rpartition(")")[2].split()
                pid = int(file.parent.name)
                parents[pid], ticks[pid] = int(fields[1]), sum(int(f) for f in fields[11:15])
        family = {self.pid}
        while below := {p for p, parent in parents.items() if parent in family} - family:
            family |= below
        return sum(ticks[p] for p in family) / os.sysconf("SC_CLK_TCK")

    def peak_mb(self) -> float:
        """Return the most memory that the process has had, MB."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


@dataclass(frozen=True)
class Visit:
    """
    What a visitor does.

    Attributes
    ----------
    page
        One of `PAGES`.
    arrives
        Seconds after the start.
    changes
        Seconds of thinking and the next query string, for each change.
    """

    page: str
    arrives: float
    changes: tuple[tuple[float, str], ...]


@dataclass
class Tally:
    """
    What all visitors of a server met.

    Attributes
    ----------
    opens
        Seconds from the connection to a finished page, one a visitor.
    changes
        Seconds from a change to a finished page.
    faults
        How often what went wrong.
    """

    opens: list[float] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def runs(self) -> int:
        """Number of finished runs of a page."""
        return len(self.opens) + len(self.changes)


@dataclass(frozen=True)
class Row:
    """
    Figures of one setting with one number of visitors.

    Attributes
    ----------
    setting
        One of `SETTINGS`.
    visitors
        Number of visitors.
    tally
        What they met.
    cpu
        Processor seconds of the server a run.
    peak
        Most memory of the server, MB.
    own_cpu
        Share of one processor that the visitors themselves took.
    """

    setting: str
    visitors: int
    tally: Tally
    cpu: float
    peak: float
    own_cpu: float

    @property
    def figures(self) -> tuple[float, ...]:
        """Median and 95th percentile to open, the same for a change, processor seconds a run, memory."""
        opens, changes = (np.percentile(s or [np.nan], [50, 95]) for s in (self.tally.opens, self.tally.changes))
        return (*opens, *changes, self.cpu, self.peak)


@dataclass
class Browser:
    """
    A browser's side of Streamlit's protocol, without widgets: the address says everything.

    Attributes
    ----------
    connection
        An open connection.
    url
        Address of the page.
    page
        One of `PAGES`.
    faults
        Where to count what goes wrong.
    page_hash
        How the server calls the page, once it has said so.
    runs
        Runs asked for.
    kept
        Hashes of large messages that need not be sent again: whether it is a map, and the run that showed it last.
    """

    connection: ClientConnection
    url: str
    page: str
    faults: Counter[str]
    page_hash: str = ""
    runs: int = 0
    kept: dict[str, tuple[bool, int]] = field(default_factory=dict)

    async def show(self, query: str) -> frozenset[str]:
        """
        Ask for a run of the page and wait until it has finished.

        Parameters
        ----------
        query
            Query string of the address.

        Returns
        -------
        content
            Hashes of the maps that came or, on a page without one, of all elements.
        """
        self.runs += 1
        self.kept = {h: k for h, k in self.kept.items() if self.runs - k[1] <= KEPT_RUNS}
        state = ClientState(
            query_string=query,
            page_script_hash=self.page_hash,
            page_name="" if self.page_hash else PAGES[self.page],
            cached_message_hashes=list(self.kept),
            context_info=ContextInfo(timezone="Europe/Warsaw", locale="pl-PL", url=self.url),
        )
        maps: set[str] = set()
        others: set[str] = set()
        async with asyncio.timeout(PATIENCE_S):
            await self.connection.send(BackMsg(rerun_script=state).SerializeToString())
            while True:
                message = ForwardMsg.FromString(await self.connection.recv(decode=False))
                match message.WhichOneof("type"):
                    case "new_session":
                        # A run may ask for another one instead of finishing; only the last counts.
                        maps.clear()
                        others.clear()
                        self.page_hash = message.new_session.page_script_hash
                    case "navigation":
                        self.page_hash = message.navigation.page_script_hash
                    case "delta" | "ref_hash":
                        name, is_map = self._received(message)
                        (maps if is_map else others).add(name)
                    case "page_not_found":
                        self.faults["page not found"] += 1
                    case "script_finished":
                        if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                            break
                        if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                            self.faults["does not compile"] += 1
                            break
                    case _:
                        pass
        if self.page in WITH_MAP and not maps:
            self.faults["no map"] += 1
        return frozenset(maps or others)

    def _received(self, message: ForwardMsg) -> tuple[str, bool]:
        """Return the hash of an element and whether it is a map, and count it if it says that the page failed."""
        if message.WhichOneof("type") == "ref_hash":
            name, is_map = message.ref_hash, self.kept[message.ref_hash][0]
            self.kept[name] = (is_map, self.runs)
            return name, is_map
        # Empty where a delta holds no element.
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception" or (kind == "alert" and element.alert.format == Alert.ERROR):
            self.faults["error on the page"] += 1
        is_map = kind == "component_instance" and "folium" in element.component_instance.component_name
        if message.metadata.cacheable:
            self.kept[message.hash] = (is_map, self.runs)
        return message.hash, is_map


@contextmanager
def serving(flags: Sequence[str]) -> Iterator[Server]:
    """Run the app on a free port, with flags and without anything that the environment says to Streamlit."""
    with socket.socket() as s:
        s.bind(("localhost", 0))
        port = s.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), *flags]
    environment = {n: v for n, v in os.environ.items() if not n.startswith("STREAMLIT_") and n != "KLASTRY_OPEN"}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        environment |= {"PYTHONPATH": str(ROOT), "KLASTRY_DATA_DIR": folder}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
            try:
                _wait_for_health(process, port)
                yield Server(port, process.pid)
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()


def _wait_for_health(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"http://localhost:{port}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    msg = f"the server did not start (exit code {process.poll()})"
    raise RuntimeError(msg)


def query_strings() -> dict[str, list[str]]:
    """Return addresses that lead to different views, by page; the first shows what the bare address does."""
    placed = set(load_members().dropna(subset="geometry")["cluster_id"])
    clusters = [c.cluster_id for c in load_clusters() if c.cluster_id in placed]
    first = {"klaster": clusters[0], "zasieg": round(default_radius_km(clusters[0]))}
    reaches = [{"klaster": c, "zasieg": km} for c, km in product(clusters, REACHES_KM)]
    return {
        "density": [urlencode({"klaster": c, "poziom": level}) for c, level in product(clusters, Level)],
        "coverage": [urlencode({"karta": "zasieg", **r}) for r in (first, *reaches)],
        # Polish is named too: without it the page stays in the language it was left in.
        "map": [urlencode({"lang": language}) for language in LANGUAGES],
    }


def plan(visitors: int, changes: int, seconds_between: float) -> list[Visit]:
    """
    Make up what visitors do, the same each time.

    Parameters
    ----------
    visitors
        Number of visitors.
    changes
        Changes of each.
    seconds_between
        Mean seconds of thinking before a change.
    """
    random = np.random.default_rng([SEED, visitors])
    queries = query_strings()
    visits = []
    for number in range(visitors):
        page = list(PAGES)[number % len(PAGES)]
        arrives, steps, current = random.uniform(0, ARRIVALS_S), [], queries[page][0]
        for _ in range(changes):
            current = str(random.choice([q for q in queries[page] if q != current]))
            steps.append((random.uniform(0.5, 1.5) * seconds_between, current))
        visits.append(Visit(page, arrives, tuple(steps)))
    return visits


async def follow(visit: Visit, port: int, tally: Tally) -> None:
    """Visit a page, change it as planned, and note the waits."""
    await asyncio.sleep(visit.arrives)
    host = f"localhost:{port}"
    start = time.perf_counter()
    try:
        async with connect(
            f"ws://{host}/_stcore/stream",
            origin=Origin(f"http://{host}"),
            subprotocols=[Subprotocol("streamlit")],
            open_timeout=PATIENCE_S,
            ping_interval=None,
            max_size=None,
            proxy=None,
        ) as connection:
            browser = Browser(connection, f"http://{host}/{PAGES[visit.page]}", visit.page, tally.faults)
            shown = await browser.show("")
            tally.opens.append(time.perf_counter() - start)
            for pause, query in visit.changes:
                await asyncio.sleep(pause)
                start = time.perf_counter()
                before, shown = shown, await browser.show(query)
                tally.changes.append(time.perf_counter() - start)
                tally.faults["nothing changed"] += shown == before
    except (OSError, TimeoutError, WebSocketException) as error:
        tally.faults[f"visit broken off: {type(error).__name__}"] += 1


async def _together(visits: Sequence[Visit], port: int) -> Tally:
    """Let all visits take their course at once."""
    tally = Tally()
    async with asyncio.TaskGroup() as group:
        for visit in visits:
            group.create_task(follow(visit, port, tally))
    return tally


def measure(setting: str, visits: Sequence[Visit]) -> Row:
    """Start a server, open each page once to warm it up, then let the visitors in."""
    with serving(SETTINGS[setting]) as server:
        for page in PAGES:
            faults = asyncio.run(_together([Visit(page, 0.0, ())], server.port)).faults
            if faults.total():
                msg = f"{page} cannot be opened: {dict(faults)}"
                raise RuntimeError(msg)
        cpu, own, start = server.cpu_seconds(), time.process_time(), time.perf_counter()
        tally = asyncio.run(_together(visits, server.port))
        own_cpu = (time.process_time() - own) / (time.perf_counter() - start)
        cpu = (server.cpu_seconds() - cpu) / max(tally.runs, 1)
        return Row(setting, len(visits), tally, cpu, server.peak_mb(), own_cpu)


def print_table(rows: Sequence[Row]) -> None:
    """Print a line for each row, the ratios under each pair, and what went wrong."""
    print(f"  {'':<19}{'open':>16}{'change':>18}{'CPU':>10}{'peak':>9}")
    print(f"  {'visitors':<19}{'median':>9}{'p95':>9}{'median':>9}{'p95':>9}{'a run':>10}{'memory':>9}", end="")
    print(f"{'runs':>7}{'errors':>8}{'visitors’ CPU':>15}")
    for before, after in zip(rows[::2], rows[1::2], strict=True):
        for row in (before, after):
            *waits, cpu, peak = row.figures
            cells = "".join(f"{w:>7.2f} s" for w in waits) + f"{cpu:>8.3f} s{peak:>6.0f} MB"
            rest = f"{row.tally.runs:>7}{row.tally.faults.total():>8}{row.own_cpu:>15.0%}"
            print(f"  {row.visitors:>4} {row.setting:<14}{cells}{rest}")
        ratios = [f"{a / b:.2f}×" for a, b in zip(before.figures, after.figures, strict=True)]
        print(f"  {'     before / after':<19}" + "".join(f"{r:>{w}}" for r, w in zip(ratios, WIDTHS, strict=True)))
    for row in rows:
        # A plus drops what never happened.
        for fault, times in (+row.tally.faults).items():
            print(f"  {row.visitors} {row.setting}: {fault}, {times}×")


def main(arguments: Sequence[str] = ()) -> None:
    """
    Print waits, processor time and memory under both settings, for each number of visitors.

    Parameters
    ----------
    arguments
        Options of the command line; none for the usual measurement.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, nargs="+", default=[10, 30])
    parser.add_argument("--seconds-between", type=float, default=8.0)
    parser.add_argument("--changes", type=int, default=5)
    options = parser.parse_args(list(arguments))
    rows: list[Row] = []
    for visitors in options.visitors:
        visits = plan(visitors, options.changes, options.seconds_between)
        rows.extend(measure(setting, visits) for setting in SETTINGS)
    own = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    said = ", ".join(f"{s}.{n} = {own.get(s, {}).get(n, 'not set')}" for s, n in COMPARED)
    print(f"\n{options.changes} changes a visitor, {options.seconds_between:g} s between; {' '.join(PAGES)} in turn")
    print(f"  before: {' '.join(SETTINGS['before'])}")
    print(f"  after:  {said}")
    print_table(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
