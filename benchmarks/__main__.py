"""Run all benchmarks, or those named: `python -m benchmarks assign kernel`."""

from __future__ import annotations

import sys

from benchmarks import (
    assign,
    concentration,
    coverage,
    grow,
    image,
    kernel,
    load,
    members,
    names,
    official,
    opening,
    web_change,
)

ALL = {
    "assign": assign.main,
    "kernel": kernel.main,
    "coverage": coverage.main,
    "concentration": concentration.main,
    "members": members.main,
    "image": image.main,
    "web_change": web_change.main,
    "names": names.main,
    "opening": opening.main,
    "official": official.main,
    "load": load.main,
    "grow": grow.main,
}

if __name__ == "__main__":
    chosen = sys.argv[1:] or list(ALL)
    unknown = [n for n in chosen if n not in ALL]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are: {', '.join(ALL)}")
    for name in chosen:
        ALL[name]()
