"""Start a real PostgreSQL server for the tests: Debian's package, a cluster of its own, a free port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from support.browser import free_port


def binaries():
    """Return the folder of initdb and pg_ctl of the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    assert path, "no PostgreSQL server; run `make postgresql`"
    return Path(path).parent


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

            yield database
        finally:
            run(bin_dir / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
