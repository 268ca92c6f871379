"""
Answer from the shell what the pages answer.

`python -m geo report --cluster kluczewski --powiat 1212 --radius-km 10 --format md`
`python -m geo report --powiat 1212 --format json`
`python -m geo coverage --cluster lubelska-medycyna --level powiat --format csv`
`python -m geo map --view coverage --cluster kluczewski --area 1212 --size 1920x1080 --out mapa.png`
`python -m geo map --view timeline --cluster kluczewski --table members --out czlonkowie.json`
`python -m geo map --view country --out polska.png`
`python -m geo atlas --cluster kluczewski --area 12 --out atlas.pdf`
`python -m geo deck --cluster kluczewski --powiat 1212 --out prezentacja.pptx`
`python -m geo compare --cluster all --out porownanie.xlsx`, `python -m geo concentration --cluster kluczewski`
`python -m geo find olkusz`
`python -m geo backup klastry-2026-11-22.sqlite`, `python -m geo restore klastry-2026-11-22.sqlite`

Exit codes: 0 for an answer, 1 for an unknown cluster or unit, an option that a view does not know, damaged data or a
store that does not answer, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

from geo.errors import KlastryError, OptionError, QueryError
from geo.io.logo import read_logo
from geo.model.picture import Format, Kind, Look, PictureQuery
from geo.model.queries import Measure
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.error_words import error_texts
from geo.render.table import Table, rows_in_words, worded
from geo.render.text import LANGUAGES, Text, marked
from geo.services.atlas import KINDS, AtlasJob, Chosen, State
from geo.services.backup import backup, restore
from geo.services.concentration.view import ConcentrationView, MapKind
from geo.services.coverage import coverage_view
from geo.services.intake.check import check_list
from geo.services.network_deck import network_deck
from geo.services.official.commands import add_official, official
from geo.services.pictures import map_file, saved_table
from geo.services.powiat import PowiatReport, find_powiaty, powiat_report
from geo.services.reports import cluster_deck, powiat_deck, report_docx_file, report_pdf_file
from geo.services.search import as_records, described, find
from geo.services.sheet import sheet_docx, sheet_pdf
from geo.services.standing import standing
from geo.services.subjects import subjects_of_all
from geo.services.view import View
from geo.services.views import ALWAYS, OF_ALL, VIEWS, Given, checked, view_of

# Options that say what is asked; others say how it is written.
ASKED = tuple(dict.fromkeys(option for _, honoured in VIEWS.values() for option in honoured))
# Of these the value is what their file holds.
FILES = ("times", "links")
MARKDOWN_COLUMNS = 10


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _speak_utf8()
    options = _parser().parse_args(arguments)
    try:
        answer = COMMANDS[options.command](options)
    except (KlastryError, OSError) as error:
        sys.stderr.write(f"python -m geo: {_words(error, options)}\n")
        return 1
    sys.stdout.write(answer)
    return 0


def _speak_utf8() -> None:
    """Let what is printed be UTF-8 whatever the system takes for its own: a redirected file holds every letter."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _words(error: KlastryError | OSError, options: argparse.Namespace) -> str:
    """Return an error in the language asked for, with its key, which does not change with the language."""
    if not isinstance(error, KlastryError):
        return str(error)
    return f"[{error.key}] " + "\n".join(error_texts(error, Text(getattr(options, "lang", LANGUAGES[0]))))


def _add_find(commands: Any) -> None:
    search = commands.add_parser("find", help="find a unit, place, postal code, cluster or member")
    search.add_argument("query", nargs="+", help="what is looked for; - for one query a line from the standard input")
    search.add_argument(
        "--format", choices=("text", "json"), default="text", help="json: one object a query, a line each"
    )
    search.add_argument("--lang", choices=LANGUAGES, default="pl")


def _add_coverage(commands: Any) -> argparse.ArgumentParser:
    table: argparse.ArgumentParser = commands.add_parser("coverage", help="the table of units of an area")
    table.add_argument("--format", choices=("json", "csv"), default="csv")
    table.add_argument("--out", type=Path, help="file to write instead: .csv, .xlsx or .json")
    return table


