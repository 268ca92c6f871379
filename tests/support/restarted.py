"""An app that is ended and started again at the same address with the same store."""

import os
import signal
from contextlib import ExitStack

from support.browser import free_port, running_app


class Server:
    """An app that can be ended and started again; the next test goes on."""

    def __init__(self, folder):
        self._port, self.folder, self._running = free_port(), folder, ExitStack()
        self.app = None

    def start(self):
        """Start it, unless it runs."""
        if self.app is None:
            self.app = self._running.enter_context(running_app(port=self._port, KLASTRY_DATA_DIR=str(self.folder)))

    def end(self):
        """End it at once, if it runs."""
        if self.app is not None:
            os.killpg(self.app.process.pid, signal.SIGKILL)
            self.app.process.wait(timeout=30)
            self.app = None
            self._running.close()
