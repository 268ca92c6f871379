"""Put errors into words, in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Callable

from geo.errors import KlastryError, MemberTableError, QueryError
from geo.render.text import Text


def problem_texts(error: KlastryError, text: Text, shown: Callable[[str], str] = str) -> list[str]:
    """
    Return the further messages of an error: every problem of a table, or how to mend the fault.

    Parameters
    ----------
    error
        What went wrong.
    text
        Language.
    shown
        Makes a value that came from outside harmless where it is shown.
    """
    return [text(key, **_harmless(values, shown)) for key, values in error.problems]


def error_texts(error: KlastryError, text: Text, shown: Callable[[str], str] = str) -> list[str]:
    """
    Return an error in words: what is wrong, what was expected and how to mend it.

    Parameters
    ----------
    error
        What went wrong.
    text
        Language.
    shown
        Makes a value that came from outside harmless where it is shown.

    Returns
    -------
    lines
        One paragraph each; every problem of a table is an item of a list.
    """
    further = problem_texts(error, text, shown)
    values = _harmless(error.values, shown)
    if isinstance(error, QueryError):
        field, expected = further
        return [text(error.key, field=field, expected=expected, **values)]
    if isinstance(error, MemberTableError):
        further = [f"- {line}" for line in further]
    return [text(error.key, **values), *further]


def _harmless(values: dict[str, object], shown: Callable[[str], str]) -> dict[str, str]:
    return {name: shown(str(value)) for name, value in values.items()}
