"""A QR code is drawn as it is encoded, says the address, and is made of addresses of the app only."""

import io

import numpy as np
import pytest
import resvg_py
import segno
from PIL import Image

from geo.errors import KlastryError
from geo.export.qr import MAX_LENGTH, PRINT_PX, QUIET_ZONE, qr_png, qr_svg
from pages._ui.share_form import of_this_app

SHORT = "http://a.pl/?klaster=x"
LONG = "https://mapa.powiat.example/coverage?klaster=kluczewski&poziom=gmina&zasieg=15&mapa=50.27812,19.56333,10.25"
# Masks of ISO/IEC 18004, table 10, by row and column.
MASKS = (
    lambda i, j: (i + j) % 2,
    lambda i, _: i % 2,
    lambda _, j: j % 3,
    lambda i, j: (i + j) % 3,
    lambda i, j: (i // 2 + j // 3) % 2,
    lambda i, j: i * j % 2 + i * j % 3,
    lambda i, j: (i * j % 2 + i * j % 3) % 2,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2,
)


def modules(png):
    """Return the modules of an image, quiet zone too: True for black; every pixel of a module has its colour."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("L"))
    assert set(np.unique(pixels)) == {0, 255}
    # The upper edge of a finder is seven modules long.
    first = pixels[np.flatnonzero((pixels == 0).any(axis=1))[0]]
    scale = int(np.argmax(first[np.argmax(first == 0) :] == 255)) // 7
    small = pixels[::scale, ::scale]
    assert (np.kron(small, np.ones((scale, scale))) == pixels).all()
    return small == 0, scale


def said(matrix):
    """Read a code of version 2, which has one block, as ISO/IEC 18004 says; errors are not mended."""
    size = len(matrix)
    assert size == 25
    around = [matrix[8][c] for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [matrix[r][8] for r in (7, 5, 4, 3, 2, 1, 0)]
    mask = MASKS[(int("".join(str(int(b)) for b in around), 2) ^ 0x5412) >> 10 & 7]

    def data(r, c):
        corner = (r < 9 and (c < 9 or c >= size - 8)) or (r >= size - 8 and c < 9)
        return not (corner or 6 in (r, c) or (16 <= r <= 20 and 16 <= c <= 20))

    bits, up = "", True
    for right in (24, 22, 20, 18, 16, 14, 12, 10, 8, 5, 3, 1):
        for r in range(size)[:: -1 if up else 1]:
            bits += "".join(str(int(matrix[r][c]) ^ (mask(r, c) == 0)) for c in (right, right - 1) if data(r, c))
        up = not up
    assert bits[:4] == "0100", "bytes"
    length = int(bits[4:12], 2)
    return bytes(int(bits[12 + 8 * n : 20 + 8 * n], 2) for n in range(length)).decode("ascii")


@pytest.mark.parametrize("address", [SHORT, LONG])
def test_both_files_show_the_code_with_its_quiet_zone(address):
    encoded = np.array(segno.make_qr(address, error="m").matrix, dtype=bool)
    wanted = np.pad(encoded, QUIET_ZONE)
    drawn, _ = modules(bytes(resvg_py.svg_to_bytes(svg_string=qr_svg(address))))
    printed, scale = modules(qr_png(address))
    assert (drawn == wanted).all()
    assert (printed == wanted).all()
    assert scale == PRINT_PX


def test_the_code_says_the_address():
    printed, _ = modules(qr_png(SHORT))
    assert said(printed[QUIET_ZONE:-QUIET_ZONE, QUIET_ZONE:-QUIET_ZONE]) == SHORT


def test_what_no_phone_could_read_is_refused():
    most = "http://a.pl/?x=".ljust(MAX_LENGTH, "x")
    assert qr_svg(most).startswith("<svg")
    with pytest.raises(KlastryError) as refused:
        qr_svg(most + "x")
    assert refused.value.key == "share.qr_long"


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("https://mapa.example/density?klaster=kluczewski", True),
        ("https://mapa.example:443/density", False),
        ("http://mapa.example/density", False),
        ("https://mapa.example.evil.example/", False),
        ("https://mapa.example@evil.example/", False),
        ("https://evil.example/?https://mapa.example/", False),
        ("javascript:alert(1)//https://mapa.example/", False),
        ("https://mapa.example/\nhttps://evil.example/", False),
        ("https://mapa.example/?nazwa=ą", False),
        ("https://[mapa.example/", False),
        ("https://mapa.example/?klucz=tajny", False),
        ("https://mapa.example/?klaster=kluczewski,sesja-1", False),
        ("https://mapa.example/?klaster=kluczewski%2Csesja-1", False),
        ("", False),
    ],
)
def test_only_an_address_of_the_app_that_others_can_open_becomes_a_code(address, own):
    assert of_this_app(address, {"Origin": "https://mapa.example", "Host": "elsewhere.example"}) is own


def test_without_an_origin_the_host_decides():
    assert of_this_app("http://localhost:8501/density", {"Host": "localhost:8501"})
    assert not of_this_app("http://localhost:8502/density", {"Host": "localhost:8501"})
