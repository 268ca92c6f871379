"""Make a deck of clusters as a network, for a meeting of those who coordinate them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geo.export.slide_fit import MAX_TABLE_ROWS
from geo.export.slides import MapSlide, TextSlide, TitleSlide, deck
from geo.model.compare import CompareQuery
from geo.model.picture import PictureQuery
from geo.render.table import Table, worded
from geo.render.text import Text
from geo.services.ground import manifest
from geo.services.library import today
from geo.services.network import NONE, NetworkView, network_view
from geo.services.pictures import map_slide
from geo.services.reaching import reach_in_words

# Longer tables end on their last slide with the number of rows that are left out.
MAX_SLIDES = 3
WITHOUT = ("voivodeship", "covered", "residual", "unknown", "people")
WITH = ("voivodeship", "clusters", "state", "members", "missing_sectors", "unknown_sectors", "member_percent")
WITHIN = ("voivodeship", "share_percent", "covered", "residual", "unknown", "people")
SECTORS = ("sector.public", "sector.business", "sector.ngo", "sector.science")
JOINED = ("cluster", "members", *SECTORS, "missing_sectors", "unknown_sectors")
SHARES = ("member_percent", "powiaty_unknown", "powiaty")
REACHED = ("cluster", "radius_km", "share_percent", "covered", "residual", "unknown", *SHARES)
ALONE = ("name", "sector", "place", "nearest_km", "reach")


def network_deck(query: CompareQuery, look: PictureQuery, text: Text) -> bytes:
    """
    Return a deck of clusters as a network, PPTX.

    Its slides: title, map, voivodeships without and with a cluster, strength of clusters, pairs that meet at a border,
    whom no cluster reaches; sources are in the notes of the first.

    Parameters
    ----------
    query
        The clusters, with the reach at which borders are crossed.
    look
        Format, colours and logo; its title stands on the first slide.
    text
        Language.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    """
    view = network_view(query, text)
    picture, people, share = view.picture, *_people(view, text)
    title = look.title or picture.title
    plain = replace(look, title=None, subtitle=None, extent=None)
    # Sources are in the notes, and small on every map.
    told = (view.headline, people, *view.notes, "", *(f"{what}: {words}" for what, words in picture.tables.credits))
    lines = (text.day(today()), text("deck.data", state=text.when(manifest()["state_date"])))
    shown = replace(map_slide(picture, plain), number=share, caption=people, spoken="\n".join(view.notes))
    crossing = text("network.deck.crossing", reach=reach_in_words(query.reach, text))
    slides: list[TitleSlide | MapSlide | TextSlide] = [
        TitleSlide(title, view.headline, lines, look.logo, "\n".join(told), text.language),
        shown,
        *_voivodeships(view, text),
        *_strength(view, text),
        *_of_table(view["crossing"], text("network.crossing"), crossing, text),
        *_unreached(view, people, text),
    ]
    return deck(slides, look.sheet, title=title)


def _people(view: NetworkView, text: Text) -> tuple[str, str]:
    """Say how many people of the country are within reach of any of the clusters, and which share that is."""
    table = view["voivodeships"].frame
    everyone = int(table["people"].sum())
    sums = {key: int(table[key].sum()) for key in ("covered", "residual", "unknown")}
    nobody = text("network.deck.nobody")
    words = {key: text.number(n) if n else nobody for key, n in sums.items()}
    share = text.percent(sums["covered"], everyone)
    return text("network.deck.people", share=share, **words), share


def _voivodeships(view: NetworkView, text: Text) -> list[TextSlide]:
    """Return slides of the voivodeships that no cluster declares, and of the others."""
    table, own = view["voivodeships"], text("network.deck.own")
    none = (table["state"] == NONE).to_numpy()
    without, others, empty = table.rows(none), table.rows(~none), text("network.deck.without.none")
    return [
        *_of_table(without.only(*WITHOUT), text("network.deck.without"), own, text, empty),
        *_of_table(others.only(*WITH), text("network.deck.with"), text("network.deck.seats"), text, view.headline),
        *_of_table(others.only(*WITHIN), text("network.deck.with.reach"), own, text, view.headline),
    ]


def _strength(view: NetworkView, text: Text) -> list[TextSlide]:
    """Return slides of who is in each cluster, and of whom it reaches."""
    table = view["strength"]
    return [
        *_of_table(table.only(*JOINED), text("network.deck.joined"), text("network.deck.sectors"), text),
        *_of_table(table.only(*REACHED), text("network.deck.reached"), text("network.deck.territory"), text),
    ]


def _unreached(view: NetworkView, people: str, text: Text) -> list[TextSlide]:
    """Return slides of the people and of the organisations that no cluster reaches."""
    table = view["voivodeships"].only("voivodeship", "residual", "unknown", "people")
    far = table["residual"][table["residual"].fillna(0) > 0].sort_values(ascending=False, kind="stable")
    nobody = f"{people} {text('network.deck.unreached.none')}"
    alone = text("network.deck.alone.why", reach=reach_in_words(view.query.reach, text))
    return [
        *_of_table(table.rows(far.index), text("network.deck.unreached"), people, text, nobody),
        *_of_table(view["alone"].only(*ALONE), text("network.deck.alone"), alone, text),
    ]


def _of_table(table: Table, title: str, words: str, text: Text, none: str = "") -> list[TextSlide]:
    """Return slides of a table under a title and a sentence; without rows `none`, else what the table says of that."""
    if len(table):
        return _parted(table.shown(text), title, words, text)
    said = none or worded(table.none, text)
    return [TextSlide(title, (said,), None, said, text.language)]


def _parted(shown: pd.DataFrame, title: str, words: str, text: Text) -> list[TextSlide]:
    """Return slides of a table in words, of about as many rows each."""
    count = min(MAX_SLIDES, -(-len(shown) // MAX_TABLE_ROWS))
    rows = min(MAX_TABLE_ROWS, -(-len(shown) // max(1, count)))
    slides = []
    for n in range(1, count + 1):
        part = shown.iloc[(n - 1) * rows : n * rows if n < count else None]
        called = title if count == 1 else text("network.deck.part", title=title, n=n, of=count)
        slides.append(TextSlide(called, (words,), part, words, text.language))
    return slides
