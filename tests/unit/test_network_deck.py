"""The deck of a network says what its view says, cuts nothing off and claims nothing that is not known."""

import io
from dataclasses import replace

import pandas as pd
import pytest
from pptx import Presentation
from pptx.util import Inches, Pt

from geo.__main__ import main
from geo.export.slide_fit import MAX_TABLE_ROWS
from geo.model.compare import CompareQuery
from geo.model.picture import PAGES, Format, PictureQuery
from geo.render.text import Text, unbroken
from geo.services import library, network_deck
from geo.services.library import SessionList
from geo.services.network import network_view
from geo.services.subjects import subjects_of_all
from support.hostile import HOSTILE
from support.lists import made
from support.slides import words

PL, EN = Text("pl"), Text("en")
NETWORK = "regionalne-klastry-seniora"
# What the smallest table of the other decks is written in.
LEAST = Pt(8)


def opened(content):
    return list(Presentation(io.BytesIO(content)).slides)


def rows(slide):
    frames = [s for s in slide.shapes if s.has_table]
    return [[c.text for c in row.cells] for row in frames[0].table.rows] if frames else []


def sizes(slide):
    cells = [c for s in slide.shapes if s.has_table for row in s.table.rows for c in row.cells]
    return {run.font.size for c in cells for p in c.text_frame.paragraphs for run in p.runs}


@pytest.fixture(scope="module")
def every():
    query = CompareQuery(",".join(subjects_of_all()))
    return network_view(query, PL), opened(network_deck.network_deck(query, PictureQuery(title="Narada"), PL))


def test_slides_stand_in_their_order(every):
    _, slides = every
    assert [s.shapes.title.text for s in slides] == [
        "Narada",
        "Sieć klastrów",
        unbroken("Województwa bez żadnego z wybranych klastrów"),
        unbroken("Województwa z klastrem: kto jest na miejscu"),
        unbroken("Województwa z klastrem: zasięg"),
        unbroken("Klastry: kto w nich jest"),
        unbroken("Klastry: do kogo sięgają"),
        unbroken("Zasięg przez granicę: kandydaci do współpracy"),
        unbroken("Do kogo na pewno nikt nie sięga"),
        unbroken("Organizacje potencjalne daleko od klastrów"),
    ]
    assert sum(s.shape_type == 13 for s in slides[1].shapes) == 1


def test_voivodeships_without_a_cluster_and_with_one_are_all(every):
    view, slides = every
    table = view["voivodeships"].frame
    without, beside, reach = ([r[0] for r in rows(s)[1:]] for s in slides[2:5])
    assert without == list(table["voivodeship"][table["clusters"] == ""])
    assert beside == reach == list(table["voivodeship"][table["clusters"] != ""])
    assert len(without) == len(beside) == 8


def test_no_row_and_no_cell_is_left_out(every):
    view, slides = every
    table = view["strength"]
    for slide, chosen in ((slides[5], network_deck.JOINED), (slides[6], network_deck.REACHED)):
        shown = table.only(*chosen).shown(PL)
        told = rows(slide)
        assert told[0] == [unbroken(h) for h in shown.columns]
        assert len(told) == len(shown) + 1 == 12
    assert [r[0] for r in rows(slides[5])[1:]] == [unbroken(n) for n in table["cluster"]]
    assert rows(slides[6])[5][3:6] == ["–", "–", PL.number(table["people"][4])], "nobody lists its members"
    assert len(rows(slides[7])) == len(view["crossing"]) + 1 == 3
    notes = slides[0].notes_slide.notes_text_frame.text
    assert all(f"{what}: {words}" in notes for what, words in view.picture.tables.credits)


def test_tables_are_short_and_large_enough(every):
    for slide in every[1]:
        assert len(rows(slide)) <= MAX_TABLE_ROWS + 1
        assert all(size >= LEAST for size in sizes(slide))
        assert "dalszych wierszy" not in " ".join(words(slide))


