"""Mask PESEL numbers, before anything else sees a cell."""

from __future__ import annotations

import re

from stdnum.pl import nip, pesel, regon

MASK = "•" * 11
_DIGITS = re.compile(r"(?<!\d)\d{9,11}(?!\d)", re.ASCII)
SHORTEST = 9


def mask(text: str) -> str:
    """Return a text with every PESEL replaced by dots, also those that lost their leading zeros."""
    return _DIGITS.sub(_masked, text) if len(text) >= SHORTEST else text


def _masked(found: re.Match[str]) -> str:
    digits = found.group()
    if len(digits) == 11:
        return MASK if pesel.is_valid(digits) else digits
    # A spreadsheet drops the zeros of those born in 2000 to 2009 (months 21 to 32).
    lost = 11 - len(digits)
    month = digits[2 - lost : 4 - lost]
    other = nip.is_valid(digits) if len(digits) == 10 else regon.is_valid(digits)
    if "21" <= month <= "32" and not other and pesel.is_valid("0" * lost + digits):
        return MASK
    return digits
