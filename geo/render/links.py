"""Find the addresses in words that may be followed: of the web, and nothing else."""

from __future__ import annotations

import re

from geo.render.text import escaped

# What ends a sentence or a bracket ends an address too.
_ADDRESS = re.compile(r"https?://[^\s<>\"„”“|\\^`{}]+[^\s<>\"„”“|\\^`{}.,;:!?)\]'·]", re.IGNORECASE)
# Longer ones are refused by office suites.
MAX_ADDRESS = 2000


def linked(words: str) -> list[tuple[str, str]]:
    """
    Return words in parts, each with the address it leads to or "".

    Only http and https are followed: whatever else stands in a source stays words.
    """
    parts, end = [], 0
    for found in _ADDRESS.finditer(words):
        if len(found[0]) > MAX_ADDRESS:
            continue
        parts += [(words[end : found.start()], ""), (found[0], found[0])]
        end = found.end()
    return [part for part in (*parts, (words[end:], "")) if part[0]]


def anchored(words: str) -> str:
    """Return words as HTML, in which addresses of the web are links."""
    return "".join(
        f'<a href="{escaped(address)}" rel="noopener noreferrer">{escaped(part)}</a>' if address else escaped(part)
        for part, address in linked(words)
    )
