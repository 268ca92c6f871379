"""An answer to the browser outlives the start of a run, in the library as it is pinned."""

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from pages._ui.answers import keep_answers


@pytest.fixture
def queue(monkeypatch):
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    keep_answers()
    # Twice is as good as once.
    keep_answers()
    return ForwardMsgQueue()


def drawing(words):
    message = ForwardMsg()
    message.metadata.delta_path[:] = [0, 1]
    message.delta.new_element.text.body = words
    return message


def answer(kind):
    message = ForwardMsg()
    getattr(message, kind).SetInParent()
    return message


@pytest.mark.parametrize("kind", ["file_urls_response", "backend_operation_response"])
@pytest.mark.parametrize("fragments", [None, ["one"]])
def test_a_run_that_begins_drops_drawings_and_no_answer(queue, kind, fragments):
    queue.enqueue(drawing("of before"))
    queue.enqueue(answer(kind))
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=fragments)
    queue.enqueue(drawing("of now"))
    queue.enqueue(drawing("of now, again"))
    sent = queue.flush()
    assert [m.WhichOneof("type") for m in sent].count(kind) == 1
    assert [m.delta.new_element.text.body for m in sent if m.WhichOneof("type") == "delta"][-1] == "of now, again"
    assert queue.flush() == []


def test_a_session_that_ends_keeps_nothing(queue):
    queue.enqueue(answer("file_urls_response"))
    queue.clear()
    assert queue.flush() == []
