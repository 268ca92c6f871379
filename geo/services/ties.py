"""Answer the page of links: arcs on the map, gmina by gmina, density, degree and isolated members."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Transformer

from geo.analysis.points import coordinates
from geo.analysis.ties import arc, measure_ties, tie_matrix
from geo.export.tables import to_csv
from geo.io.boundaries import load_units
from geo.io.ties import read_ties
from geo.model.cluster import Status
from geo.model.selection import Subject
from geo.model.ties import TieKind, TieMeasures
from geo.model.units import Level
from geo.render import palette
from geo.render.painting import Arc, Painting, UnitClass
from geo.render.picture import LegendMark
from geo.render.table import Column, Table, named
from geo.render.text import Text
from geo.services.columns import NAME, PLACE
from geo.services.labels import place_labels, unit_label
from geo.services.library import resolve
from geo.services.pictures import Behind, map_picture, title_of
from geo.services.view import View, named_after
from geo.services.web import frame, member_marks
from geo.settings import DISPLAY_CRS, METRIC_CRS

# Colour, and lengths of strokes and gaps in pixels.
LINES: dict[TieKind, tuple[str, str]] = {
    TieKind.SUPPLY: ("#0072b2", ""),
    TieKind.REFERRAL: ("#a3478b", "10 5"),
    TieKind.COOPERATION: ("#00805d", "2 5"),
    TieKind.COMPETITION: ("#c25400", "12 4 2 4"),
}
MAX_WIDTH = 7.0


@dataclass(frozen=True, kw_only=True)
class TiesView(View):
    """
    Links between members, ready to show.

    Its tables: `links`, every one; `members` with degree and place, most linked first; `isolated`, those
    without a link; `matrix`, gmina by gmina, where the first column names the gmina from which links lead.

    Attributes
    ----------
    measures
        What is found about the links.
    """

    measures: TieMeasures


def linked_members(subject: Subject | str) -> gpd.GeoDataFrame:
    """Return those who can be linked: members and declared ones, as a new frame."""
    everyone = resolve(subject).members
    return everyone[everyone["status"] != str(Status.POTENTIAL)].reset_index(drop=True)


def template_csv(subject: Subject | str, text: Text) -> bytes:
    """Return an empty table of links with the identifiers and names of the members to link."""
    members = linked_members(subject)
    columns = {text("ties.col.from"): "", text("ties.col.to"): "", text("ties.col.kind"): ""}
    listed = {text("ties.col.id"): members["member_id"], text("col.name"): members["name"]}
    return to_csv(pd.DataFrame({**columns, **listed}))


def ties_view(subject: Subject | str, content: bytes, text: Text) -> TiesView:
    """
    Read links and draw them.

    Parameters
    ----------
    subject
        Clusters and networks.
    content
        CSV, see `read_ties`.
    text
        Language.

    Raises
    ------
    TableError
        If the table cannot be read; every problem is named.
    UploadError
        If it is no text.
    """
    asked, members = resolve(subject), linked_members(subject)
    ties = read_ties(content, members)
    measures = measure_ties(ties, pd.Index(members["member_id"]))
    arcs, undrawn = _arcs(ties, members, text)
    headline = text(
        "ties.headline",
        pairs=text.count("ties.pairs", measures.pairs),
        members=text.count("organisations.of", len(members)),
        density=text.percent(measures.density, 1.0) if len(members) > 1 else "–",
        isolated=text.count("organisations", measures.isolated),
    )
    territory = asked.territory
    units = load_units(Level.GMINA)
    unit = pd.Series(members["teryt"].where(members["teryt"].str.len() == 6, "").to_numpy(), index=members["member_id"])
    touched = {code for code in unit[unit.index.isin([*ties["source"], *ties["target"]])] if code}
    word = text("ties.touched")
    painting = Painting(
        frame(f"powiazania:{subject}", Level.GMINA, territory, text, title=headline),
        "".join("1" if c in touched else "0" for c in units.index),
        (
            UnitClass("1", palette.LINKED, word, word, always=True, first=True),
            UnitClass("0", palette.ZERO, blank=True),
        ),
        marks=member_marks(members, text),
        arcs=arcs,
    )
    notes = (text("ties.note.undrawn", ties=text.count("ties.links", undrawn)),) if undrawn else ()
    table = _members(members, measures, text)
    painted = units.index[units.index.isin(touched)]
    listed = Table.of("units", {NAME: [unit_label(c, text) for c in painted]}, index=painted)
    name = title_of(Subject.of(subject), asked.clusters, text)
    words = (text("picture.of", name=name, what=text("ties.title")), headline, text("ties.title"))
    picture = map_picture(painting, words, Behind(members, listed), text, notes=notes)
    alone = replace(
        table.rows(table["degree"] == 0).only("name", "place"),
        name="isolated",
        title="ties.isolated",
        why="",
        none="ties.isolated.none",
        good=True,
        csv="",
    )
    return TiesView(
        clusters=asked.clusters,
        known=len(members),
        picture=replace(picture, marks=(*picture.marks, *_lines(ties, text))),
        tables=named_after(Subject.of(subject), (_links(ties, members), table, alone, _matrix(ties, unit, text))),
        measures=measures,
    )


def _lines(ties: pd.DataFrame, text: Text) -> tuple[LegendMark, ...]:
    """Return what each kind of line means, with its number of links."""
    count = ties["kind"].value_counts()
    kinds = [k for k in TieKind if str(k) in count]
    return tuple(
        LegendMark(
            text("ties.line", kind=text(f"tie.{k}"), ties=text.count("ties.links", int(count[str(k)]))),
            "",
            LINES[k][0],
            "line",
            LINES[k][1],
        )
        for k in kinds
    )


def _links(ties: pd.DataFrame, members: gpd.GeoDataFrame) -> Table:
    name = members.set_index("member_id")["name"]
    columns = {
        Column("from", "ties.link.from"): ties["source"].map(name),
        Column("to", "ties.link.to"): ties["target"].map(name),
        Column("kind", "ties.link.kind", named("tie")): ties["kind"],
    }
    return Table.of("links", columns, title="ties.links.title", csv="ties.links.csv", file="powiazania")


def _arcs(ties: pd.DataFrame, members: gpd.GeoDataFrame, text: Text) -> tuple[tuple[Arc, ...], int]:
    """Return an arc for each pair of places and kind, and how many links have none."""
    xy = dict(zip(members["member_id"], coordinates(members.geometry), strict=True))
    name = dict(zip(members["member_id"], members["name"], strict=True))
    change = Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)
    groups: dict[tuple[Any, ...], list[str]] = {}
    undrawn = 0
    for source, target, kind in ties.itertuples(index=False):
        start, end = xy[source], xy[target]
        if not np.isfinite([*start, *end]).all() or (start == end).all():
            undrawn += 1
            continue
        sentence = text("ties.tip", kind=text(f"tie.{kind}"), source=name[source], target=name[target])
        groups.setdefault((kind, *start, *end), []).append(sentence)
    arcs = []
    for (kind, x0, y0, x1, y1), tips in groups.items():
        curve = arc(np.array([x0, y0]), np.array([x1, y1]))
        lng, lat = change.transform(*curve.T)
        more = f" {text('map.more', n=len(tips) - 1)}" if len(tips) > 1 else ""
        line = tuple((round(float(b), 5), round(float(a), 5)) for a, b in zip(lng, lat, strict=True))
        width = min(1.5 + 1.5 * len(tips) ** 0.5, MAX_WIDTH)
        colour, dash = LINES[TieKind(kind)]
        if TieKind(kind).directed:
            arcs.append(_arrow(curve, change, colour, width))
        arcs.append(Arc(line, colour, width, dash, tips[0] + more))
    return tuple(arcs), undrawn


def _arrow(curve: np.ndarray, change: Transformer, colour: str, width: float) -> Arc:
    """Return the head of an arrow a little past the middle of a curve, as wide as its length asks."""
    tip, before = curve[10], curve[9]
    along = (tip - before) / np.linalg.norm(tip - before)
    size = 0.05 * np.linalg.norm(curve[-1] - curve[0])
    across = np.array([-along[1], along[0]])
    head = np.array([tip - size * (along + 0.6 * across), tip, tip - size * (along - 0.6 * across)])
    lng, lat = change.transform(*head.T)
    line = tuple((round(float(b), 5), round(float(a), 5)) for a, b in zip(lng, lat, strict=True))
    return Arc(line, colour, width)


def _members(members: gpd.GeoDataFrame, measures: TieMeasures, text: Text) -> Table:
    found = measures.members.sort_values("degree", ascending=False, kind="stable")
    own = members.set_index("member_id").loc[found.index]
    columns = {
        NAME: own["name"],
        PLACE: place_labels(own, text),
        Column("degree", "ties.col.degree"): found["degree"],
        Column("out", "ties.col.out"): found["out"],
        Column("into", "ties.col.into"): found["into"],
        Column("part", "ties.col.part"): found["component"] + 1,
    }
    table = Table.of(
        "members",
        columns,
        index=found.index,
        title="ties.members",
        why="ties.how",
        csv="ties.members.csv",
        file="powiazania-czlonkowie",
    )
    return replace(table, frame=table.frame.reset_index(drop=True))


def _matrix(ties: pd.DataFrame, unit: pd.Series, text: Text) -> Table:
    def label(code: str) -> str:
        return unit_label(code, text) if code else text("ties.unknown")

    matrix = tie_matrix(ties, unit)
    columns = {Column("from", "ties.from_to"): [label(code) for code in matrix.index]}
    columns |= {_gmina(code, label(code)): matrix[code].to_numpy() for code in matrix.columns}
    return Table.of(
        "matrix",
        columns,
        title="ties.matrix",
        why="ties.matrix.help",
        csv="ties.matrix.csv",
        file="powiazania-gminy",
    )


def _gmina(code: str, label: str) -> Column:
    return Column(code or "unknown", lambda _: label)
