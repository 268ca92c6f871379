"""Run a module of ours in a process of its own, where a hostile file can harm nothing else."""

from __future__ import annotations

import subprocess
import sys

from geo.settings import ROOT


def run_child(arguments: list[str], content: bytes, *, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """
    Hand a file to a module and wait for its answer.

    Parameters
    ----------
    arguments
        Name of the module, and known values for it.
    content
        The file, given on its input.
    seconds
        How long to wait; the module bounds its own memory and time of the processor.

    Raises
    ------
    subprocess.TimeoutExpired
        If it takes longer.
    """
    return subprocess.run(  # noqa: S603 - our own module, arguments of known values
        [sys.executable, "-m", *arguments], input=content, capture_output=True, cwd=ROOT, timeout=seconds, check=False
    )
