"""Check the numbers that registers give to organisations, and restore zeros that spreadsheets drop."""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError
from stdnum.pl import nip, regon

KRS_DIGITS = 10
_NOT_DIGITS = re.compile(r"[\s\-–./]")


def check_nip(text: str) -> str | None:
    """Return a NIP as 10 digits, or None if it is none; "PL" and separators are dropped."""
    digits = _NOT_DIGITS.sub("", text.upper().removeprefix("NIP").removeprefix(":").strip().removeprefix("PL"))
    return digits if nip.is_valid(digits) else None


def check_regon(text: str) -> str | None:
    """Return a REGON of 9 or 14 digits, its lost leading zeros restored, or None if it is none."""
    digits = _NOT_DIGITS.sub("", text)
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 14:
        return None
    padded = digits.zfill(9 if len(digits) <= 9 else 14)
    try:
        return str(regon.validate(padded))
    except ValidationError:
        return None


def check_krs(text: str) -> str | None:
    """Return a KRS number as 10 digits, its lost leading zeros restored, or None; it has no check digit."""
    digits = _NOT_DIGITS.sub("", text)
    if not digits.isdecimal() or not digits.isascii() or len(digits) > KRS_DIGITS or not digits.strip("0"):
        return None
    return digits.zfill(KRS_DIGITS)


def check_postal_code(text: str) -> str | None:
    """Return a postal code as 32-300, a lost leading zero restored, or None."""
    digits = _NOT_DIGITS.sub("", text)
    if not digits.isdecimal() or not digits.isascii() or not 4 <= len(digits) <= 5:
        return None
    digits = digits.zfill(5)
    return f"{digits[:2]}-{digits[2:]}"


def _teryt_digits(text: str) -> str:
    """Return the digits of a code without what spreadsheets add: a quotation mark in front, ".0" behind."""
    plain = re.sub(r"[.,]0+$", "", text.strip().lstrip("'’`\""))
    return re.sub(r"[\s_.\-]", "", plain)


def restore_teryt(text: str) -> str | None:
    """
    Return a TERYT code of 2, 4 or 6 digits, or None.

    The 7th digit of a TERC (kind of gmina) is dropped. A number of odd length lost the leading zero
    of voivodeships 02 to 08; seven digits that begin with an even voivodeship code are a TERC.
    """
    digits = _teryt_digits(text)
    if not digits.isdecimal() or not digits.isascii():
        return None
    if len(digits) in (1, 3, 5):
        return "0" + digits
    if len(digits) == 7:
        return digits[:6]
    return digits if len(digits) in (2, 4, 6) else None


def teryt_readings(text: str) -> tuple[str, ...]:
    """
    Return every code a number may stand for, where zeros may have been lost.

    Six digits may be a gmina, or a TERC of seven digits without its zero ("201011" is 20 10 11, or
    02 01 01 1); both are returned and what exists decides.
    """
    first = restore_teryt(text)
    if first is None:
        return ()
    digits = _teryt_digits(text)
    return (first, ("0" + digits)[:6]) if len(digits) == 6 else (first,)
