"""Whatever table of numbers, of links or of dates comes, it is refused by name or read as the contract says."""

import contextlib
import csv
import io
import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.analysis.timeline import Presence, first_day, growth, last_day, presence, read_date
from geo.errors import MemberTableError, UploadError
from geo.io.background import read_background, spelled_background
from geo.io.boundaries import load_units
from geo.io.ties import read_ties
from geo.model.ties import TieKind
from geo.model.units import Level
from support.hostile import HOSTILE

# pandas warns where a row has more cells than the headings; what that does has a test of its own below.
KNOWN = {code for level in Level for code in load_units(level).index}
MEMBERS = pd.DataFrame(
    {
        "member_id": ["a", "b", "c", "d", "E-5", "00006", "=7", "beta"],
        "name": ["Ósemka", "Beta", "Gmina", "GMINA", HOSTILE, "", "=cmd()", "Straße\n\tŁódź"],
    }
)
KINDS = ("dostawa", "Współpraca", "SKIEROWANIE", "konkurencja", "dostawca – odbiorca")
SEPARATORS = (";", ",", "\t")
ODD = st.text(st.sampled_from("ab1;,\t|\"\n\r '=\x0b\x0c\x85\u2028\x00\ufeffąś１-.%") | st.characters(), max_size=12)
NUMBERS = (
    "0", "1", "12,5", "1 234,5", "1\u00a0000", "1\u202f000", "-", "–", ".", "", "x", "#", "-1", "-0", "inf", "-inf",
    "nan", "NaN", "Infinity", "1e400", "1e308", "1e-400", "99999999999", "9" * 30, "9" * 400, "18446744073709551615",
    "-9223372036854775809", "0x10", "1_0", "１２", "٣", "1,2,3", "1.2.3", "True", "None", "=1+1", "1e", "½", "\ud800",
)  # fmt: skip
CODES = (
    "0000000", "1200000", "1212000", "1212043", "1212053", "1212054", "0201011", "201011", "12", "1212", "121204",
    "121204 ", " 1212043", "12 12043", "１２１２０４３", "9999999", "99999999999", "-1212043", "1212043.0", "",
    "\ud800", "'1212043", "=1212043", "0663011", "2", "02", "0", "9" * 300,
)  # fmt: skip
HEADINGS = (
    "Kod", "KOD", " kod ", "TERYT", "Nazwa", "Wartość", "wartosc", "Rok", "Sekcje", "podmioty", "podmioty", "", " ",
    "Unnamed: 2", "a;b", "a, b", "\n", "Atrybut", "attrID", "\ud800", "=cmd()", "Kod.1", "x" * 400, "１",
)  # fmt: skip


def written(rows, separator, newline="\n"):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=newline).writerows(rows)
    return out.getvalue()


@st.composite
def nearly(draw, headings, *pools):
    """Return the bytes of a table that is nearly right: headings first, then rows of cells of some pools."""
    heads = list(headings) if draw(st.booleans()) else draw(st.lists(st.sampled_from(headings) | ODD, max_size=6))
    row = st.tuples(
        *(st.sampled_from(pool) if draw(st.integers(0, 9)) else st.sampled_from(pool) | ODD for pool in pools)
    )
    rows = [list(r) for r in draw(st.lists(row, max_size=8))]
    for ragged in draw(st.lists(st.integers(0, 20), max_size=2)):
        if ragged < len(rows):
            rows[ragged] = rows[ragged][: ragged % 3] if ragged % 2 else [*rows[ragged], "1", "nadmiar"]
    separator, newline = draw(st.sampled_from((*SEPARATORS, "|"))), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    if draw(st.integers(0, 3)):
        text = written([heads, *rows], separator, newline)
    else:
        # Nothing is quoted, so that marks stay open and separators cut.
        text = newline.join(separator.join(r) for r in [heads, *rows])
    text = (
        draw(st.sampled_from(["", "", "", "\n", "\ufeff", '"']))
        + text
        + draw(st.sampled_from(["", "", '"', "\0", ";"]))
    )
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1250", "iso8859-2"]))
    errors = draw(st.sampled_from(["surrogatepass", "replace"])) if encoding.startswith("utf") else "replace"
    return text.encode(encoding, errors)


