"""Tell each kind of user in a few steps how to get an answer, with pictures of the app."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geo.render.text import Text
from geo.settings import ROOT

HELP_DIR = ROOT / "data" / "help"
OFFICE, FOUNDER, PRESENTER = "office", "founder", "presenter"
# What each kind of user is told, in parts; a part has a few steps and one picture.
PARTS = {OFFICE: ("answer", "invite"), FOUNDER: ("list", "gaps"), PRESENTER: ("files", "network")}
# A field or button that a step names, by the key of its words and, where these hold a value, by the key of that.
_NAMED = re.compile(r"\{(?P<key>[\w.]+)(?: (?P<value>\w+)=(?P<of>[\w.]+))?\}")
_OPEN = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Part:
    """
    Some steps and the picture that goes with them.

    Attributes
    ----------
    first
        Number of the first step.
    steps
        One sentence each, Markdown.
    picture
        File of the picture.
    alt
        What the picture shows, for who does not see it.
    """

    first: int
    steps: tuple[str, ...]
    picture: Path
    alt: str


def help_for(role: str, text: Text) -> tuple[Part, ...]:
    """Return the help for one of `PARTS`, its steps numbered from 1."""
    parts: list[Part] = []
    for name in PARTS[role]:
        first = 1 + sum(len(part.steps) for part in parts)
        steps = tuple(worded(step, text, "**{}**") for step in text.items(f"help.steps.{name}"))
        parts.append(Part(first, steps, picture_file(name, text), worded(text(f"help.alt.{name}"), text, "{}")))
    return tuple(parts)


def picture_file(name: str, text: Text) -> Path:
    """Return where the picture of a part is, in the language of its words."""
    return HELP_DIR / f"{name}.{text.language}.webp"


@cache
def picture_address(picture: Path) -> str:
    """Return a picture as an address that holds it, so that it reaches the browser as it was made."""
    return f"data:image/webp;base64,{base64.b64encode(picture.read_bytes()).decode('ascii')}"


def worded(step: str, text: Text, style: str) -> str:
    """
    Return a sentence with the words that fields and buttons have on the screen.

    Parameters
    ----------
    step
        Names them by their keys: `{share.link}`, or `{picture.save kind=picture.kind.png}` where words hold a value.
    text
        Language.
    style
        What stands around such words, "**{}**" for bold ones.

    Raises
    ------
    KeyError
        If there are no such words.
    """

    def words(named: re.Match[str]) -> str:
        values = {named["value"]: text(named["of"])} if named["value"] else {}
        # What only the page knows, such as a number, is left open.
        return style.format(_OPEN.sub("…", text(named["key"], **values)))

    return _NAMED.sub(words, step)
