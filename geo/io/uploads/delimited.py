"""Read CSV in the encodings and with the separators that Polish offices write."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice

from geo.errors import UploadError
from geo.io.uploads.grid import Grid
from geo.io.uploads.headings import recognise
from geo.io.uploads.limits import MAX_BYTES, MAX_PREAMBLE, MAX_ROWS

SEPARATORS = (";", ",", "\t", "|")
POLISH = set("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–")
# Bytes that are letters in cp1250 and control characters in ISO-8859-2.
C1 = range(0x80, 0xA0)
SAMPLE = 50_000
SAMPLE_RECORDS = 100
MAX_CONTROL_SHARE = 0.01
# Closes every file, so that an open quotation mark shows.
# UTF-8 that was read as cp1250 and saved again; bytes that cp1250 does not know came as one sign.
_GARBLED = {letter: letter.encode("utf-8").decode("cp1250", "replace") for letter in "ąćęłńóśźżĄĆĘÓŚŹŻ„”–"} | {
    "Ł": "Ĺ\ufffd"
}
_LEAST_GARBLED = 2
_END = "\x02koniec\x03"


def read_csv(content: bytes) -> Grid:
    """
    Read CSV: UTF-8, UTF-16, cp1250 or ISO-8859-2; semicolons, commas, tabs or bars.

    Raises
    ------
    UploadError
        If the content is no text, has a quotation mark that is not closed, or is too large.
    """
    csv.field_size_limit(MAX_BYTES)
    text, encoding = decode(content)
    text, mended = mend(text.replace("\r\n", "\n").replace("\r", "\n"))
    encoding = f"{encoding} → utf-8" if mended else encoding
    separator = _separator(text)
    grid = Grid(encoding=encoding, separator=separator)
    try:
        records = _kept(_parse(text, separator, strict=True))
    except csv.Error:
        # Quotation marks inside a quoted name. Such a file must not have line breaks in cells: there
        # a mark that nobody closed would swallow the rows after it.
        records = _kept(_parse(text, separator, strict=False))
        broken = next((n for n, cells in records if any("\n" in c for c in cells)), None)
        if broken is not None:
            raise UploadError("quote", row=broken) from None
    if not records or records[-1][1] != [_END]:
        raise UploadError("quote", row=records[-1][0] if records else 0)
    for number, cells in records[:-1]:
        grid.add(number, cells)
    return grid


def _parse(text: str, separator: str, *, strict: bool) -> Iterator[list[str]]:
    """Return the records; the last is `_END` alone unless a quotation mark is open at the end."""
    return csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=separator, strict=strict)


def _kept(records: Iterator[list[str]]) -> list[tuple[int, list[str]]]:
    """Return the records that are not blank, with their numbers; never more of them than are read."""
    kept = []
    for number, cells in enumerate(records, start=1):
        if not any(cells):
            continue
        kept.append((number, cells))
        if len(kept) > MAX_ROWS + MAX_PREAMBLE + 2:
            raise UploadError("rows", limit=MAX_ROWS)
    return kept


def mend(text: str) -> tuple[str, bool]:
    """Mend Polish letters that went through a wrong encoding; say whether there were any."""
    found = {right: wrong for right, wrong in _GARBLED.items() if wrong in text}
    if sum(text.count(wrong) for wrong in found.values()) < _LEAST_GARBLED:
        return text, False
    for right, wrong in found.items():
        text = text.replace(wrong, right)
    return text, True


def decode(content: bytes) -> tuple[str, str]:
    """
    Decode text and name its encoding.

    Raises
    ------
    UploadError
        If the content is binary.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            try:
                return _printable(content.decode(name)), name
            except UnicodeDecodeError:
                raise UploadError("binary") from None
    mended = content.decode("utf-8", "replace")
    if mended.encode("utf-8") == content:
        # Written as UTF-8, whatever it says.
        _printable(mend(mended)[0])
        return mended, "utf-8"
    # A byte that was damaged does not make the rest another encoding.
    if 20 * mended.count("\ufffd") <= sum(c > "\x7f" for c in mended):
        return _printable(mended), "utf-8"
    iso = content.decode("iso8859-2")
    if any(b in C1 for b in content):
        return _printable(content.decode("cp1250", "replace")), "cp1250"
    windows = content.decode("cp1250", "replace")
    better = sum(c in POLISH for c in iso) > sum(c in POLISH for c in windows)
    return (_printable(iso), "iso8859-2") if better else (_printable(windows), "cp1250")


def _printable(text: str) -> str:
    control = sum(c < " " and c not in "\t\r\n\f" for c in text) + text.count("�") + text.count("\x7f")
    if control > MAX_CONTROL_SHARE * len(text) or "\0" in text:
        raise UploadError("binary")
    return text


def _separator(text: str) -> str:
    """Return the separator under which a row of headings is known; else the one that splits most evenly."""
    sample = text[:SAMPLE]

    def score(separator: str) -> tuple[int, int, int]:
        records = [r for r in islice(_parse(sample, separator, strict=False), SAMPLE_RECORDS) if any(r)]
        known = max((len(recognise(r)) for r in records[:MAX_PREAMBLE]), default=0)
        widths = [len(r) for r in records]
        usual = max(set(widths), key=lambda n: (widths.count(n) if n > 1 else 0, n), default=1)
        return (known if known > 1 else 0, widths.count(usual) if usual > 1 else 0, usual)

    return max(SEPARATORS, key=score)
