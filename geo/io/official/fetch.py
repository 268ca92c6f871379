"""Fetch a file from an address that somebody has set: go on where it stopped, and compare its checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import httpx

from geo.errors import OfficialFileError

_CHUNK = 1 << 20
_PARTIAL, _WHOLE_ALREADY = 206, 416
TIMEOUT_S = 60.0


def fetch(address: str, out: Path, progress: Callable[[float], object] = lambda _: None) -> str:
    """
    Fetch a file.

    Parameters
    ----------
    address
        http or https; behind `#sha256=` the checksum that the file has to have.
    out
        File to write; until it is whole it lies beside it, with `.part` behind its name.
    progress
        Told how much is done, 0 to 1.

    Returns
    -------
    sha256
        Checksum of the file.

    Raises
    ------
    OfficialFileError
        If the server does not answer, or the checksum is another one.
    """
    url, _, expected = address.partition("#sha256=")
    part = out.with_name(f"{out.name}.part")
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    try:
        with httpx.stream("GET", url, headers=headers, timeout=TIMEOUT_S, follow_redirects=True) as answer:
            if answer.status_code != _WHOLE_ALREADY:
                answer.raise_for_status()
                # A server that does not know of parts sends everything again.
                begun = have if answer.status_code == _PARTIAL else 0
                total = begun + int(answer.headers.get("content-length", 0))
                with part.open("ab" if begun else "wb") as file:
                    for block in answer.iter_bytes(_CHUNK):
                        file.write(block)
                        begun += len(block)
                        progress(min(begun / total, 1.0) if total else 0.0)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OfficialFileError("network", why=type(error).__name__) from None
    digest = hashlib.sha256()
    with part.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    found = digest.hexdigest()
    if expected and found != expected.strip().lower():
        part.unlink()
        raise OfficialFileError("checksum", found=found[:16], expected=expected[:16])
    part.replace(out)
    return found
