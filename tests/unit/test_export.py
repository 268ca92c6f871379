"""Files that leave the house harm nobody."""

import pandas as pd
import pytest

from geo.export.tables import safe_cell, to_csv


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cells_do_not_become_formulas(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


def test_numbers_keep_their_sign():
    assert safe_cell(-3.5) == -3.5


def test_csv_opens_in_a_polish_spreadsheet():
    content = to_csv(pd.DataFrame({"Nazwa": ["Żółć; =x", "=1+1"], "Wartość": [1.5, -2.0]}))
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Nazwa;Wartość"
    assert lines[1] == '"Żółć; =x";1,5'
    assert lines[2] == "'=1+1;-2,0"
