"""
Answer from the shell what the pages answer.

`python -m geo report --cluster kluczewski --powiat 1212 --radius-km 10 --format md`
`python -m geo coverage --cluster lubelska-medycyna --level powiat --format csv`
`python -m geo map --cluster kluczewski --area 1212 --kind coverage --size 1920x1080 --out mapa.png`
`python -m geo atlas --cluster kluczewski --area 12 --out atlas.pdf`
`python -m geo deck --cluster kluczewski --powiat 1212 --out prezentacja.pptx`
`python -m geo compare --cluster all --out porownanie.xlsx`, `python -m geo concentration --cluster kluczewski`
`python -m geo backup klastry-2026-11-22.sqlite`, `python -m geo restore klastry-2026-11-22.sqlite`

Exit codes: 0 for an answer, 1 for an unknown cluster or unit, damaged data or a store that does not answer, 2 for
wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from geo.errors import KlastryError, QueryError
from geo.io.logo import read_logo
from geo.io.times import read_times
from geo.model.cluster import Status
from geo.model.compare import CompareQuery
from geo.model.concentration import ConcentrationQuery
from geo.model.coverage import CoverageQuery, TravelTimes
from geo.model.picture import Format, Kind, Look, PictureQuery
from geo.model.queries import DensityQuery
from geo.model.selection import Need
from geo.model.units import Level
from geo.render.error_words import error_texts
from geo.render.text import LANGUAGES, Text
from geo.services.atlas import KINDS, AtlasJob, State
from geo.services.backup import backup, restore
from geo.services.catalogue import default_radius_km, subjects_of_all
from geo.services.compare import compare_view
from geo.services.concentration_map import MapKind, concentration_view
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.papers import cluster_deck, powiat_deck, report_docx_file, report_pdf_file
from geo.services.parts import part_of
from geo.services.pictures import coverage_picture, density_picture, map_file
from geo.services.powiat import PowiatReport, find_powiaty, powiat_report


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        answer = COMMANDS[options.command](options)
    except (KlastryError, OSError) as error:
        sys.stderr.write(f"python -m geo: {_words(error, options)}\n")
        return 1
    sys.stdout.write(answer)
    return 0


def _words(error: KlastryError | OSError, options: argparse.Namespace) -> str:
    """Return an error in the language asked for, with its key, which does not change with the language."""
    if not isinstance(error, KlastryError):
        return str(error)
    return f"[{error.key}] " + "\n".join(error_texts(error, Text(getattr(options, "lang", LANGUAGES[0]))))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m geo", description="Coverage of clusters, from the shell.")
    commands = parser.add_subparsers(dest="command", required=True)
    report = commands.add_parser("report", help="the report of a powiat")
    report.add_argument("--powiat", required=True, help='TERYT code or name, e.g. 1212, olkuski, "Olkusz"')
    report.add_argument("--format", choices=("json", "md"), default="md")
    report.add_argument("--out", type=Path, help="file to write instead: .pdf or .docx")
    table = commands.add_parser("coverage", help="the table of units of an area")
    table.add_argument("--area", default="", help="TERYT code; by default the cluster's territory")
    table.add_argument("--level", choices=[str(v) for v in Level], default=str(Level.GMINA))
    table.add_argument("--format", choices=("json", "csv"), default="csv")
    table.add_argument("--times", type=Path, help="CSV of travel times: teryt, locality, member, minutes")
    table.add_argument("--limit-min", type=float, default=30.0, help="longest travel time, minutes (30)")
    picture = commands.add_parser("map", help="a file of a map, its kind by the name of the file")
    picture.add_argument("--area", default="", help="TERYT code; by default the cluster's territory")
    picture.add_argument("--level", choices=[str(v) for v in Level], default=str(Level.GMINA))
    picture.add_argument("--title", help="words above the map instead of the prefilled ones")
    picture.add_argument("--logo", type=Path, help="mark of the office: PNG, JPEG or SVG")
    picture.add_argument("--out", type=Path, required=True, help=f"file to write: {', '.join(f'.{k}' for k in Kind)}")
    atlas = commands.add_parser("atlas", help="a map a powiat or gmina with the same classes")
    atlas.add_argument("--area", default="", help="voivodeship: its powiaty; powiat: its gminy; by default all powiaty")
    atlas.add_argument("--out", type=Path, required=True, help="file to write: .zip of PNG, .pdf or .pptx")
    slides = commands.add_parser("deck", help="slides: verdict, density, gaps, whom to invite, sources")
    slides.add_argument("--powiat", default="", help="TERYT code or name; by default the cluster's territory")
    slides.add_argument("--out", type=Path, required=True, help="file to write: .pptx")
    for command in (picture, atlas):
        command.add_argument("--kind", choices=("density", "coverage"), default="coverage")
    for command in (picture, atlas, slides):
        command.add_argument("--size", choices=[str(f) for f in Format], default=str(Format.WIDE))
        command.add_argument("--look", choices=[str(v) for v in Look], default=str(Look.COLOUR))
    side = commands.add_parser("compare", help="clusters side by side: a row of numbers each")
    side.add_argument("--radius-km", type=float, help="reach, 1 to 60; by default each cluster's own")
    side.add_argument("--out", type=Path, help="file to write instead: .csv or .xlsx")
    close = commands.add_parser("concentration", help="how concentrated the members are, in words")
    close.add_argument("--level", choices=[str(v) for v in Level], default=str(Level.GMINA))
    close.add_argument("--map", choices=[str(v) for v in MapKind], default=str(MapKind.QUOTIENT))
    for command in (side, close):
        command.add_argument("--cluster", required=True, help="identifiers with commas between; all for every cluster")
        command.add_argument("--declared", action="store_true", help="count declared organisations too")
        command.add_argument("--lang", choices=LANGUAGES, default="pl")
    for name, words in (
        ("backup", "save all kept clusters to one file"),
        ("restore", "bring a backup into an empty store"),
    ):
        keeping = commands.add_parser(name, help=words)
        keeping.add_argument("file", type=Path)
    for command in (report, table, picture, atlas, slides):
        command.add_argument("--cluster", required=True, help="identifier of a cluster or a network")
        command.add_argument("--radius-km", type=float, help="reach, 1 to 60; by default the cluster's own")
        command.add_argument("--need", default="any", help="any, sector:<sector> or kind:<kind>")
        command.add_argument("--declared", action="store_true", help="count declared organisations too")
        command.add_argument("--lang", choices=LANGUAGES, default="pl")
    return parser


def _query(options: argparse.Namespace) -> CoverageQuery:
    radius = options.radius_km if options.radius_km is not None else default_radius_km(options.cluster)
    return CoverageQuery(options.cluster, need=Need.parse(options.need), radius_km=radius, statuses=_statuses(options))


def _subject(options: argparse.Namespace) -> str:
    return ",".join(subjects_of_all()) if options.cluster == "all" else str(options.cluster)


def _statuses(options: argparse.Namespace) -> tuple[Status, ...]:
    return (Status.MEMBER, Status.DECLARED) if options.declared else (Status.MEMBER,)


def _compare(options: argparse.Namespace) -> str:
    view = compare_view(CompareQuery(_subject(options), options.radius_km, _statuses(options)), Text(options.lang))
    if options.out is None:
        return view.table_csv.decode("utf-8-sig")
    kind = _extension(options.out, ("csv", "xlsx"))
    return _written(options.out, view.table_csv if kind == "csv" else view.table_xlsx)


def _concentration(options: argparse.Namespace) -> str:
    query = ConcentrationQuery(_subject(options), Level(options.level), statuses=_statuses(options))
    view = concentration_view(query, MapKind(options.map), Text(options.lang))
    said = [f"## {r.title}\n\n{r.said}" for r in view.readings]
    return "\n\n".join([*said, *(note for note in (view.partial, *view.notes) if note)]) + "\n"


def _powiat(options: argparse.Namespace) -> str:
    found = find_powiaty(options.powiat)
    if len(found) > 1:
        raise QueryError("powiat", options.powiat, "one_of", options=", ".join(found))
    return found[0]


def _report(options: argparse.Namespace) -> str:
    text = Text(options.lang)
    report = powiat_report(_query(options), _powiat(options), text)
    if options.out is not None:
        write = {"pdf": report_pdf_file, "docx": report_docx_file}[_extension(options.out, ("pdf", "docx"))]
        return _written(options.out, write(report, text))
    if options.format == "json":
        return json.dumps(report.as_dict(), ensure_ascii=False, indent=1) + "\n"
    return _markdown(report)


def _coverage(options: argparse.Namespace) -> str:
    asked = _query(options)
    query = CoverageQuery(
        asked.subject, options.area, Level(options.level), asked.need, asked.radius_km, asked.statuses
    )
    times = None
    if options.times is not None:
        times = TravelTimes(read_times(options.times.read_bytes()), options.limit_min)
    view = coverage_view(query, Text(options.lang), times=times)
    if options.format == "json":
        return str(view.table.to_json(orient="records", force_ascii=False, indent=1)) + "\n"
    return view.table_csv.decode("utf-8-sig")


def _markdown(report: PowiatReport) -> str:
    table = report.view.table.iloc[:, :10]
    cells = [[str(v).replace("|", "\\|").replace("\n", " ") for v in row] for row in table.to_numpy()]
    head = [str(c) for c in table.columns]
    rows = [head, ["---"] * len(head), *cells]
    lines = [f"# {report.label}", "", *report.sentences, "", *(f"| {' | '.join(r)} |" for r in rows)]
    return "\n".join([*lines, "", report.sources, ""])


def _map(options: argparse.Namespace) -> str:
    kind = Kind(_extension(options.out, tuple(Kind)))
    text, level = Text(options.lang), Level(options.level)
    if options.kind == "density":
        view = density_view(DensityQuery(options.cluster, level=level), text)
        picture = density_picture(view, text)
        picture = part_of(picture, view, options.area, text) if options.area else picture
    else:
        asked = _query(options)
        query = CoverageQuery(asked.subject, options.area, level, asked.need, asked.radius_km, asked.statuses)
        picture = coverage_picture(coverage_view(query, text), text)
    logo = read_logo(options.logo.read_bytes()) if options.logo else b""
    look = PictureQuery(Format(options.size), Look(options.look), title=options.title, logo=logo)
    return _written(options.out, map_file(picture, look, kind))


def _atlas(options: argparse.Namespace) -> str:
    kind = {name: kind for kind, name in KINDS.items()}[_extension(options.out, tuple(KINDS.values()))]
    query = DensityQuery(options.cluster) if options.kind == "density" else _query(options)
    look = PictureQuery(Format(options.size), Look(options.look))
    job = AtlasJob(query, options.area, look, kind, Text(options.lang))
    job.start()
    if job.wait() is not State.DONE:
        raise QueryError("atlas", job.problem, "pages")
    return _written(options.out, job.content)


def _deck(options: argparse.Namespace) -> str:
    _extension(options.out, (Kind.PPTX,))
    text, query = Text(options.lang), _query(options)
    look = PictureQuery(Format(options.size), Look(options.look))
    if options.powiat:
        return _written(options.out, powiat_deck(powiat_report(query, _powiat(options), text), look, text))
    return _written(options.out, cluster_deck(coverage_view(query, text), None, look, text))


def _extension(out: Path, allowed: tuple[str, ...]) -> str:
    extension = out.suffix.lower().removeprefix(".")
    if extension not in allowed:
        raise QueryError("out", out.name, "ending", endings=", ".join(f".{a}" for a in allowed))
    return extension


def _written(out: Path, content: bytes) -> str:
    out.write_bytes(content)
    return f"{out}: {len(content)} B\n"


def _backup(options: argparse.Namespace) -> str:
    return _counted(backup(options.file))


def _restore(options: argparse.Namespace) -> str:
    return _counted(restore(options.file))


def _counted(rows: dict[str, int]) -> str:
    return "".join(f"{name}: {count}\n" for name, count in rows.items())


COMMANDS = {
    "map": _map,
    "atlas": _atlas,
    "deck": _deck,
    "compare": _compare,
    "concentration": _concentration,
    "report": _report,
    "coverage": _coverage,
    "backup": _backup,
    "restore": _restore,
}

if __name__ == "__main__":
    sys.exit(main())
