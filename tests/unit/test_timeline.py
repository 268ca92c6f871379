"""Dates of joining and leaving are read as exactly as they came, and unknown ones stay unknown."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.timeline import Presence, first_day, growth, last_day, months, presence, read_date
from geo.model.ties import TimelineQuery
from geo.render.text import Text
from geo.services.timeline import months_of, timeline_view

PL = Text("pl")


@pytest.mark.parametrize(
    ("given_text", "iso"),
    [
        ("", ""),
        ("2016", "2016"),
        ("2016-12", "2016-12"),
        ("2016-12-08", "2016-12-08"),
        ("08.12.2016", "2016-12-08"),
        ("8.12.2016 r.", "2016-12-08"),
        ("12.2016", "2016-12"),
        ("2016/1/2", "2016-01-02"),
        ("2016-12-08 00:00:00", "2016-12-08"),
        ("31.02.2016", None),
        ("13.2016", None),
        ("wkrótce", None),
        ("0016", None),
        ("8.12.16", None),
    ],
)
def test_dates_are_read(given_text, iso):
    assert read_date(given_text) == iso


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)))
def test_a_date_survives_polish_and_iso_writing(day):
    assert read_date(f"{day.day}.{day.month}.{day.year}") == read_date(day.isoformat()) == day.isoformat()
    assert first_day(day.isoformat()) == last_day(day.isoformat()) == day
    assert first_day(day.isoformat()[:7]) <= day <= last_day(day.isoformat()[:7])
    assert first_day(str(day.year)) <= day <= last_day(str(day.year))


@given(st.dates(date(2000, 1, 1), date(2020, 1, 1)), st.integers(0, 2000), st.integers(-400, 2600))
def test_a_member_comes_once_and_goes_once(joined, stayed, after):
    left, when = joined + timedelta(stayed), joined + timedelta(after)
    state = presence(pd.Series([joined.isoformat()]), pd.Series([left.isoformat()]), when).iloc[0]
    expected = Presence.LATER if when < joined else Presence.LEFT if when >= left else Presence.PRESENT
    assert state == expected


def test_what_is_not_known_to_the_day_is_unknown_until_it_is_over():
    joined = pd.Series(["2016", "2016", "2016", "", ""])
    left = pd.Series(["", "", "", "", "2018"])
    days = [date(2015, 12, 31), date(2016, 6, 1), date(2016, 12, 31), date(2017, 1, 1), date(2019, 1, 1)]
    states = [presence(joined, left, day).iloc[n] for n, day in enumerate(days)]
    assert states == ["later", "unknown", "present", "unknown", "left"]


def test_growth_by_year():
    joined = pd.Series(["2014-03", "2014", "2016-01-01", "", ""])
    left = pd.Series(["2016", "", "", "2015", ""])
    table = growth(joined, left, until=2017)
    assert table.index.tolist() == [2014, 2015, 2016, 2017]
    assert table["joined"].tolist() == [2, 0, 1, 0]
    assert table["left"].tolist() == [0, 1, 1, 0]
    assert table["net"].tolist() == [2, -1, 0, 0]
    # The one who left in 2015 was never counted in.
    assert table["members"].tolist() == [2, 2, 2, 2]
    assert growth(pd.Series(["", ""]), pd.Series(["", ""])).empty


def test_months_run_through_years():
    assert months(date(2015, 11, 3), date(2016, 2, 1)) == ("2015-11", "2015-12", "2016-01", "2016-02")


def test_a_shipped_cluster_before_and_after_it_was_founded():
    assert months_of("senior-dolnoslaski")[0] == "2016-12"
    both = "senior-dolnoslaski,senior-lodzki"
    before = timeline_view(TimelineQuery(both, "2017-01"), PL)
    after = timeline_view(TimelineQuery(both, "2017-03"), PL)
    assert before.shown("states")["Członkowie"].tolist() == [8, 0, 1, 0]
    assert after.shown("states")["Członkowie"].tolist() == [9, 0, 0, 0]
    assert before.shown("years").set_index("Rok").loc["2016", "Przystąpili"] == 8
    assert len(before.payload["members"]) == 3


def test_members_of_unknown_date_are_always_seen():
    view = timeline_view(TimelineQuery("kluczewski"), PL)
    assert not len(view["years"])
    assert view.shown("states")["Członkowie"].tolist() == [0, 7, 0, 0]
    assert {m["sk"] for m in view.payload["members"]} == {"undated"}
    assert "data nieznana" in view.payload["members"][0]["st"]
    assert months_of("kluczewski") == ()


def test_a_gmina_where_somebody_may_be_is_not_without_members():
    view = timeline_view(TimelineQuery("senior-dolnoslaski"), PL)
    assert {r.key: r.units for r in view.legend}["0"].startswith("0 "), "five are known to the voivodeship only"
