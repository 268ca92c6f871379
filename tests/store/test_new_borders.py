"""Kept members and territories follow the borders of today; where the source disagrees the editor is asked."""

import pytest
import shapely

from geo.errors import NotAllowedError
from geo.io.boundaries import load_units, units_key
from geo.io.gazetteer import load_localities
from geo.model.units import Level
from geo.render.text import Text
from geo.services import library, new_borders
from geo.services.access import Access
from geo.services.editing import definition_in, open_kept
from geo.services.versions import compare_versions
from support.borders import KLUCZE, OLKUSZ, near_border, put
from support.lists import made

EDITOR = Access(may_write=True, author="jan@urzad.example", reason="editor")
PL = Text("pl")
LUBLIN = "066301"


@pytest.fixture
def kept(url, monkeypatch):
    monkeypatch.setenv("KLASTRY_DATABASE_URL", url)
    yield library.store_for_writing()
    library.close_stores()


def test_a_member_across_the_new_border_moves_as_a_version_of_its_own(kept):
    spot = near_border(KLUCZE, OLKUSZ)
    own = put(kept, [(OLKUSZ, "", "point", spot), (KLUCZE, "", "point", spot), (OLKUSZ, "", "gmina", None)])
    assert new_borders.keep_up() == (own,)
    held = open_kept(own)
    assert held.stored.version == 2
    assert list(held.members["teryt"]) == [KLUCZE, KLUCZE, OLKUSZ]
    newest = kept.versions(own)[0]
    assert (newest["author"], newest["action"]) == ("program", "borders")
    listed = compare_versions(own, 1, 2, PL)
    assert len(listed) == 1
    assert f"Klucze (gmina wiejska) ({KLUCZE})" in listed.iloc[0, 3]
    assert new_borders.brought_up() == (own,)
    # Once only.
    assert new_borders.keep_up() == ()
    assert open_kept(own).stored.version == 2


def test_a_list_that_stands_right_is_only_marked(kept):
    own = put(kept, [(KLUCZE, "", "point", near_border(KLUCZE, OLKUSZ))])
    assert kept.placed_elsewhere(units_key()) == {own}
    assert new_borders.keep_up() == ()
    assert kept.placed_elsewhere(units_key()) == frozenset()
    assert open_kept(own).stored.version == 1


def test_a_code_of_the_source_stays_and_the_editor_is_asked(kept):
    spot, centre = near_border(KLUCZE, OLKUSZ), load_units(Level.GMINA).geometry[KLUCZE].representative_point()
    # The source said so; nobody said so but the point is far from there; nobody said so and it is near.
    own = put(kept, [(OLKUSZ, OLKUSZ, "point", spot), (LUBLIN, "", "point", centre), (OLKUSZ, "", "point", spot)])
    assert new_borders.keep_up() == (own,)
    held = open_kept(own)
    assert list(held.members["teryt"]) == [OLKUSZ, LUBLIN, KLUCZE]
    assert list(held.members["doubt"]) == [KLUCZE, KLUCZE, ""]
    asked = new_borders.doubts(held, PL).shown(PL)
    assert len(asked) == 2
    assert asked[PL("borders.col.map")].str.contains("Klucze").all()
    with pytest.raises(NotAllowedError):
        new_borders.decide_doubts(Access(may_write=False, author="", reason="no_key"), held, follow_map=True)


@pytest.mark.parametrize("follow", [True, False])
def test_an_answer_settles_it_for_good(kept, follow):
    own = put(kept, [(OLKUSZ, OLKUSZ, "point", near_border(KLUCZE, OLKUSZ))])
    new_borders.keep_up()
    new_borders.decide_doubts(EDITOR, open_kept(own), follow_map=follow)
    held = open_kept(own)
    assert held.stored.version == 3
    assert list(held.members["teryt"]) == [KLUCZE if follow else OLKUSZ]
    assert not len(new_borders.doubts(held, PL))
    assert new_borders.keep_up() == ()


def test_a_member_at_a_locality_is_in_the_gmina_of_the_register():
    localities, gminy = load_localities(), load_units(Level.GMINA).geometry
    outside = ~shapely.intersects(gminy[localities["teryt"]].to_numpy(), localities.geometry.to_numpy())
    across = localities[outside]
    assert len(across)
    _, members = made(len(across))
    members = members.assign(
        teryt=across["teryt"].to_numpy(), locality=across["name"].to_numpy(), given="", doubt="",
        geometry=across.geometry.to_numpy(),
    )  # fmt: skip
    # The register knows better than the outline, but only of the place itself.
    at_place = new_borders.placed_today(members.assign(precision="locality"))
    assert list(at_place["teryt"]) == list(across["teryt"])
    assert set(at_place["doubt"]) == {""}
    at_point = new_borders.placed_today(members.assign(precision="point"))
    assert (at_point["teryt"] != across["teryt"].to_numpy()).all()


def test_units_that_are_gone_are_mapped_or_named(kept):
    own = put(
        kept, [("320304", "", "gmina", None), ("999999", "", "gmina", None)], territory=("320304", "9999", "1212")
    )
    # Before anything is written the map can be drawn.
    library.use(())
    shown = next(c for c in library.library().clusters if c.cluster_id == own)
    assert shown.territory == ("1212", "320302", "320306")
    assert new_borders.unknown_units(open_kept(own).cluster) == ("9999",)
    assert new_borders.keep_up() == (own,)
    held = open_kept(own)
    assert held.cluster.territory == ("1212", "320302", "320306")
    # Of two successors neither can be said, so the powiat of both; of an unknown code nothing.
    assert list(held.members["teryt"]) == ["3203", ""]
    assert list(held.members["precision"]) == ["powiat", "unknown"]
    assert "9999" in compare_versions(own, 1, 2, PL).iloc[:, 2].str.cat(sep=" ")


def test_a_definition_that_comes_with_a_list_is_mapped_too():
    rows = (("Nazwa klastra", "Próba"), ("Terytorium (TERYT)", "320304, 888888"))
    assert definition_in(rows).territory == ("320302", "320306", "888888")


def test_going_back_to_a_version_of_before_is_brought_up_again(kept):
    own = put(kept, [(OLKUSZ, "", "point", near_border(KLUCZE, OLKUSZ))])
    new_borders.keep_up()
    kept.restore_version(own, 1, 2, "jan@urzad.example")
    assert list(open_kept(own).members["teryt"]) == [OLKUSZ]
    assert new_borders.keep_up() == (own,)
    assert list(open_kept(own).members["teryt"]) == [KLUCZE]