def test_people_of_the_country_are_counted_once(every):
    view, slides = every
    table = view["voivodeships"].frame
    covered, unknown = (int(table[k].sum()) for k in ("covered", "unknown"))
    assert covered + unknown == table["people"].sum(), "with a cluster that may be anywhere nobody is surely out"
    assert PL.percent(covered, covered + unknown) in words(slides[1])
    assert unbroken(
        "Mieszkańcy kraju w zasięgu któregokolwiek z wybranych klastrów, każdego na jego własną odległość. "
        f"Na pewno w zasięgu: {PL.number(covered)} ({PL.percent(covered, covered + unknown)}). "
        f"Na pewno poza zasięgiem: nikt. Nie wiadomo: {PL.number(unknown)}."
    ) in words(slides[1])
    assert not rows(slides[8])
    assert "O żadnym województwie nie wiadomo na pewno" in words(slides[8])[1].replace("\xa0", " ")


def test_whom_nobody_reaches_stands_with_most_people_first_on_any_page_beside_any_name():
    cluster, members = made(6, cluster_id="wrogi")
    members = members.assign(name=HOSTILE, status="member")
    library.use_shipped((SessionList(replace(cluster, name=HOSTILE, territory=("1212",)), members),))
    query, page = CompareQuery(f"{NETWORK},wrogi"), PAGES[Format.A4_TALL]
    look = PictureQuery(Format.A4_TALL, title=HOSTILE[:60])
    slides = opened(network_deck.network_deck(query, look, EN))
    for slide in slides:
        assert all(s.left + s.width <= Inches(page.width_in) + 10 for s in slide.shapes)
        assert all(s.top + s.height <= Inches(page.height_in) + 10 for s in slide.shapes)
    (joined,) = [s for s in slides if s.shapes.title.text == "Clusters: who is in them"]
    assert [r[1] for r in rows(joined)[1:]] == ["8", "–", "1", "2", "–", "–", "6"]
    table = network_view(query, EN)["voivodeships"].frame
    far = table[table["residual"].fillna(0) > 0].sort_values("residual", ascending=False)
    (slide,) = [s for s in slides if s.shapes.title.text == "Whom surely nobody reaches"]
    told = rows(slide)[1:]
    assert [r[0] for r in told] == list(far["voivodeship"])
    assert [r[1] for r in told] == [EN.number(n) for n in far["residual"]]
    assert not {"śląskie", "podkarpackie"} & {r[0] for r in told}, "nobody lists their members"


def test_a_long_table_is_parted_evenly_and_says_what_is_left_out():
    for length, lengths in ((12, [12]), (13, [7, 6]), (16, [8, 8]), (30, [10, 10, 10]), (40, [12, 12, 16])):
        shown = pd.DataFrame({"Nr": range(length)})
        parts = network_deck._parted(shown, "Tytuł", "", PL)
        assert [len(p.table) for p in parts] == lengths
        assert [v for p in parts for v in p.table["Nr"]] == list(range(length))


def test_the_shell_makes_it_of_several_clusters_and_refuses_what_it_does_not_know(tmp_path, capsys):
    out = tmp_path / "narada.pptx"
    line = ["deck", "--cluster", "kluczewski,skarzyski", "--out", str(out)]
    assert main([*line, "--radius-km", "20", "--need", "sector:ngo"]) == 1
    assert "--need" in capsys.readouterr().err
    assert not out.exists()
    assert main([*line, "--radius-km", "20"]) == 0
    slides = opened(out.read_bytes())
    (joined,) = [s for s in slides if s.shapes.title.text == unbroken("Klastry: kto w nich jest")]
    assert [r[0] for r in rows(joined)[1:]] == ["Kluczewski klaster", "Skarżyski klaster społeczny"]
    assert unbroken("cienki okrąg: zasięg 20 km od członka") in words(slides[1])
