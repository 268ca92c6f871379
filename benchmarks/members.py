"""Lists of ten thousand members: one with planted faults timed, those of real shapes judged row by row."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import pandas as pd

from benchmarks.timing import report, timed
from geo.io.uploads.reader import read_upload
from geo.model.intake import RawTable, RowState
from geo.services.intake.review import Review, decide, prepare, suggest_mapping

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from support.planted import figures, first_three, judged, planted, planted_lists


def main() -> None:
    """Print the seconds of reading, of placing and of a decision, the counts and the memory; then rows by shape."""
    content = planted().content

    def read() -> RawTable:
        return read_upload("lista.csv", content)

    raw = read()

    def place() -> Review:
        return decide(prepare(raw, suggest_mapping(raw)), [])

    review = place()
    whole = timed("read, check, place and review", lambda: decide(prepare(read(), suggest_mapping(raw)), []))
    prepared = prepare(raw, suggest_mapping(raw))
    again = timed("one decision more", lambda: decide(prepared, []))
    report("10 000 planted rows (names seen before are remembered)", whole, again)
    counts = ", ".join(f"{state} {review.count(state)}" for state in RowState)
    print(f"{counts}; peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    shapes()


def shapes() -> None:
    """Print what becomes of the rows of each shape of real lists, then the variants that fail."""
    rows = pd.concat([judged(made) for made in planted_lists()])
    print(
        "\nShapes of real lists (wrong: taken silently; first three: asked with the right answer among them, tellable)"
    )
    print(figures(rows).to_string())
    astray = rows["outcome"].isin(["wrong", "coarse", "lost"]) | ((rows["outcome"] == "asked") & ~first_three(rows))
    print("\nVariants with rows wrong, coarse, lost, or asked without the right answer")
    print(rows[astray].groupby(["shape", "variant", "outcome"], sort=False).size().to_string())
