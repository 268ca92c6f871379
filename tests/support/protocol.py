"""Speak Streamlit's own protocol, as a visitor who is no browser and writes any header can."""

import socket
from contextlib import contextmanager
from urllib.parse import urlsplit

from google.protobuf.text_format import MessageToString
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

WAIT_S = 60


class Connection:
    """An open page."""

    def __init__(self, socket_):
        self._socket = socket_

    def run(self, page, query="", pressed=(), values=None):
        """Run a page, with some buttons pressed and texts typed; return the elements that came."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = query, page
        for identifier in pressed:
            state.widget_states.widgets.add(id=identifier, trigger_value=True)
        for identifier, value in (values or {}).items():
            state.widget_states.widgets.add(id=identifier, string_value=value)
        self._socket.send(message.SerializeToString())
        elements = []
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self._socket.recv(timeout=WAIT_S))
            kind = answer.WhichOneof("type")
            if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                elements.append(answer.delta.new_element)
            # A run that is asked to run again is not the end.
            if kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return elements


@contextmanager
def connected(url, *, host=None, origin=None, cookies=None):
    """Connect to an app, or to what stands before it, with any Host, Origin and cookies."""
    place = urlsplit(url)
    headers = {"Cookie": "; ".join(f"{n}={v}" for n, v in cookies.items())} if cookies else {}
    with (
        socket.create_connection((place.hostname, place.port)) as raw,
        connect(
            f"ws://{host or place.netloc}/_stcore/stream",
            sock=raw,
            origin=origin,
            subprotocols=["streamlit"],
            additional_headers=headers,
            max_size=None,
            proxy=None,
        ) as opened,
    ):
        yield Connection(opened)


def words(elements):
    """Return everything that elements say."""
    return "\n".join(MessageToString(e, as_utf8=True) for e in elements)


def buttons(elements):
    """Return identifiers of buttons by label."""
    return {e.button.label: e.button.id for e in elements if e.WhichOneof("type") == "button"}


def fields(elements):
    """Return identifiers of text fields by label."""
    return {e.text_input.label: e.text_input.id for e in elements if e.WhichOneof("type") == "text_input"}