def _add_atlas(commands: Any) -> argparse.ArgumentParser:
    atlas: argparse.ArgumentParser = commands.add_parser("atlas", help="a map a powiat or gmina with the same classes")
    atlas.add_argument("--kind", choices=("density", "coverage"), default="coverage")
    atlas.add_argument("--area", help="voivodeship: its powiaty; powiat: its gminy; by default all powiaty")
    atlas.add_argument("--pages", default="", help="TERYT codes of units with commas between; all by default")
    atlas.add_argument("--skip-empty", action="store_true", help="leave out units where there is nobody")
    atlas.add_argument("--out", type=Path, required=True, help="file to write: .zip of PNG, .pdf or .pptx")
    return atlas


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m geo", description="Coverage of clusters, from the shell.")
    commands = parser.add_subparsers(dest="command", required=True)
    report = commands.add_parser("report", help="the report of a powiat")
    report.add_argument("--powiat", required=True, help='TERYT code or name, e.g. 1212, olkuski, "Olkusz"')
    report.add_argument("--format", choices=("json", "md"), default="md")
    report.add_argument("--out", type=Path, help="file to write instead: .pdf or .docx")
    table = _add_coverage(commands)
    picture = commands.add_parser("map", help="a file of a map or of its tables, its kind by the name of the file")
    picture.add_argument("--view", "--kind", choices=VIEWS, default="coverage", help="what the map shows (coverage)")
    picture.add_argument("--table", help="a table of the view instead of its map: .csv, .xlsx or .json")
    picture.add_argument("--title", help="words above the map instead of the prefilled ones")
    picture.add_argument("--logo", type=Path, help="mark of the office: PNG, JPEG or SVG")
    endings = ", ".join(f".{k}" for k in (*Kind, "json"))
    picture.add_argument("--out", type=Path, required=True, help=f"file to write: {endings}")
    atlas = _add_atlas(commands)
    slides = commands.add_parser("deck", help="slides of a cluster or powiat; of several clusters as a network")
    slides.add_argument("--powiat", default="", help="TERYT code or name; by default the cluster's territory")
    slides.add_argument("--out", type=Path, required=True, help="file to write: .pptx")
    for command in (picture, atlas, slides):
        sizes = f"{', '.join(Format)}, or pixels such as 5000x3000"
        command.add_argument("--size", default=str(Format.WIDE), help=f"format of the image: {sizes}")
        command.add_argument("--look", choices=[str(v) for v in Look], default=str(Look.COLOUR))
    side = commands.add_parser("compare", help="clusters side by side: a row of numbers each")
    side.add_argument("--out", type=Path, help="file to write instead: .csv or .xlsx")
    lists = commands.add_parser("import", help="what importing a list of members would do, row by row; nothing is kept")
    lists.add_argument("file", type=Path, help="CSV, XLSX, ODS, GeoJSON, GeoPackage or KML")
    lists.add_argument("--check", action="store_true", required=True, help="only say what would be done")
    lists.add_argument("--sheet", default="", help="sheet or layer; by default the first that holds a list")
    lists.add_argument("--format", choices=("json",), default="json", help="JSON Lines, one a row")
    lists.add_argument("--lang", choices=LANGUAGES, default="pl")
    _add_find(commands)
    add_official(commands)
    close = commands.add_parser("concentration", help="how concentrated the members are, in words")
    for name, words in (
        ("backup", "save all kept clusters to one file"),
        ("restore", "bring a backup into an empty store"),
    ):
        keeping = commands.add_parser(name, help=words)
        keeping.add_argument("file", type=Path)
    without = {
        report: "; without it the answer over all at once, each at its own reach",
        picture: f"; not for --view {', '.join(OF_ALL)}",
    }
    for command in (report, table, picture, atlas, slides, side, close):
        command.add_argument(
            "--cluster",
            required=command not in (report, picture),
            help=f"identifiers with commas between; all for every cluster{without.get(command, '')}",
        )
        command.add_argument("--declared", action="store_true", default=None, help="count declared organisations too")
        command.add_argument("--lang", choices=LANGUAGES, default="pl")
    for command in (report, table, picture, atlas, slides, side):
        command.add_argument("--radius-km", type=float, help="reach, 1 to 60; by default the cluster's own")
        command.add_argument("--roads", action="store_true", default=None, help="reach by road; see official roads")
        command.add_argument("--limit-min", type=float, help="longest time by road or of a file, 5 to 120 (30)")
    for command in (report, table, picture, atlas, slides):
        command.add_argument("--need", help="any (the default), sector:<sector> or kind:<kind>")
    for command in (report, table, picture, atlas, slides, side, close):
        command.add_argument("--people", help="whom to count: 60+, 65+, 0-14 or 15-59 (2020); by default all")
    for command in (table, picture):
        command.add_argument("--area", help="TERYT code; by default the cluster's territory")
        command.add_argument("--times", type=Path, help="CSV of travel times: teryt, locality, member, minutes")
    for command in (table, picture, close):
        command.add_argument("--level", choices=[str(v) for v in Level], help="level of the units (gmina)")
    for command in (picture, close):
        command.add_argument("--map", choices=[str(v) for v in MapKind], help="map of concentration (quotient)")
    picture.add_argument("--measure", choices=[str(v) for v in Measure], help="measure of density (count)")
    picture.add_argument("--month", help="month of a timeline, e.g. 2016-12; by default the last")
    picture.add_argument("--links", type=Path, help="CSV of links: from, to, kind")
    return parser


