"""Every map says the names of its units: none over another or over a mark, those around it in grey."""

import pytest

NAMES = """[...document.querySelectorAll(".klastry-name")].map((node) => {
  const box = node.getBoundingClientRect();
  return [node.textContent, node.className, box.left, box.top, box.right, box.bottom];
})"""
MARKS = """[...document.querySelectorAll(".klastry-member")].map((node) => {
  const box = node.getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom];
})"""

BUTTONS = MARKS.replace(".klastry-member", ".leaflet-control-container .leaflet-control")


def names(visit):
    """Return what stands on the map: text, classes and box."""
    visit.map.locator("body[data-names]").wait_for(state="attached")
    return visit.script(NAMES)


def apart(a, b):
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_the_gminy_of_a_powiat_are_named_and_nothing_is_covered(visit):
    visit.open("cluster?klaster=kluczewski").painted()
    found = names(visit)
    own = {text for text, kind, *_ in found if "outside" not in kind and "territory" not in kind}
    assert own == {"Klucze", "Olkusz", "Wolbrom", "Bolesław", "Bukowno", "Trzyciąż"}
    assert [text for text, kind, *_ in found if "territory" in kind] == ["Kluczewski klaster"]
    assert {"Sławków", "Gołcza"} <= {text for text, kind, *_ in found if "outside" in kind}
    boxes = [box for _, _, *box in found]
    for i, box in enumerate(boxes):
        assert all(apart(box, other) for other in boxes[i + 1 :])
        assert all(apart(box, mark) for mark in visit.script(MARKS) + visit.script(BUTTONS))
    visit.clean()


def test_farther_out_coarser_names_stand_and_closer_in_finer_ones(visit):
    visit.open("cluster?klaster=kluczewski").painted()
    names(visit)
    visit.script("klastry.state.map.setZoom(7, { animate: false })")
    visit.map.locator(".klastry-name.powiat, .klastry-name.voivodeship").first.wait_for(state="attached")
    assert all("gmina" not in kind for _, kind, *_ in names(visit))
    visit.script("klastry.state.map.setView([50.33, 19.55], 11, { animate: false })")
    visit.map.locator(".klastry-name.gmina").first.wait_for(state="attached")
    assert "Klucze" in {text for text, *_ in names(visit)}


@pytest.mark.parametrize(("powiat", "twins"), [("0602", {"Biłgoraj (m.)", "Biłgoraj (w.)"})])
def test_a_town_and_a_gmina_of_one_name_are_told_apart(visit, powiat, twins):
    visit.open(f"powiat?powiat={powiat}&klaster=lubelska-medycyna").painted()
    assert twins <= {text for text, *_ in names(visit)}
    visit.clean()
