"""Every error has words in both languages, crosses a process whole and stands under one base."""

import ast
import pickle
from pathlib import Path

import pytest

from geo import errors
from geo.errors import (
    AtlasError,
    BusyError,
    ConflictError,
    DataFileError,
    KlastryError,
    LogoError,
    MemberTableError,
    NotAllowedError,
    OfficialFileError,
    OptionError,
    QueryError,
    StoreError,
    TableError,
    UnknownClusterError,
    UnknownUnitError,
    UploadError,
)
from geo.render.error_words import error_texts, problem_texts
from geo.render.text import LANGUAGES, Text, _catalogue

ROOT = Path(errors.__file__).parent
EXAMPLES = (
    DataFileError("data/x.parquet", "changed"),
    UnknownUnitError("9999"),
    UnknownClusterError("nie-ma", ("a", "b")),
    QueryError("radius_km", 900.0, "range", low="1", high="60"),
    OptionError("refused", "density", "radius_km", "area", "level"),
    OptionError("needed", "ties", "links"),
    MemberTableError((("member.columns", {"missing": "name"}), ("member.twice", {"who": "a"}))),
    TableError((("table.minutes", {"row": 3, "given": "abc"}),)),
    UploadError("rows", rows=60_000, limit=50_000),
    BusyError(),
    ConflictError("k", 0, 3),
    ConflictError("k", 2, 3),
    NotAllowedError("no_login"),
    StoreError("unreachable", "host"),
    AtlasError(-9),
    LogoError("too_large", megabytes=3, limit=2),
    OfficialFileError("row", row=7, found=3, expected=9),
)
# The error, and before which words of the catalogue its first argument stands.
FAMILIES = {
    "OptionError": "error.option.",
    "StoreError": "error.store.",
    "UploadError": "upload.",
    "LogoError": "logo.",
    "OfficialFileError": "error.official.",
}


def test_there_is_an_example_of_every_error():
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, KlastryError)}
    assert kinds - {KlastryError} == {type(error) for error in EXAMPLES}


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda e: f"{type(e).__name__}-{e.key}")
def test_an_error_has_words_and_crosses_a_process(error):
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    assert str(again) == str(error)
    for language in LANGUAGES:
        lines = error_texts(error, Text(language))
        assert all(lines)
        assert not any("{" in line for line in lines)
    assert error_texts(error, Text("pl")) != error_texts(error, Text("en"))


def test_what_came_is_made_harmless_where_it_is_shown():
    error = TableError((("table.minutes", {"row": 3, "given": "<b>"}),))
    assert "<b>" not in error_texts(error, Text("pl"), lambda v: v.replace("<", "&lt;"))[1]
    assert "<b>" in problem_texts(error, Text("pl"))[0]


def calls():
    """Yield the name and the arguments of every call in the code that makes an error of ours."""
    for file in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error"):
                yield node.func.id, node


def text_of(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_every_error_that_the_code_raises_is_in_the_catalogue():
    found, catalogue = 0, _catalogue()
    for name, call in calls():
        said = [text_of(a) for a in call.args]
        keys = []
        if name in FAMILIES and said and said[0]:
            keys = [FAMILIES[name] + said[0]]
        if name == "QueryError" and len(said) == 3:
            keys = [f"query.expected.{said[2]}", *([f"query.field.{said[0]}"] if said[0] else [])]
        assert not [key for key in keys if key not in catalogue], ast.unparse(call)
        found += len(keys)
    assert found > 50


@pytest.mark.parametrize("module", ["times", "ties", "background", "delimited", "clusters"])
def test_every_problem_of_a_table_is_in_the_catalogue(module):
    tree = ast.parse((ROOT / "io" / f"{module}.py").read_text(encoding="utf-8"))
    keys = {node.value for node in ast.walk(tree) if text_of(node) and node.value.startswith(("table.", "member."))}
    assert keys
    assert keys <= set(_catalogue())