def _given(options: argparse.Namespace) -> Given:
    """Return what is asked, without what was left open."""
    everyone = options.cluster in ("all", None)
    subject = Subject(subjects_of_all()) if everyone else Subject.of(options.cluster)
    asked: dict[str, Any] = {name: getattr(options, name, None) for name in ASKED}
    given = {name: value for name, value in asked.items() if value not in (None, "")}
    read = {name: path.read_bytes() for name, path in given.items() if name in FILES}
    return Given(subject, Text(options.lang), given | read)


def _look(options: argparse.Namespace, **words: Any) -> PictureQuery:
    own = re.fullmatch(r"(\d{1,5})x(\d{1,5})", options.size)
    if own and options.size not in list(Format):
        return PictureQuery(look=Look(options.look), size=(int(own[1]), int(own[2])), **words)
    if options.size not in list(Format):
        raise QueryError("size", options.size, "one_of", options=", ".join(Format))
    return PictureQuery(Format(options.size), Look(options.look), **words)


def _compare(options: argparse.Namespace) -> str:
    view = view_of("compare", _given(options))
    if options.out is None:
        return saved_table(view["clusters"], "csv", view.text).decode("utf-8-sig")
    return _written(options.out, saved_table(view["clusters"], _extension(options.out, ("csv", "xlsx")), view.text))


def _concentration(options: argparse.Namespace) -> str:
    view = view_of("concentration", _given(options))
    readings = view.readings if isinstance(view, ConcentrationView) else ()
    said = [f"## {marked(r.title)}\n\n{marked(r.sentence)}" for r in readings]
    return "\n\n".join([*said, *(marked(note) for note in (view.warning, *view.notes) if note)]) + "\n"


def _powiat(options: argparse.Namespace) -> str:
    found = find_powiaty(options.powiat)
    if len(found) > 1:
        raise QueryError("powiat", options.powiat, "one_of", options=", ".join(found))
    return found[0]


def _standing(options: argparse.Namespace, given: Given) -> str:
    """Return the report of a powiat over all clusters, each of which has a reach of its own."""
    for option in given.options:
        if option != "people":
            raise OptionError("refused", "report", option, "powiat", "format", "lang", "people")
    code = _powiat(options)
    if options.out is not None:
        write = {"pdf": sheet_pdf, "docx": sheet_docx}[_extension(options.out, ("pdf", "docx"))]
        return _written(options.out, write(code, given.text, given.people))
    found = standing(code, given.text, given.people)
    if options.format == "json":
        return _json(found.as_dict())
    said = [marked(s) for s in (found.sentence, found.empty_sentence, found.sectors_sentence) if s]
    tables = [found.gminy, *([found.clusters] if len(found.clusters) else [])]
    parts = [f"## {marked(worded(t.title, given.text))}\n\n{_rows(t, given.text)}" for t in tables]
    notes = "\n".join(f"- {marked(note)}" for note in found.view.notes)
    return "\n\n".join([f"# {marked(found.label)}", *said, *parts, notes, marked(found.view.picture.sources)]) + "\n"


def _report(options: argparse.Namespace) -> str:
    given = _given(options)
    if options.cluster is None:
        return _standing(options, given)
    report = powiat_report(given.coverage, _powiat(options), given.text)
    if options.out is not None:
        write = {"pdf": report_pdf_file, "docx": report_docx_file}[_extension(options.out, ("pdf", "docx"))]
        return _written(options.out, write(report, given.text))
    if options.format == "json":
        return _json(report.as_dict())
    return _markdown(report, given.text)


def _coverage(options: argparse.Namespace) -> str:
    view = view_of("coverage", _given(options))
    if options.out is None:
        return saved_table(view["units"], options.format, view.text).decode("utf-8-sig")
    kind = _extension(options.out, ("csv", "xlsx", "json"))
    return _written(options.out, saved_table(view["units"], kind, view.text))


