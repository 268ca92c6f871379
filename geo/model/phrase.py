"""Hold words until it is known in which language they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Phrase:
    """
    Words in no language yet: a list is read once, whatever language its reader chooses later.

    Attributes
    ----------
    make
        Returns the words for the texts of a language.
    """

    make: Callable[[Any], str]


# What came as it stands, or what is said in the language of the reader.
Words = str | Phrase
