"""
Keep lists that are being worked on, each for the one browser that holds its key.

A draft is two files that are encrypted with a key made from that of the browser (AES-256-GCM; HKDF, RFC 5869), which
the server never stores: whoever reads the folder finds neither lists nor owners.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from geo.io.database import data_dir

FOLDER = "szkice"
KEY = re.compile(r"[0-9a-f]{64}")
_IDENTIFIER = re.compile(r"[0-9a-f]{16}")
_NONCE = 12
_LIST, _STATE = "list", "state"


@dataclass(frozen=True)
class Bounds:
    """
    How much is kept.

    Attributes
    ----------
    most
        Drafts on this server; the oldest make room.
    megabytes
        Of each.
    days
        After so many without a change a draft is deleted.
    """

    most: int
    megabytes: int
    days: int


def bounds() -> Bounds:
    """Return the bounds: `KLASTRY_DRAFTS` (20; 0 keeps none), `KLASTRY_DRAFT_MB` (20) and `KLASTRY_DRAFT_DAYS` (14)."""
    return Bounds(_setting("KLASTRY_DRAFTS", 20), _setting("KLASTRY_DRAFT_MB", 20), _setting("KLASTRY_DRAFT_DAYS", 14))


def _setting(name: str, usual: int) -> int:
    given = os.environ.get(name, "").strip()
    return int(given) if given.isdecimal() else usual


class Drafts:
    """
    The drafts of one owner.

    Parameters
    ----------
    key
        What the browser holds: 64 hexadecimal digits.

    Raises
    ------
    ValueError
        If it is no such key.
    """

    def __init__(self, key: str) -> None:
        if not KEY.fullmatch(key):
            msg = "no key of drafts"
            raise ValueError(msg)
        made = HKDF(algorithm=SHA256(), length=48, salt=None, info=b"klastry-draft").derive(bytes.fromhex(key))
        self._cipher, self._mark = AESGCM(made[:32]), made[32:].hex()

    def save(self, identifier: str, state: dict[str, Any], content: bytes | None = None) -> bool:
        """
        Keep a draft; of one that is there only what changes.

        Parameters
        ----------
        identifier
            16 hexadecimal digits.
        state
            What is decided so far, as JSON can hold it.
        content
            The file; None where it is kept already.

        Returns
        -------
        kept
            False where it is too large, nothing is to be kept, or the folder cannot be written.
        """
        limit = bounds()
        if not limit.most or not _IDENTIFIER.fullmatch(identifier):
            return False
        if content is not None and len(content) > limit.megabytes * 10**6:
            return False
        try:
            sweep(limit, room_for=self._file(identifier, _STATE))
            if content is not None:
                self._write(identifier, _LIST, content)
            elif not self._file(identifier, _LIST).exists():
                return False
            self._write(identifier, _STATE, json.dumps(state, ensure_ascii=False).encode())
        except OSError:
            return False
        return True

    def states(self) -> dict[str, dict[str, Any]]:
        """Return the states of this owner's drafts, newest first; each with `saved_at`, seconds since 1970."""
        sweep(bounds())
        found = []
        for file in _folder().glob(f"{self._mark}-*.{_STATE}"):
            identifier = file.stem.rpartition("-")[2]
            try:
                content, saved_at = self._read(identifier, _STATE), file.stat().st_mtime
            except OSError:
                continue
            if content is not None and self._file(identifier, _LIST).exists():
                found.append((saved_at, identifier, json.loads(content) | {"saved_at": saved_at}))
        return {identifier: state for _, identifier, state in sorted(found, key=lambda f: -f[0])}

    def content(self, identifier: str) -> bytes | None:
        """Return the file of a draft, None where it is gone or damaged."""
        try:
            return self._read(identifier, _LIST) if _IDENTIFIER.fullmatch(identifier) else None
        except OSError:
            return None

    def drop(self, identifier: str) -> None:
        """Delete a draft."""
        if _IDENTIFIER.fullmatch(identifier):
            for kind in (_STATE, _LIST):
                self._file(identifier, kind).unlink(missing_ok=True)

    def _file(self, identifier: str, kind: str) -> Path:
        return _folder() / f"{self._mark}-{identifier}.{kind}"

    def _write(self, identifier: str, kind: str, content: bytes) -> None:
        file, nonce = self._file(identifier, kind), secrets.token_bytes(_NONCE)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = file.with_name(f".{secrets.token_hex(8)}.part")
        sealed = nonce + self._cipher.encrypt(nonce, zlib.compress(content), f"{identifier}.{kind}".encode())
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(sealed)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)

    def _read(self, identifier: str, kind: str) -> bytes | None:
        file = self._file(identifier, kind)
        if not file.exists():
            return None
        sealed = file.read_bytes()
        try:
            opened = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], f"{identifier}.{kind}".encode())
            return zlib.decompress(opened)
        except (InvalidTag, ValueError, zlib.error):
            return None


def sweep(limit: Bounds, *, room_for: Path | None = None) -> None:
    """Delete drafts that are too old, and the oldest where there is no room for another."""
    if not _folder().exists():
        return
    oldest = time.time() - limit.days * 86_400
    ages = sorted((_age(f), f) for f in _folder().glob(f"*.{_STATE}"))
    kept = [f for age, f in ages if age >= oldest]
    crowd = max(0, len(kept) - limit.most)
    if room_for is not None and not room_for.exists():
        crowd = max(0, len(kept) + 1 - limit.most)
    gone = [f for age, f in ages if age < oldest] + [f for f in kept if f != room_for][:crowd]
    for state in gone:
        state.unlink(missing_ok=True)
        state.with_suffix(f".{_LIST}").unlink(missing_ok=True)
    # Of what was left half way.
    for left in _folder().glob(f"*.{_LIST}"):
        if _age(left) < oldest:
            left.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _folder() -> Path:
    return data_dir() / FOLDER
