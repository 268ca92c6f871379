"""Run untrusted parsing in a process of its own, with bounded memory and time."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from threading import BoundedSemaphore

from geo.errors import BusyError
from geo.settings import ROOT

AT_ONCE = 2
QUEUE_S = 60.0
# One thread for linear algebra, of which nothing is done: each other one costs memory.
_FRUGAL = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
_turns = BoundedSemaphore(AT_ONCE)


def run_sandboxed(
    arguments: list[str], content: bytes, *, seconds: float, waiting: Callable[[], object] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """
    Hand a file to a module and wait for its answer; two such processes run at once, others wait their turn.

    Parameters
    ----------
    arguments
        Name of the module, and known values for it.
    content
        The file, given on its input.
    seconds
        How long to wait for the answer; the module bounds its own memory and time of the processor.
    waiting
        Called once if the turn does not come at once.

    Raises
    ------
    subprocess.TimeoutExpired
        If it takes longer.
    BusyError
        If the turn does not come within a minute.
    """
    if not _turns.acquire(blocking=False):
        if waiting is not None:
            waiting()
        if not _turns.acquire(timeout=QUEUE_S):
            raise BusyError
    try:
        return subprocess.run(  # noqa: S603 - our own module, arguments of known values
            [sys.executable, "-m", *arguments],
            input=content,
            capture_output=True,
            cwd=ROOT,
            env=os.environ | _FRUGAL,
            timeout=seconds,
            check=False,
        )
    finally:
        _turns.release()


def bound_self(memory: int, seconds: int) -> None:
    """
    Bound what this process may use; beyond it, the system says no or ends it.

    Parameters
    ----------
    memory
        Bytes of its own; code of libraries is not counted.
    seconds
        Of the processor.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_AS, (4 * memory, 4 * memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
