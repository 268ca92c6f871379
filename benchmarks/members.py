"""A list of ten thousand members with planted faults: from bytes to a review."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from benchmarks.timing import report, timed
from geo.io.uploads.reader import read_upload
from geo.model.intake import RawTable, RowState
from geo.render.text import Text
from geo.services.intake.review import Review, decide, prepare, suggest_mapping

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from support.planted import planted


def main() -> None:
    """Print the seconds of reading, of placing and of a decision, the counts and the memory."""
    content = planted().content

    def read() -> RawTable:
        return read_upload("lista.csv", content)

    raw = read()

    def place() -> Review:
        return decide(prepare(raw, suggest_mapping(raw)), [])

    review = place()
    whole = timed(
        "read, check, place and review", lambda: decide(prepare(read(), suggest_mapping(raw), Text("pl")), [])
    )
    prepared = prepare(raw, suggest_mapping(raw))
    again = timed("one decision more", lambda: decide(prepared, []))
    report("10 000 planted rows (names seen before are remembered)", whole, again)
    counts = ", ".join(f"{state} {review.count(state)}" for state in RowState)
    print(f"{counts}; peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
