"""Know the owner of a local app: whoever opened the address that was printed where it was started."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from threading import Lock

from itsdangerous import BadSignature, URLSafeTimedSerializer

from geo.io.database import data_dir

FILE_NAME = "klucz.secret"
PARAMETER = "klucz"
COOKIE_DAYS = 90
_SECRET_BYTES = 32
_NAMESPACE = "klastry-owner"
# Where the folder cannot be written, the secret lives as long as the server.
_in_memory = secrets.token_bytes(_SECRET_BYTES)


def secret() -> bytes:
    """
    Return the secret that signs the cookie, made on first use.

    It is kept beside the store, readable by its owner only, so that the cookie survives a restart.
    """
    file = data_dir() / FILE_NAME
    try:
        return _read(file) or _make(file)
    except OSError:
        return _in_memory


def _read(file: Path) -> bytes | None:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    if len(content) < _SECRET_BYTES:
        # Cut short by a full disk; nothing was signed with it.
        file.unlink()
        return None
    if file.stat().st_mode & 0o077:
        file.chmod(0o600)
    return content


def _make(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_bytes(_SECRET_BYTES)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        # Another process was faster; its secret counts.
        return _read(file) or _in_memory
    with os.fdopen(descriptor, "wb") as out:
        out.write(made)
    return made


def cookie_name() -> str:
    """Return the name of the cookie; it differs by store, since browsers share cookies between ports."""
    return f"klastry-{hashlib.sha256(secret()).hexdigest()[:12]}"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret(), salt=_NAMESPACE)


def made_cookie() -> str:
    """Return a signed value for the cookie of an owner."""
    return _signer().dumps(secrets.token_urlsafe(16))


def is_owner(cookie: str | None) -> bool:
    """Say whether a cookie was made here and is not too old."""
    if not cookie:
        return False
    try:
        _signer().loads(cookie, max_age=COOKIE_DAYS * 86_400)
    except BadSignature:
        return False
    return True


class OneTimeKey:
    """A key that an address carries and that works once."""

    def __init__(self) -> None:
        self.value = secrets.token_urlsafe(32)
        self._used = False
        self._lock = Lock()

    def redeem(self, given: str) -> bool:
        """Say whether this is the key and nobody has used it before; it is used with that."""
        with self._lock:
            right = not self._used and hmac.compare_digest(given.encode("utf-8", "replace"), self.value.encode())
            self._used = self._used or right
        return right
