"""Hold the results used last, by content version and query, for all sessions of a server."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from geo.io.data_state import current_folder

T = TypeVar("T")


class Cache(Generic[T]):
    """
    The results used last, at most so many.

    Parameters
    ----------
    size
        How many are kept.
    weigh, most
        How large a result is, and how much all of them may weigh together; by default they are only counted.
    """

    def __init__(self, size: int, weigh: Callable[[T], int] | None = None, most: int = 0) -> None:
        self._size, self._weigh, self._most = size, weigh, most
        self._weights: dict[Hashable, int] = {}
        self._results: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """
        Return the result of a key with the official data in use, made now if it is not kept.

        Two who ask at once may both make it.
        """
        key = (current_folder(), key)
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        made = make()
        with self._lock:
            self._results[key] = made
            if self._weigh:
                self._weights[key] = self._weigh(made)
            while len(self._results) > self._size or sum(self._weights.values()) > self._most:
                gone, _ = self._results.popitem(last=False)
                self._weights.pop(gone, None)
        return made
