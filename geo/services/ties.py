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
from geo.model.cluster import Cluster, Status
from geo.model.ties import TieKind, TieMeasures
from geo.model.units import Level
from geo.render import palette
from geo.render.legend import LegendRow
from geo.render.painting import Arc, Painting, UnitClass
from geo.render.picture import LegendMark, Picture
from geo.render.text import Text
from geo.services.catalogue import place_label, unit_label
from geo.services.library import resolve
from geo.services.pictures import map_picture, tables_of, title_of
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


@dataclass(frozen=True)
class TiesView:
    """
    Links between members, ready to show.

    Attributes
    ----------
    clusters, measures
        The clusters and what is found about the links.
    headline, notes
        One sentence and caveats.
    painting, legend, picture
        The map, its meaning, and the same for files.
    links
        Every link: from, to, kind; headings included.
    members
        Members with degree and place, most linked first; headings included.
    isolated
        Members without a link; headings included.
    matrix
        Gmina by gmina; the first column names the gmina from which links lead.
    """

    clusters: tuple[Cluster, ...]
    measures: TieMeasures
    headline: str
    notes: tuple[str, ...]
    painting: Painting
    legend: tuple[LegendRow, ...]
    picture: Picture
    links: pd.DataFrame
    members: pd.DataFrame
    isolated: pd.DataFrame
    matrix: pd.DataFrame

    @property
    def payload(self) -> dict[str, Any]:
        """The painting as the browser reads it."""
        return self.painting.payload

    @property
    def links_csv(self) -> bytes:
        """The links as CSV."""
        return to_csv(self.links)

    @property
    def members_csv(self) -> bytes:
        """The members as CSV."""
        return to_csv(self.members)

    @property
    def matrix_csv(self) -> bytes:
        """The matrix as CSV."""
        return to_csv(self.matrix)


def linked_members(subject: str) -> gpd.GeoDataFrame:
    """Return those who can be linked: members and declared ones, as a new frame."""
    everyone = resolve(subject).members
    return everyone[everyone["status"] != str(Status.POTENTIAL)].reset_index(drop=True)


def template_csv(subject: str, text: Text) -> bytes:
    """Return an empty table of links with the identifiers and names of the members to link."""
    members = linked_members(subject)
    columns = {text("ties.col.from"): "", text("ties.col.to"): "", text("ties.col.kind"): ""}
    listed = {text("ties.col.id"): members["member_id"], text("col.name"): members["name"]}
    return to_csv(pd.DataFrame({**columns, **listed}))


def ties_view(subject: str, content: bytes, text: Text) -> TiesView:
    """
    Read links and draw them.

    Parameters
    ----------
    subject
        Identifiers of clusters and networks, with commas between.
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
    legend = painting.legend(text)
    notes = (text("ties.note.undrawn", ties=text.count("ties.links", undrawn)),) if undrawn else ()
    table = _members(members, measures, text)
    painted = units.loc[sorted(touched)]
    listed = pd.DataFrame({text("col.name"): [unit_label(c, text) for c in painted.index]}, index=painted.index)
    name = title_of(subject, asked.clusters, text)
    words = (text("picture.of", name=name, what=text("ties.title")), headline, text("ties.title"))
    picture = map_picture(painting, legend, notes, words, tables_of(pd.DataFrame(), listed, members, text), text)
    return TiesView(
        clusters=asked.clusters,
        measures=measures,
        headline=headline,
        notes=notes,
        painting=painting,
        legend=legend,
        picture=replace(picture, marks=(*picture.marks, *_lines(ties, text))),
        links=_links(ties, members, text),
        members=table,
        isolated=table[table[text("ties.col.degree")] == 0].iloc[:, :2],
        matrix=_matrix(ties, unit, text),
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


def _links(ties: pd.DataFrame, members: gpd.GeoDataFrame, text: Text) -> pd.DataFrame:
    name = members.set_index("member_id")["name"]
    return pd.DataFrame(
        {
            text("ties.link.from"): ties["source"].map(name),
            text("ties.link.to"): ties["target"].map(name),
            text("ties.link.kind"): [text(f"tie.{k}") for k in ties["kind"]],
        }
    )


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
        said = text("ties.tip", kind=text(f"tie.{kind}"), source=name[source], target=name[target])
        groups.setdefault((kind, *start, *end), []).append(said)
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


def _members(members: gpd.GeoDataFrame, measures: TieMeasures, text: Text) -> pd.DataFrame:
    found = measures.members
    table = pd.DataFrame(
        {
            text("col.name"): members["name"].to_numpy(),
            text("col.place"): [
                place_label(t, p, text) for t, p in zip(members["teryt"], members["locality"], strict=True)
            ],
            text("ties.col.degree"): found["degree"].to_numpy(),
            text("ties.col.out"): found["out"].to_numpy(),
            text("ties.col.into"): found["into"].to_numpy(),
            text("ties.col.part"): found["component"].to_numpy() + 1,
        }
    )
    return table.sort_values(text("ties.col.degree"), ascending=False, kind="stable", ignore_index=True)


def _matrix(ties: pd.DataFrame, unit: pd.Series, text: Text) -> pd.DataFrame:
    matrix = tie_matrix(ties, unit)
    names = {code: unit_label(code, text) if code else text("ties.unknown") for code in matrix.index}
    named = matrix.rename(index=names, columns=names)
    named.insert(0, text("ties.from_to"), named.index)
    return named.reset_index(drop=True)
