"""Read CSV in the encodings and with the separators that Polish offices write."""

from __future__ import annotations

import codecs
import csv
import io

from geo.errors import UploadError
from geo.io.uploads.grid import Grid

SEPARATORS = (";", ",", "\t", "|")
POLISH = set("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–")
# Bytes that are letters in cp1250 and control characters in ISO-8859-2.
C1 = range(0x80, 0xA0)
SAMPLE_LINES = 50
MAX_CONTROL_SHARE = 0.01
MAX_FIELD = 100_000
MIN_COLUMNS = 3


def read_csv(content: bytes) -> Grid:
    """
    Read CSV: UTF-8, UTF-16, cp1250 or ISO-8859-2; semicolons, commas, tabs or bars.

    Raises
    ------
    UploadError
        If the content is no text, has a quotation mark that is not closed, or is too large.
    """
    text, encoding = decode(content)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(text)
    grid = Grid(encoding=encoding, separator=separator)
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    number, widest = 0, MIN_COLUMNS
    try:
        for number, cells in enumerate(reader, start=1):
            # A quotation mark that nobody closed swallows the rows after it.
            if any("\n" in cell and cell.count(separator) >= widest - 1 for cell in cells):
                raise UploadError("quote", row=number)
            widest = max(widest, len(cells))
            grid.add(number, cells)
    except csv.Error:
        raise UploadError("quote", row=number + 1) from None
    return grid


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
    try:
        return _printable(content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        pass
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
    """Return the separator that splits the first lines most evenly into most columns."""
    lines = [line for line in text.split("\n", SAMPLE_LINES)[:SAMPLE_LINES] if line.strip()]

    def score(separator: str) -> tuple[int, int]:
        counts = [_fields(line, separator) for line in lines]
        usual = max(set(counts), key=lambda n: (counts.count(n) if n > 1 else 0, n), default=1)
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(SEPARATORS, key=score)


def _fields(line: str, separator: str) -> int:
    outside = "".join(line.split('"')[::2])
    return outside.count(separator) + 1
