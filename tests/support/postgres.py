"""Start a real PostgreSQL server for the tests: Debian's package, a cluster of its own, a free port."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from support.browser import free_port

START_SECONDS = 60


def binaries():
    """Return the folder of initdb and pg_ctl of the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    assert path, "no PostgreSQL server; run `make postgresql`"
    return Path(path).parent


class Server:
    """The processes of a server, to be harmed."""

    def __init__(self, data, start):
        self._data, self.start = data, start

    def _pids(self):
        try:
            first = int((self._data / "postmaster.pid").read_text().split()[0])
        except FileNotFoundError:
            return []
        found = [first]
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == first:
                    found.append(int(entry.name))
        return [pid for pid in found if Path(f"/proc/{pid}").exists()]

    def _tell(self, what):
        for pid in self._pids():
            with suppress(ProcessLookupError):
                os.kill(pid, what)

    def kill(self):
        """End it at once, with all that it does, as a power cut would."""
        self._tell(signal.SIGKILL)

    def freeze(self):
        """Stop it where it stands; its kernel still takes what is sent."""
        self._tell(signal.SIGSTOP)

    def go_on(self):
        """Let it go on."""
        self._tell(signal.SIGCONT)

    def alive(self):
        """Say whether it runs."""
        return bool(self._pids())


@contextmanager
def running_postgres():
    """Run a server until the block ends; yield a function that makes an empty database and returns its URL."""
    # The server refuses to run as root; Debian's package brings a user of its own.
    user = "postgres" if os.geteuid() == 0 else None
    bin_dir, port = binaries(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="klastry-pg-"))
    if user:
        shutil.chown(folder, user)

    def run(*command):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        options = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
        subprocess.run(command, check=True, capture_output=True, env=environment, cwd=folder, **options)

    try:
        run(bin_dir / "initdb", "-D", folder / "data", "-A", "trust", "-U", "klastry", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        log = ("-l", folder / "log", "-w", "-o", options)
        run(bin_dir / "pg_ctl", "-D", folder / "data", *log, "start")
        try:
            count = iter(range(1000))

            def database():
                name = f"klastry{next(count)}"
                run(bin_dir / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "klastry", name)
                return f"postgresql://klastry@127.0.0.1:{port}/{name}"

            def start_again():
                """Start it; whoever was killed may not be buried yet, and a server starts beside no other."""
                until = time.monotonic() + START_SECONDS
                while True:
                    try:
                        return run(bin_dir / "pg_ctl", "-D", folder / "data", *log, "start")
                    except subprocess.CalledProcessError:
                        assert time.monotonic() < until, (folder / "log").read_text(errors="replace")[-2000:]

            database.server = Server(folder / "data", start_again)
            yield database
        finally:
            database.server.go_on()
            if database.server.alive():
                run(bin_dir / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
