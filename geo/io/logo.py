"""
Read the mark of an office: a picture or a drawing that anybody may have made.

A drawing is rendered in a process of its own with bounded time and memory, so that one made to be
slow harms nothing but that process.
"""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import warnings
import zlib
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image, ImageOps

from geo.errors import LogoError
from geo.io.sandbox import bound_self, run_sandboxed

MAX_BYTES = 2_000_000
MAX_PIXELS = 25_000_000
# The largest a logo is drawn at, pixels.
WIDTH, HEIGHT = 1400, 500
CPU_SECONDS, MEMORY_BYTES = 5, 400_000_000
FORMATS = ("PNG", "JPEG")
# What Pillow's readers say of damaged files; UnidentifiedImageError is an OSError.
DAMAGES = (OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, EOFError, struct.error, zlib.error)
# How the child says that a drawing is too complex.
TOO_HARD = 3
INSIDE = ("#", "data:image/png;base64,", "data:image/jpeg;base64,", "data:image/jpg;base64,")


def read_logo(content: bytes) -> bytes:
    """
    Return a logo as PNG of at most 1400 by 500 pixels, without anything else the file held.

    Parameters
    ----------
    content
        PNG, JPEG or SVG, whatever the file is called.

    Raises
    ------
    LogoError
        If it is too large, damaged, something else, or asks for other files.
    """
    if len(content) > MAX_BYTES:
        raise LogoError("too_large", megabytes=round(len(content) / 1e6, 1), limit=MAX_BYTES // 1_000_000)
    start = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return _drawing(content) if start.startswith(b"<") else _picture(content)


def _picture(content: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            # The size is checked before a pixel is read; other remarks are not for the user.
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            large = image.width * image.height > MAX_PIXELS
            shown = None if large else _upright(image)
    except Image.DecompressionBombError:
        raise LogoError("too_many_pixels") from None
    except DAMAGES:
        raise LogoError("not_a_picture") from None
    if shown is None:
        raise LogoError("too_many_pixels")
    shown.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    # Profiles and texts stay behind.
    shown.info = {}
    buffer = io.BytesIO()
    shown.save(buffer, "PNG")
    return buffer.getvalue()


def _upright(image: Image.Image) -> Image.Image:
    """Return the pixels as red, green, blue and opacity of 8 bits, turned as the camera says."""
    turned = ImageOps.exif_transpose(image)
    if turned.mode.startswith("I"):
        turned = turned.point(lambda v: v / 257).convert("L")
    return turned.convert("RGBA")


def _drawing(content: bytes) -> bytes:
    _check(content)
    try:
        done = run_sandboxed(["geo.io.logo"], content, seconds=4 * CPU_SECONDS)
    except subprocess.TimeoutExpired:
        raise LogoError("too_hard") from None
    if done.returncode:
        raise LogoError("too_hard" if done.returncode < 0 or done.returncode == TOO_HARD else "not_a_picture")
    return _picture(done.stdout)


def _check(content: bytes) -> None:
    """Refuse entities, and whatever asks for another file."""
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        raise LogoError("not_a_picture") from None
    if not str(root.tag).endswith("svg"):
        raise LogoError("not_a_picture")
    for element in root.iter():
        values = dict(element.attrib)
        for name, value in values.items():
            # A picture has no parts to point at: "#x.png" would be the name of a file.
            allowed = INSIDE[1:] if str(element.tag).lower().endswith("image") else INSIDE
            if name.rpartition("}")[2] == "href" and not value.strip().lower().startswith(allowed):
                raise LogoError("asks_for_files")
        words = " ".join([*values.values(), element.text or ""]).lower()
        if "@import" in words or any(not part.strip(" '\"").startswith("#") for part in words.split("url(")[1:]):
            raise LogoError("asks_for_files")


def main() -> None:
    """Render the SVG on the input as PNG on the output."""
    bound_self(MEMORY_BYTES, CPU_SECONDS)
    from pathlib import Path  # noqa: PLC0415 - only in the child

    import matplotlib as mpl  # noqa: PLC0415
    import resvg_py  # noqa: PLC0415

    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=sys.stdin.buffer.read().decode("utf-8-sig"),
            height=HEIGHT,
            skip_system_fonts=True,
            font_dirs=[str(Path(mpl.get_data_path()) / "fonts" / "ttf")],
            font_family="DejaVu Sans",
            # There are no other fonts; words in one would vanish.
            style_sheet="* { font-family: 'DejaVu Sans' !important; }",
        )
    except ValueError as error:
        sys.exit(TOO_HARD if "limit" in str(error) else 1)
    sys.stdout.buffer.write(bytes(drawn))


if __name__ == "__main__":
    main()
