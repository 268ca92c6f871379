"""Answer `python -m geo official`: take files in, list them, use and remove them, and fetch them where that is set."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo.errors import KlastryError, OfficialFileError
from geo.io.data_state import current_state, official_folder
from geo.io.official.datasets import Dataset, remove
from geo.io.official.fetch import fetch
from geo.io.official.found import OfficialKind
from geo.io.official.registers import all_registers, remove_register
from geo.io.roads import build_roads
from geo.io.sandbox import bound_self
from geo.model.cluster import Sector
from geo.render.text import LANGUAGES, Text
from geo.services.official.intake import Given, take_in
from geo.services.official.potential import add_register
from geo.services.official.shelf import EMBEDDED, PUBLISHERS, shelf, use

# What the page lets a file take; the shell is not bounded.
MEMORY_BYTES, SECONDS = 2_000_000_000, 180
PROGRESS = "PROGRESS "


def add_official(commands: Any) -> None:
    """Add the command and what it understands."""
    official = commands.add_parser("official", help="newer official data: PRG, TERYT, tables of the Local Data Bank")
    asked = official.add_subparsers(dest="asked", required=True)
    adding = asked.add_parser("add", help="take in files; each is known by its content")
    adding.add_argument("files", nargs="+", type=Path)
    adding.add_argument("--state", default="", help="day the data are of, where the file does not say: 2025-12-31")
    adding.add_argument("--year", type=int, default=0, help="of several years of a table this one; by default the last")
    adding.add_argument("--as", dest="kind", choices=[str(k) for k in OfficialKind], default="", help="what it is")
    adding.add_argument("--source", default="", help="where the file came from")
    adding.add_argument("--licence", default="", help="under what licence it may be used")
    adding.add_argument("--crs", default="", help="coordinate system, where the file does not say: EPSG:2180")
    adding.add_argument("--water", choices=("cut", "keep"), default="cut", help="the sea and lagoons in new borders")
    adding.add_argument("--use", action="store_true", help="use it at once")
    adding.add_argument("--name", default="", help=argparse.SUPPRESS)
    adding.add_argument("--bounded", action="store_true", help=argparse.SUPPRESS)
    asked.add_parser("list", help="the datasets that there are")
    using = asked.add_parser("use", help=f"use datasets from now on; {EMBEDDED} for what came with the app")
    using.add_argument("ids", nargs="+")
    using.add_argument("--bounded", action="store_true", help=argparse.SUPPRESS)
    removing = asked.add_parser("remove", help="remove datasets that are not in use")
    removing.add_argument("ids", nargs="+")
    asked.add_parser("remake", help="make the state in use again, where its files are not on this server")
    registering = asked.add_parser("register", help="take in a register of potential members, once for all clusters")
    registering.add_argument("files", nargs="+", type=Path)
    registering.add_argument("--title", required=True, help="what it lists")
    registering.add_argument("--state", required=True, help="day it is of: 2026-11-01")
    registering.add_argument("--source", default="", help="where the file came from")
    registering.add_argument("--sector", choices=[str(s) for s in Sector], default="", help="sector of all of them")
    asked.add_parser("registers", help="the registers that there are")
    driving = asked.add_parser("roads", help="build a road network from an OpenStreetMap extract (.osm.pbf), once")
    driving.add_argument("file", type=Path)
    fetching = asked.add_parser("fetch", help="fetch a file from the address that KLASTRY_OFFICIAL_<KIND> holds")
    fetching.add_argument("kind", choices=[str(k) for k in OfficialKind])
    fetching.add_argument("--out", type=Path, required=True, help="file to write")
    for command in asked.choices.values():
        command.add_argument("--format", choices=("text", "json"), default="text")
        command.add_argument("--lang", choices=LANGUAGES, default="pl")


def official(options: argparse.Namespace) -> str:
    """Do what is asked and return what to print."""
    if getattr(options, "bounded", False):
        bound_self(MEMORY_BYTES, SECONDS)
    try:
        done: dict[str, Any] = COMMANDS[options.asked](options)
    except KlastryError as error:
        if options.format == "json":
            # Read by the page, which started this process.
            sys.stdout.write(json.dumps({"error": error.key, "values": error.values, "problems": error.problems}))
        raise
    if options.format == "json":
        return json.dumps(done, ensure_ascii=False, indent=1) + "\n"
    return "".join(f"{line}\n" for line in done["said"])


def _add(options: argparse.Namespace) -> dict[str, Any]:
    text = Text(options.lang)
    given = Given(
        options.state, options.year, options.kind, options.source, options.licence, options.crs, options.water == "cut"
    )
    made: list[Dataset] = []
    with _alone():
        for path in options.files:
            name = options.name or path.name
            made.append(take_in(path, given, name=name, progress=_told(name)))
        if options.use:
            use([d.dataset_id for d in made], _told("state"))
    said = []
    for one in made:
        words = {"kind": text(f"official.kind.{one.kind}"), "state": text.when(one.state)}
        said.append(f"{one.dataset_id}: {text('official.added.kept', **words)}")
        if one.unknown:
            said.append(text("official.unknown", codes=", ".join(one.unknown)))
    if not options.use:
        said.append(f"python -m geo official use {' '.join(d.dataset_id for d in made)}")
    return {"said": said, "datasets": [asdict(d) for d in made]}


def _list(options: argparse.Namespace) -> dict[str, Any]:
    text = Text(options.lang)
    found = shelf(text)
    records = found.table.records()
    rows = [_line(r, text) for r in records]
    return {"said": [*rows, *found.reminders, *_missing(text)], "datasets": records, "reminders": list(found.reminders)}


def _line(record: dict[str, Any], text: Text) -> str:
    kind = text(f"official.kind.{record['kind']}")
    cells = (record["id"], kind, record["state"], record["scope"], record["source"])
    return f"{'*' if record['used'] else ' '} " + "\t".join(map(str, cells))


def _missing(text: Text) -> list[str]:
    gone = shelf(text).missing
    command = "python -m geo official remake"
    return [text("official.missing", datasets=", ".join(gone), command=command)] if gone else []


def _use(options: argparse.Namespace) -> dict[str, Any]:
    with _alone():
        state = use(options.ids, _told("state"))
    return {"said": [f"{kind}: {one}" for kind, one in state.datasets] or [EMBEDDED], "datasets": dict(state.datasets)}


def _remake(_: argparse.Namespace) -> dict[str, Any]:
    with _alone():
        state = use(dict(current_state().datasets).values(), _told("state"))
    return {"said": [f"{kind}: {one}" for kind, one in state.datasets] or [EMBEDDED], "datasets": dict(state.datasets)}


def _register(options: argparse.Namespace) -> dict[str, Any]:
    text = Text(options.lang)
    with _alone():
        made = [
            add_register(
                path,
                options.title,
                options.state,
                source=options.source,
                sector=options.sector,
                progress=_told(path.name),
            )
            for path in options.files
        ]
    said = [
        text(
            "registers.added",
            name=one.register_id,
            rows=text.number(one.rows),
            asked=text.number(one.asked),
            rejected=text.number(one.rejected),
            persons=text.number(one.persons),
        )
        for one in made
    ]
    return {"said": said, "registers": [asdict(r) for r in made]}


def _roads(options: argparse.Namespace) -> dict[str, Any]:
    text = Text(options.lang)
    with _alone():
        made = build_roads(options.file, _told(options.file.name))
    words = {"nodes": text.number(made.nodes), "edges": text.number(made.edges), "state": text.when(made.state) or "–"}
    return {"said": [text("roads.built", **words)], "roads": asdict(made)}


def _registers(_: argparse.Namespace) -> dict[str, Any]:
    found = all_registers()
    return {
        "said": [f"{r.register_id}\t{r.title}\t{r.state}\t{r.rows}\t{r.source}" for r in found],
        "registers": [asdict(r) for r in found],
    }


def _remove(options: argparse.Namespace) -> dict[str, Any]:
    text = Text(options.lang)
    for dataset_id in options.ids:
        (remove_register if dataset_id.startswith("register-") else remove)(dataset_id)
    return {"said": [text("official.removed", name=one) for one in options.ids], "datasets": list(options.ids)}


def _fetch(options: argparse.Namespace) -> dict[str, Any]:
    setting = f"KLASTRY_OFFICIAL_{options.kind.upper()}"
    address = os.environ.get(setting, "")
    if not address:
        command = "python -m geo official add FILE"
        raise OfficialFileError(
            "no_source", setting=setting, where=PUBLISHERS[OfficialKind(options.kind)], command=command
        )
    checksum = fetch(address, options.out, _told(options.out.name))
    return {"said": [f"{options.out}: {checksum}", f"python -m geo official add {options.out}"], "sha256": checksum}


def _told(what: str) -> Callable[[float], object]:
    """Return what writes progress to where errors go, once a percent."""
    last = [-1]

    def tell(part: float) -> None:
        percent = int(100 * part)
        if percent > last[0]:
            last[0] = percent
            sys.stderr.write(f"{PROGRESS}{percent} {what}\n")
            sys.stderr.flush()

    return tell


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time take in files or put states together."""
    official_folder().mkdir(parents=True, exist_ok=True)
    with (official_folder() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OfficialFileError("busy") from None
        yield


COMMANDS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "add": _add,
    "list": _list,
    "use": _use,
    "remove": _remove,
    "remake": _remake,
    "register": _register,
    "registers": _registers,
    "roads": _roads,
    "fetch": _fetch,
}
