"""A process killed in the middle of an import leaves what was there, whole, and nothing of its own."""

import os
import signal
import subprocess
import sys

from sqlalchemy import func, select

from geo.io import schema
from geo.io.database import reading
from geo.io.store import Change
from support.browser import ROOT
from support.lists import made

# Imports one list after the other and says when it has written 3000 rows of one; the first time it
# waits there for ever.
IMPORTER = """
import sys
from geo.io import store as module
from geo.io.database import open_engine
from support.lists import made

url, wait = sys.argv[1], sys.argv[2] == "wait"
kept = module.Store(open_engine(url))
cluster, members = made(10_000, seed=2)
rows = module._rows

def told(frame):
    for n, row in enumerate(rows(frame)):
        if n == 3000:
            print("half", flush=True)
            if wait:
                sys.stdin.read()
        yield row

module._rows = told
version = kept.get(cluster.cluster_id).version
while True:
    version = kept.save(cluster, version, module.Change("killed", "import"), members=members)
    print("kept", flush=True)
"""


def importer(url, mode):
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    return subprocess.Popen(
        [sys.executable, "-c", IMPORTER, url, mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        cwd=ROOT,
        text=True,
    )


def check(store, cluster_id):
    """Every version has its list, every list is whole, and no row is without a version."""
    with reading(store.engine) as connection:
        versions = connection.execute(select(schema.version.c.number, schema.version.c.list_id)).all()
        lists = set(connection.execute(select(schema.member_list.c.list_id)).scalars())
        sizes = dict(
            connection.execute(select(schema.member.c.list_id, func.count()).group_by(schema.member.c.list_id)).all()
        )
        head = connection.execute(select(schema.cluster.c.head)).scalar_one()
    assert sorted(v.number for v in versions) == list(range(1, head + 1))
    assert lists == set(sizes) == {v.list_id for v in versions}
    assert set(sizes.values()) <= {20, 10_000}
    assert len(store.members(store.get(cluster_id).list_id, cluster_id)) == sizes[store.get(cluster_id).list_id]
    return head


def test_killed_half_way_through_nothing_is_lost_and_nothing_is_half_there(store, url):
    cluster, members = made(20)
    store.create(cluster, members, Change("first", "create"))
    with importer(url, "wait") as process:
        assert process.stdout.readline() == "half\n"
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL
    assert check(store, cluster.cluster_id) == 1
    kept = store.members(store.get(cluster.cluster_id).list_id, cluster.cluster_id)
    assert kept["name"].tolist() == members["name"].tolist()
    # The store is not locked by the dead: the next import goes through.
    assert store.save(cluster, 1, Change("next", "import"), members=members) == 2


def test_killed_at_any_moment_every_version_is_whole(store, url):
    cluster, members = made(20)
    store.create(cluster, members, Change("first", "create"))
    for moments in (1, 2, 4):
        with importer(url, "run") as process:
            for _ in range(moments):
                assert process.stdout.readline() in ("half\n", "kept\n")
            os.kill(process.pid, signal.SIGKILL)
            process.wait(timeout=30)
        head = check(store, cluster.cluster_id)
    assert head >= 1
