"""Put a real nginx before an app: Debian's package, a folder of its own, a free port."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from support.browser import free_port

TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
UPGRADE = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'


@contextmanager
def running_nginx(app, lines=""):
    """Run nginx before an app until the block ends; yield its address."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    assert Path(program).exists(), "no nginx; run `make nginx`"
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="klastry-nginx-") as folder:
        paths = " ".join(f"{t}_temp_path {folder}/{t};" for t in TEMPORARY)
        user = "user root;" if os.geteuid() == 0 else ""
        config = Path(folder) / "nginx.conf"
        config.write_text(
            f"{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;"
            f"events {{}} http {{ access_log off; {paths} server {{ listen 127.0.0.1:{port};"
            f"location / {{ proxy_pass {app}; {UPGRADE} {lines} }} }} }}\n"
        )
        with subprocess.Popen([program, "-p", folder, "-c", config, "-e", f"{folder}/error.log"]) as process:
            try:
                wait_for_port(port, process)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


def wait_for_port(port, process):
    """Wait until somebody listens on a port."""
    deadline = time.monotonic() + 30
    while True:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "nginx did not start"
        assert time.monotonic() < deadline, "nginx did not start"