anything = (
    st.binary()
    | ODD.map(lambda t: t.encode("utf-8", "surrogatepass"))
    | st.text().map(lambda t: t.encode("utf-8", "surrogatepass"))
)


# Background --------------------------------------------------------------------------------------


def background(content):
    """Return the table, checked against its contract, or None if it is refused."""
    try:
        table = read_background(content)
    except (MemberTableError, UploadError):
        return None
    assert table.columns
    for name, values in table.columns.items():
        assert isinstance(name, str)
        assert values.dtype.kind in "iuf", name
        assert set(values.index) <= KNOWN
        assert values.index.is_unique
        numbers = values.to_numpy(dtype=float)
        assert (np.isnan(numbers) | (np.isfinite(numbers) & (numbers >= 0))).all()
        for level in Level:
            there = table.at(name, level)
            if there is None:
                assert not (values.index.str.len() >= level.digits).any()
                continue
            assert set(there.index) <= {code[: level.digits] for code in values.index}
            assert there.index.is_unique
            assert not (there < 0).any()
    assert not set(table.unknown) & KNOWN
    assert len(set(table.unknown)) == len(table.unknown)
    kept = read_background(spelled_background(table).encode())
    assert list(kept.columns) == [name for name, values in table.columns.items() if len(values)]
    for name, values in kept.columns.items():
        pd.testing.assert_series_equal(values, table.columns[name], check_dtype=False, check_names=False)
    return table


@settings(max_examples=150)
@given(anything)
def test_any_bytes_are_refused_or_are_numbers_by_unit(content):
    background(content)


@settings(max_examples=250)
@given(
    nearly(("Kod", "Nazwa", "podmioty", "Rok"), CODES, CODES + HEADINGS, NUMBERS, NUMBERS)
    | nearly(("Kod", "Nazwa", "Rok", "Wartość"), CODES, HEADINGS, HEADINGS, NUMBERS)
    | nearly(HEADINGS, CODES, NUMBERS, NUMBERS)
)
@example(b"Kod;Nazwa;n\n1212043;x;18446744073709551615\n1212053;x;-1\n")
@example(b"Kod;Rok;wartosc\n1212043\n1212053;2020;1\n")
@example("Kod;n\n1212043;１２\n1212053;1e400\n1212033;99999999999\n".encode("utf-16"))
@example(b"Kod;Nazwa;Rok;Warto\xc5\x9b\xc4\x87\n" + 8 * b"0000000;Kod;Kod;0\n" + b"1200000;Kod;\x08;0")
def test_a_nearly_right_table_is_refused_or_is_numbers_by_unit(content):
    background(content)


gminy = st.sampled_from(sorted(load_units(Level.GMINA).index))
amounts = st.integers(0, 10**11) | st.floats(0, 1e9).map(lambda v: round(v, 2))
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1250"])
newlines = st.sampled_from(["\n", "\r\n", "\r"])


def polish(value, space):
    return f"{value:,}".replace(",", space).replace(".", ",")


@settings(max_examples=60)
@given(
    st.dictionaries(gminy, st.tuples(amounts, amounts), min_size=1, max_size=30),
    encodings,
    newlines,
    st.sampled_from([";", "\t"]),
    st.sampled_from(["", " ", "\u00a0"]),
    st.sampled_from([str, int]),
)
def test_a_right_table_comes_out_exactly(numbers, encoding, newline, separator, space, kept):
    rows = [["Kod", "Nazwa", "źródeł razem", "w tym spółki"]]
    for code, pair in numbers.items():
        rows.append([str(kept(f"{code}2")), "Gęś", *(polish(v, space) for v in pair)])
    table = background(written(rows, separator, newline).encode(encoding))
    assert table is not None
    assert list(table.columns) == rows[0][2:]
    for n, values in enumerate(table.columns.values()):
        expected = {code: pair[n] for code, pair in sorted(numbers.items())}
        assert values.to_dict() == pytest.approx(expected)


@pytest.mark.parametrize("rows", ["1212043,x,1,5\n", "1212043,x,7\n1212053,y,1,5\n"])
def test_a_decimal_comma_that_splits_a_cell_never_changes_a_number(rows):
    # A comma between cells and within numbers: 1,5 must not be read as 1.
    with contextlib.suppress(MemberTableError):
        table = read_background(f"Kod,Nazwa,n\n{rows}".encode())
        assert table.columns["n"].iloc[-1] == pytest.approx(1.5)


