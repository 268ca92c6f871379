"""Keep what the server answers to a question of the browser when a run begins before it is sent."""

from __future__ import annotations

from functools import wraps
from typing import Any

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

# Where to send a file, and where a made file is. The browser asks once; without an answer the file is lost.
ANSWERS = ("file_urls_response", "backend_operation_response")


def keep_answers() -> None:
    """
    Let a run that begins throw away what was drawn before it, but no answer.

    Streamlit empties the queue of a session at the start of a run, the answers in it too: a file chosen at the
    moment of another change was never sent, and nothing said so.
    """
    clear = ForwardMsgQueue.clear
    if hasattr(clear, "__wrapped__"):
        return

    @wraps(clear)
    def keeping(self: ForwardMsgQueue, *how: Any, **named: Any) -> None:
        before = self._queue
        clear(self, *how, **named)
        if named.get("retain_lifecycle_msgs") or how[:1] == (True,):
            lost = [m for m in before if m.WhichOneof("type") in ANSWERS and m not in self._queue]
            # In front, where no place of a drawing in the queue is told yet.
            self._queue = lost + self._queue

    ForwardMsgQueue.clear = keeping  # type: ignore[method-assign]
