"""Draw an address as a QR code that a phone reads from a screen or from paper."""

from __future__ import annotations

import io
from typing import Any

import segno

from geo.errors import KlastryError

# Modules of white around the code, as ISO/IEC 18004 asks for; without them readers do not find it.
QUIET_ZONE = 4
# What version 25 holds at level M: the modules of a larger one can hardly be told apart on a slide or on paper.
MAX_LENGTH = 997
# About how wide the code is on a screen, and how many pixels a module has in a file for print.
SCREEN_PX, LEAST_PX, PRINT_PX = 260, 3, 12


def qr_svg(address: str) -> str:
    """
    Return the code as SVG, black on white, each module a whole number of pixels.

    Parameters
    ----------
    address
        ASCII, as a browser has it.

    Raises
    ------
    KlastryError
        If the address is too long.
    """
    code = _code(address)
    width, _ = code.symbol_size(border=QUIET_ZONE)
    scale = max(LEAST_PX, round(SCREEN_PX / width))
    return _drawn(code, kind="svg", scale=scale, xmldecl=False).decode("utf-8")


def qr_png(address: str) -> bytes:
    """Return the code as PNG, otherwise as `qr_svg` does."""
    return _drawn(_code(address), kind="png", scale=PRINT_PX)


def _drawn(code: segno.QRCode, **options: Any) -> bytes:
    out = io.BytesIO()
    code.save(out, border=QUIET_ZONE, dark="#000", light="#fff", **options)
    return out.getvalue()


def _code(address: str) -> segno.QRCode:
    """Return the code at level M, at which a seventh of it may be unreadable, or better where that costs nothing."""
    if len(address) > MAX_LENGTH:
        raise KlastryError("share.qr_long", length=len(address), limit=MAX_LENGTH)
    return segno.make_qr(address, error="m")