def test_columns_whose_names_differ_in_spaces_only_do_not_replace_each_other():
    table = background(b"Kod;a b;a  b\n1212043;1;2\n")
    assert table is None or sorted(v.iloc[0] for v in table.columns.values()) == [1, 2]


def test_a_column_is_named_in_the_words_of_the_file():
    table = background(b"Kod;;n\n1212043;7;1\n")
    assert table is None or not any("Unnamed" in name for name in table.columns)


# Links -------------------------------------------------------------------------------------------


def links(content):
    """Return the links, checked against their contract, or None if they are refused."""
    try:
        ties = read_ties(content, MEMBERS)
    except (MemberTableError, UploadError):
        return None
    assert list(ties.columns) == ["source", "target", "kind"]
    ids = set(MEMBERS["member_id"])
    assert set(ties["source"]) | set(ties["target"]) <= ids
    assert (ties["source"] != ties["target"]).all()
    assert set(ties["kind"]) <= {str(k) for k in TieKind}
    assert not ties.duplicated().any()
    assert list(ties.index) == list(range(len(ties)))
    return ties


ENDS = (*MEMBERS["member_id"], *MEMBERS["name"], "osemka", " a ", "A", "zeta", "１", "\ud800", "9" * 400)
TIE_KINDS = (*KINDS, "", "przyjaźń", "supply", "-", "dostawa\n", "\ud800", "１", "nan")
TIE_HEADINGS = ("od", "do", "rodzaj", "Od ", "DO", "typ", "z", "", "od", "Unnamed: 1", "ödo", "\ud800")


@settings(max_examples=150)
@given(anything)
def test_any_bytes_are_refused_or_are_links(content):
    links(content)


@settings(max_examples=250)
@given(
    nearly(("od", "do", "rodzaj"), ENDS, ENDS, TIE_KINDS)
    | nearly(("od", "do", "rodzaj"), ("a", "Ósemka", "=cmd()"), ("b", "E-5", "Straße Łódź"), KINDS)
    | nearly(TIE_HEADINGS, ENDS, ENDS, TIE_KINDS, NUMBERS)
)
@example(b"od;do;rodzaj\na\n")
@example(b"od;do;rodzaj\na;b;dostawa\n" * 2)
@example(b"od;do;rodzaj\n")
def test_a_nearly_right_table_is_refused_or_is_links(content):
    links(content)


words_of = st.sampled_from(
    [(KINDS[0], "supply"), (KINDS[1], "cooperation"), (KINDS[2], "referral"), (KINDS[4], "supply")]
)
# What stands in the file, and whom it means.
ends = st.sampled_from(
    [("a", "a"), ("ÓSEMKA", "a"), ("osemka", "a"), ("b", "b"), ("c", "c"), ("d", "d"), ("E-5", "E-5"), (HOSTILE, "E-5"),
     ("00006", "00006"), ("=7", "=7"), ("=CMD()", "=7"), ("strasse  lodz", "beta"), ("beta", "beta")]
)  # fmt: skip


@settings(max_examples=60)
@given(
    st.lists(st.tuples(ends, ends, words_of).filter(lambda r: r[0][1] != r[1][1]), max_size=12),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    newlines,
    st.sampled_from(SEPARATORS),
)
def test_right_links_come_out_exactly(rows, encoding, newline, separator):
    given_rows = [[source, target, kind] for (source, _), (target, _), (kind, _) in rows]
    ties = links(written([["od", "do", "rodzaj"], *given_rows], separator, newline).encode(encoding))
    assert ties is not None
    expected = dict.fromkeys(
        (*((source, target) if TieKind(kind).directed else sorted((source, target))), str(kind))
        for (_, source), (_, target), (_, kind) in rows
    )
    assert [tuple(r) for r in ties.itertuples(index=False)] == list(expected)


