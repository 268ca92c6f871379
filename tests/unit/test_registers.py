"""A register of potential members is added once and proposes whom to invite to every cluster."""

import json

import pytest
import shapely

from geo.__main__ import main
from geo.errors import OfficialFileError
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.io.official.registers import all_registers, remove_register
from geo.model.units import Level
from geo.render.text import Text
from geo.services.invitation import invitation
from geo.services.invitation_letter import letter_docx
from geo.services.library import resolve
from geo.services.official import potential
from geo.services.official.potential import add_register, registered, registered_near, registers_table

PL = Text("pl")
HEAD = "Nazwa;Forma;KRS;Województwo;Powiat;Gmina;Miejscowość"
ROWS = (
    "Fundacja Pomocna Dłoń;fundacja;0000111111;małopolskie;olkuski;Wolbrom;Wolbrom",
    "Stowarzyszenie Aktywni;stowarzyszenie;0000222222;małopolskie;olkuski;Trzyciąż;Trzyciąż",
    "Fundacja Daleka;fundacja;0000333333;pomorskie;pucki;Puck;Puck",
    "Jan Kowalski;;;małopolskie;olkuski;Olkusz;Olkusz",
    "Fundacja Bez Miejsca;fundacja;0000444444;;;;",
    "Stowarzyszenie „Ziemia Kluczewska”;stowarzyszenie;;małopolskie;olkuski;Klucze;Klucze",
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path / "var"))
    return tmp_path


def register(folder, rows=ROWS, **said):
    path = folder / "opp.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return add_register(path, "Organizacje pożytku publicznego", "2026-11-01", source="niw.gov.pl", **said)


def test_rows_of_a_sure_place_are_taken_and_others_are_counted(folder):
    made = register(folder)
    assert made.rows + made.asked + made.rejected + made.persons == len(ROWS)
    frame = made.frame()
    assert "Jan Kowalski" not in frame["name"].tolist()
    assert "Fundacja Bez Miejsca" not in frame["name"].tolist()
    assert set(frame["name"]) == {ROWS[i].split(";")[0] for i in (0, 1, 2, 5)}
    wolbrom = frame.set_index("name").loc["Fundacja Pomocna Dłoń"]
    assert (wolbrom["teryt"], wolbrom["sector"], wolbrom["status"]) == ("121207", "ngo", "potential")
    assert wolbrom["source"] == "Organizacje pożytku publicznego, 2026-11-01 (niw.gov.pl)"
    localities = load_localities()
    point = localities[(localities["teryt"] == "121207") & (localities["name"] == "Wolbrom")].geometry.iloc[0]
    assert shapely.distance(wolbrom["geometry"], point) < 0.1
    shown = registers_table().shown(PL)
    assert shown.iloc[0, 0] == "Organizacje pożytku publicznego"
    assert all_registers() == (made,)
    remove_register(made.register_id)
    assert registered() is None


def test_pieces_are_the_same_as_the_whole(folder, monkeypatch):
    whole = register(folder)
    frame = whole.frame().sort_values("member_id", ignore_index=True)
    monkeypatch.setattr(potential, "PIECE_ROWS", 2)
    told = []
    parts = register(folder, progress=told.append)
    assert (parts.rows, parts.asked, parts.rejected, parts.persons) == (
        whole.rows,
        whole.asked,
        whole.rejected,
        whole.persons,
    )
    again = parts.frame().sort_values("member_id", ignore_index=True)
    assert again[["name", "teryt", "locality"]].equals(frame[["name", "teryt", "locality"]])
    assert again["member_id"].is_unique
    assert told[-1] == 1.0


def test_whom_to_invite_draws_on_the_register_for_every_cluster(folder):
    before = {c: invitation("1212", c, PL) for c in ("kluczewski", "senior-malopolski")}
    register(folder)
    for cluster, old in before.items():
        found = invitation("1212", cluster, PL)
        names = {c.name for c in found.candidates}
        assert "Fundacja Pomocna Dłoń" in names
        assert "Fundacja Daleka" not in names
        assert {c.name for c in old.candidates} <= names
        one = next(c for c in found.candidates if c.name == "Fundacja Pomocna Dłoń")
        assert one.cluster.cluster_id == cluster
        assert "2026-11-01" in one.source
        assert letter_docx(one, found, PL, "Starostwo").startswith(b"PK")
    own = invitation("1212", "kluczewski", PL)
    # Whoever is a member already is not proposed.
    members = set(resolve("kluczewski").members["name"])
    assert "Stowarzyszenie „Ziemia Kluczewska”" in members
    assert "Stowarzyszenie „Ziemia Kluczewska”" not in {c.name for c in own.candidates}
    gained = next(c.gained for c in own.candidates if c.name == "Fundacja Pomocna Dłoń")
    wolbrom = [c for c in own.candidates if c.place.startswith("Wolbrom") and c.gained is not None]
    assert gained
    assert {c.gained for c in wolbrom} == {gained}


def test_near_is_in_the_powiat_or_within_reach_of_it(folder):
    places = (("olkuski", "Klucze"), ("chrzanowski", "Trzebinia"), ("tatrzański", "Zakopane"))
    rows = [f"Fundacja {n};fundacja;;małopolskie;{p};{g};{g}" for n, (p, g) in enumerate(places)]
    register(folder, rows)
    members = resolve("kluczewski").members
    outline = load_units(Level.POWIAT).geometry["1212"]
    frame = registered()
    for km in (0.1, 10, 110):
        near = registered_near("kluczewski", members, "1212", 1000 * km)
        wanted = {
            n
            for n, t, g in zip(frame["name"], frame["teryt"], frame.geometry, strict=True)
            if t.startswith("1212") or shapely.distance(outline, g) <= 1000 * km
        }
        assert set(near["name"]) == wanted
        assert set(near["cluster_id"]) == {"kluczewski"}
    assert len(wanted) == 3


@pytest.mark.parametrize(
    ("said", "key"),
    [({"state": "2026"}, "state"), ({"sector": "nic", "state": "2026-11-01"}, "kind")],
)
def test_what_is_said_of_it_is_checked(folder, said, key):
    path = folder / "a.csv"
    path.write_text("\n".join([HEAD, *ROWS]), encoding="utf-8")
    state = said.pop("state")
    with pytest.raises(OfficialFileError, match=key):
        add_register(path, "x", state, **said)
    assert all_registers() == ()


def test_the_shell_adds_names_and_removes_a_register(folder, capsys):
    path = folder / "opp.csv"
    path.write_bytes("\n".join([HEAD, *ROWS]).encode("cp1250"))
    asked = ["official", "register", str(path), "--title", "OPP", "--state", "2026-11-01", "--sector", "ngo"]
    assert main([*asked, "--format", "json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["registers"]
    assert one["rows"] == 4
    assert main(["official", "registers"]) == 0
    assert "OPP\t2026-11-01\t4" in capsys.readouterr().out
    assert main(["official", "remove", one["register_id"]]) == 0
    assert all_registers() == ()
    assert main(["official", "remove", one["register_id"]]) == 1