def _check(options: argparse.Namespace) -> str:
    rows = check_list(options.file.name, options.file.read_bytes(), sheet=options.sheet)
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _markdown(report: PowiatReport, text: Text) -> str:
    gminy = report.view["units"]
    table = gminy.only(*(c.key for c in gminy.columns[:MARKDOWN_COLUMNS]))
    sentences, notes = map(marked, report.sentences), [f"- {marked(note)}" for note in report.notes]
    lines = [f"# {marked(report.label)}", "", *sentences, "", _rows(table, text)]
    return "\n".join([*lines, "", *notes, "", marked(report.sources), ""])


def _rows(table: Table, text: Text) -> str:
    """Return a table in words as Markdown."""
    shown = table.shown(text)
    cells = [[marked(v) for v in row] for row in rows_in_words(shown, text)]
    rows = [[marked(str(c)) for c in shown.columns], ["---"] * shown.shape[1], *cells]
    return "\n".join(f"| {' | '.join(r)} |" for r in rows)


def _map(options: argparse.Namespace) -> str:
    if options.view in OF_ALL and options.cluster is not None:
        raise OptionError("refused", options.view, "cluster", *ALWAYS)
    if options.view not in OF_ALL and options.cluster is None:
        raise OptionError("needed", options.view, "cluster")
    kind = _extension(options.out, (*Kind, "json"))
    if options.table or kind == "json":
        kind = _extension(options.out, ("csv", "xlsx", "json"))
        view = view_of(options.view, _given(options))
        return _written(options.out, saved_table(_table(view, options.table), kind, view.text))
    look = _look(options, title=options.title, logo=read_logo(options.logo.read_bytes()) if options.logo else b"")
    return _written(options.out, map_file(view_of(options.view, _given(options)).picture, look, Kind(kind)))


def _table(view: View, name: str | None) -> Table:
    names = [table.name for table in view.tables]
    if name is None:
        return view["units" if "units" in names else names[0]]
    if name not in names:
        raise QueryError("table", name, "one_of", options=", ".join(names))
    return view[name]


def _atlas(options: argparse.Namespace) -> str:
    kind = {name: kind for kind, name in KINDS.items()}[_extension(options.out, tuple(KINDS.values()))]
    given = checked(options.kind, _given(options))
    query = given.density if options.kind == "density" else given.coverage
    codes = tuple(code.strip() for code in options.pages.split(",") if code.strip())
    chosen = Chosen(codes, options.skip_empty)
    job = AtlasJob(query, options.area or "", _look(options), kind, given.text, chosen)
    job.start()
    if job.wait() is not State.DONE:
        if job.state is State.EMPTY:
            raise QueryError("atlas", options.area or "", "pages_left")
        raise QueryError("atlas", job.problem, "pages")
    return _written(options.out, job.content)


def _deck(options: argparse.Namespace) -> str:
    _extension(options.out, (Kind.PPTX,))
    given = _given(options)
    text, look = given.text, _look(options)
    if options.powiat:
        return _written(options.out, powiat_deck(powiat_report(given.coverage, _powiat(options), text), look, text))
    if len(given.subject.ids) > 1:
        return _written(options.out, network_deck(checked("network", given).comparison, look, text))
    return _written(options.out, cluster_deck(coverage_view(given.coverage, text), None, look, text))


def _extension(out: Path, allowed: tuple[str, ...]) -> str:
    extension = out.suffix.lower().removeprefix(".")
    if extension not in allowed:
        raise QueryError("out", out.name, "ending", endings=", ".join(f".{a}" for a in allowed))
    return extension


def _written(out: Path, content: bytes) -> str:
    out.write_bytes(content)
    return f"{out}: {len(content)} B\n"


def _find(options: argparse.Namespace) -> str:
    queries = [" ".join(options.query)]
    if queries == ["-"]:
        queries = sys.stdin.read().splitlines()
    text, lines = Text(options.lang), []
    for query in queries:
        answers = find(query)
        if options.format == "json":
            found = {"query": query, "answers": as_records(answers.found), "guesses": as_records(answers.guesses)}
            lines.append(json.dumps(found, ensure_ascii=False))
        else:
            lines += [f"{e.code}\t{text(f'find.kind.{e.kind}')}\t{described(e, text)}" for e in answers.found]
            if not answers.found:
                guessed = ", ".join(described(e, text) for e in answers.guesses)
                lines.append(text("find.guess", names=guessed) if guessed else text("find.none"))
    return "".join(f"{line}\n" for line in lines)


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
    "import": _check,
    "find": _find,
    "report": _report,
    "coverage": _coverage,
    "backup": _backup,
    "restore": _restore,
    "official": official,
}

if __name__ == "__main__":
    sys.exit(main())