@pytest.mark.parametrize("blank", ["\n", "\n\n\n"])
def test_a_row_after_empty_lines_is_named_by_its_place_in_the_file(blank):
    content = f"od;do;rodzaj\na;b;dostawa\n{blank}a;nikt;dostawa\n"
    number = content[: content.index("nikt")].count("\n") + 1
    with pytest.raises(MemberTableError) as caught:
        read_ties(content.encode(), MEMBERS)
    assert caught.value.problems[0][1]["row"] == number


@pytest.mark.parametrize("row", ["a;b;dostawa;", "a;b;dostawa;;", "a;b;dostawa;uwaga"])
def test_a_row_with_a_cell_too_many_is_refused_by_row_or_read(row):
    try:
        ties = read_ties(f"od;do;rodzaj\n{row}\n".encode(), MEMBERS)
    except MemberTableError as error:
        assert all(values["row"] == 2 for _, values in error.problems)  # noqa: PT017 - it may be refused or not
    else:
        assert ties.to_numpy().tolist() == [["a", "b", "supply"]]


# Dates -------------------------------------------------------------------------------------------


ISO = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
digits = st.integers(0, 2200).map(str) | st.sampled_from(
    ["02", "2016", "２０１６", "٢٠١٦", "²", "1", "31", "29", "12", "2100"]
)
dates_like = st.lists(digits | st.sampled_from(["-", ".", "/", " ", "r.", "T00:00", "\n", "–", "\u00a0"]), max_size=7)
dates_of = st.tuples(
    digits, digits, digits, st.sampled_from("-./"), st.sampled_from(["", " r.", " 00:00:00", "T00:00"])
)


@settings(max_examples=400)
@given(
    st.text(max_size=12)
    | st.text("0123456789-./ rT:２٢", max_size=12)
    | dates_like.map("".join)
    | dates_of.map(lambda d: d[3].join(d[:3]) + d[4])
)
@example("２０１６")
@example("12.２０１６")
@example("29.02.2015")
@example("2016-1-1T00:00")
def test_any_text_is_no_date_or_a_true_one(text):
    iso = read_date(text)
    if not iso:
        assert iso in (None, "")
        return
    assert ISO.fullmatch(iso), iso
    assert date(1900, 1, 1) <= first_day(iso) <= last_day(iso) <= date(2100, 12, 31)
    assert first_day(iso).isoformat().startswith(iso)
    assert last_day(iso).isoformat().startswith(iso)
    assert read_date(iso) == iso


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
isos = st.just("") | st.tuples(days, st.sampled_from([4, 7, 10])).map(lambda d: d[0].isoformat()[: d[1]])
histories = st.lists(st.tuples(isos, isos), max_size=15)


def columns_of(pairs):
    return tuple(pd.Series([p[n] for p in pairs], dtype="str") for n in (0, 1))


@given(histories, days)
def test_everybody_is_in_one_state(pairs, when):
    state = presence(*columns_of(pairs), when)
    assert list(state.index) == list(range(len(pairs)))
    assert sum(int((state == p).sum()) for p in Presence) == len(pairs)
    for (joined, left), found in zip(pairs, state, strict=True):
        # Any day of the date that is right would say the same, unless it is unknown.
        if found == Presence.LEFT:
            assert last_day(left) <= when
        elif found == Presence.LATER:
            assert first_day(joined) > when
        elif found == Presence.PRESENT:
            assert last_day(joined) <= when
            assert not left or first_day(left) > when


@given(histories, st.none() | st.integers(1900, 2100))
def test_growth_adds_up_to_the_dates(pairs, until):
    joined, left = columns_of(pairs)
    table = growth(joined, left, until=until)
    years = [int(d[:4]) for pair in pairs for d in pair if d]
    if not years:
        assert table.empty
        return
    assert list(table.index) == list(range(min(years), max(*years, until or 0, min(years)) + 1))
    assert table["joined"].sum() == (joined != "").sum()
    assert table["left"].sum() == (left != "").sum()
    assert (table["net"] == table["joined"] - table["left"]).all()
    for year, row in table.iterrows():
        assert row["joined"] == sum(j[:4] == str(year) for j, _ in pairs)
        assert row["left"] == sum(went[:4] == str(year) for _, went in pairs)
        known = [(j, went) for j, went in pairs if j]
        gone = sum(bool(went) and int(went[:4]) <= year for _, went in known)
        assert row["members"] == sum(int(j[:4]) <= year for j, _ in known) - gone
