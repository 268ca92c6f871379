"""A mark of an office is only a picture: it reads nothing, says nothing else and ends in time."""

import base64
import gzip
import io
import os
import struct
import time
import zlib
from itertools import product

import numpy as np
import pytest
import resvg_py
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from geo.errors import LogoError
from geo.io import sandbox
from geo.io.logo import read_logo
from geo.settings import ROOT

# Pillow warns of broken files; only in tests are warnings errors.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
PROBLEMS = ("too_large", "too_many_pixels", "not_a_picture", "asks_for_files", "too_hard")
SECRET = (255, 0, 199)
SPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
WIDE = 'width="64" height="64"'
GREEN = f'<rect {WIDE} fill="#00aa00"/>'


def file_of(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def svg(body="", attributes=WIDE, before=""):
    return f"{before}<svg {SPACES} {attributes}>{GREEN}{body}</svg>".encode()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PHOTO = Image.radial_gradient("L").resize((60, 40)).convert("RGB")
PNG, JPEG = file_of(PHOTO), file_of(PHOTO, "JPEG")


def read(content):
    """Return the picture that comes of a file, or the problem; anything else is a fault."""
    start, made = time.monotonic(), ""
    try:
        made = Image.open(io.BytesIO(read_logo(content)), formats=("PNG",))
        made.load()
    except LogoError as error:
        made = error.problem
    assert time.monotonic() - start < 25.0
    assert made in PROBLEMS if isinstance(made, str) else np.all(np.array(made.size) <= (1400, 500))
    return made


def shows_secret(made):
    pixels = np.zeros((1, 1, 3)) if isinstance(made, str) else np.asarray(made.convert("RGB")).astype(int)
    return bool((abs(pixels - SECRET).max(axis=2) < 16).any())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_a_picture_is_read_as_it_is(mode):
    source = PHOTO.convert("I").point(lambda v: v * 257) if mode == "I;16" else PHOTO
    made = read(file_of(source.convert(mode), "JPEG" if mode == "CMYK" else "PNG"))
    wanted = PHOTO if mode == "I;16" else PHOTO.convert(mode).convert("RGB")
    assert abs(np.asarray(made.convert("RGB")).astype(int) - wanted).max() <= (20 if mode == "CMYK" else 1)


@pytest.mark.parametrize("size", [(2800, 1000), (3000, 300), (300, 3000), (1, 1), (5000, 4999)])
def test_proportions_are_kept(size):
    scale = min(1.0, 1400 / size[0], 500 / size[1])
    assert np.allclose(read(file_of(Image.new("L", size))).size, np.multiply(size, scale), atol=1)


def test_a_clear_ground_stays_clear():
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    clear.putpixel((4, 4), (9, 8, 7, 255))
    made, palette = read(file_of(clear)), PHOTO.convert("P")
    assert (made.getpixel((0, 0))[3], made.getpixel((4, 4))) == (0, (9, 8, 7, 255))
    assert read(file_of(palette, transparency=palette.getpixel((0, 0)))).getpixel((0, 0))[3] == 0
    assert read(svg(attributes='width="128" height="64"')).getchannel("A").getbbox() == (0, 0, 500, 500)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("what", ["exif", "text", "profile"])
def test_nothing_else_stays_of_the_file(kind, what):
    exif, words = Image.Exif(), PngImagePlugin.PngInfo()
    exif[0x010E] = "TAJEMNICA"
    words.add_text("Author", "TAJEMNICA")
    text = {"pnginfo": words} if kind == "PNG" else {"comment": "TAJEMNICA"}
    options = {"exif": {"exif": exif}, "profile": {"icc_profile": b"TAJEMNICA" * 20}, "text": text}
    assert not {"Author", "exif", "icc_profile", "comment"} & set(read(file_of(PHOTO, kind, **options[what])).info)


def test_a_turned_photograph_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read(file_of(PHOTO, "JPEG", exif=exif)).size == (40, 60)


@pytest.mark.parametrize("before", ["", "\ufeff", '<?xml version="1.0"?>\n<!-- Łódź -->', " \n"])
def test_a_drawing_is_drawn(before):
    made = read(svg(before=before))
    assert (made.size, made.getpixel((250, 250))) == ((500, 500), (0, 170, 0, 255))


@pytest.mark.parametrize("font", ["DejaVu Sans", "Arial", "Segoe UI, sans-serif", "serif"])
def test_words_of_a_drawing_are_drawn_whatever_their_font(font):
    assert read(f"<svg {SPACES}><text y='40' font-family='{font}'>Żółć</text></svg>".encode()).getchannel("A").getbbox()


WORDS = [b"", b"<", b"<svg", b"<html/>", b"\xef\xbb\xbf", b"PK\3\4", svg()[:-3], gzip.compress(svg()), b"<\0s\0v\0g"]
KINDS = [file_of(PHOTO, kind) for kind in ("GIF", "TIFF", "BMP", "WEBP", "ICO", "PPM", "PDF")]
CUT = [content[:length] for content in (PNG, JPEG) for length in range(0, len(content) - 20, 37)]
LAUGHS = "".join(f"<!ENTITY a{i} '" + f"&a{i - 1};" * 10 + "'>" for i in range(1, 10))
ENTITIES = (f"<!ENTITY a0 'ha'>{LAUGHS}", f"<!ENTITY a9 '{'x' * 50_000}'>")
BOMBS = [svg("&a9;" * 5000, before=f"<!DOCTYPE svg [{entities}]>") for entities in ENTITIES]


@pytest.mark.parametrize("contents", [WORDS, KINDS, CUT, BOMBS], ids=["words", "kinds", "cut", "bombs"])
def test_what_is_no_picture_is_refused(contents):
    assert {content: read(content) for content in contents} == dict.fromkeys(contents, "not_a_picture")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso-8859-2", "utf-7"])
def test_other_encodings_harm_nothing(encoding):
    words = svg("<text>Łódź</text>", before=f'<?xml version="1.0" encoding="{encoding}"?>').decode()
    made = read(words.encode(encoding))
    assert made == "not_a_picture" or made.getpixel((250, 250)) == (0, 170, 0, 255)


@pytest.mark.parametrize("size", [(5000, 5001), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_large_files_and_pictures_that_claim_many_pixels_are_refused(size):
    assert read(PNG + bytes(2_000_000)) == "too_large"
    assert read(PNG[:8] + chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)) + PNG[33:]) == "too_many_pixels"


@pytest.mark.parametrize("data", [b"", b"a\0", bytes(40)], ids=["none", "cut", "zeros"])
@pytest.mark.parametrize("name", [b"iCCP", b"gAMA", b"cHRM", b"zTXt", b"eXIf", b"acTL", b"fcTL", b"tRNS", b"IHDR"])
def test_broken_chunks_after_the_pixels_harm_nothing(name, data):
    read(PNG[:-12] + chunk(name, data) + PNG[-12:])


@settings(max_examples=60, derandomize=True)
@given(st.sampled_from([b"", PNG, JPEG, b"<svg "]), st.integers(0, 3000), st.binary(max_size=60))
def test_damaged_files_harm_nothing(content, at, noise):
    read(content[:at] + noise + content[at + len(noise) :])


@pytest.fixture
def secret(tmp_path):
    """Write files with a colour that no picture may show, and return the ways to name them."""
    file, drawing, style = (tmp_path / f"tajne.{kind}" for kind in ("png", "svg", "css"))
    Image.new("RGB", (64, 64), SECRET).save(file)
    drawing.write_bytes(svg(f'<g id="a"><rect {WIDE} fill="#ff00c7"/></g>'))
    style.write_text("rect { fill: #ff00c7 !important }", encoding="utf-8")
    return {"path": file, "drawing": drawing, "style": style, "uri": file.as_uri(), "folder": f"{tmp_path}/"} | {
        "relative": os.path.relpath(file, ROOT),
        "inside": base64.b64encode(file.read_bytes()).decode(),
        "coded": "".join(f"&#x{ord(c):x};" for c in str(file)),
        "percent": str(file).replace("/", "%2F"),
        "sub": base64.b64encode(svg(f'<image href="{file}" {WIDE}/>')).decode(),
    }


HREFS = ("href", "xlink:href", "xmlns:y='http://www.w3.org/1999/xlink' y:href", "xmlns:y='urn:y' y:href")
PLACES = "{path} {uri} {relative} {coded} {percent} http://127.0.0.1:9/a.png &#x68;ttp://x &#10;{path} //x/y a#b FILE:/"
FILTER = f'<rect filter="url(#f)" {WIDE}/>'
ASKING = [
    *(f"<image {name}='{place}' {WIDE}/>" for name in HREFS for place in ("", " {path}", *PLACES.split())),
    f"<image href='#a' xlink:href='{{path}}' {WIDE}/>",
    f"<image xlink:href='data:image/svg+xml;base64,{{sub}}' {WIDE}/>",
    f"<foreignObject {WIDE}><image href='{{path}}' {WIDE}/></foreignObject>",
    f"<filter id='f'><feImage xlink:href='{{path}}'/></filter>{FILTER}",
    *(f"<{tag} href='{{drawing}}#a'/>" for tag in ("use", "xi:include xmlns:xi='http://www.w3.org/2001/XInclude'")),
    *(f"<rect {WIDE} fill='{way}'/>" for way in ("u&#114;l({path})", "URL( &quot;{drawing}#a&quot; )")),
    *(f"<rect {WIDE} {way}/>" for way in ("style='fill:url({path})'", "mask='url(#m) url({uri})'")),
    *(f"<style>{way}</style>" for way in ("@import '{style}';", "<![CDATA[@IMPORT '{style}';]]>", "fill: url({uri})")),
]
# Asked in ways that nothing understands, or that are dropped.
UNHEARD = [
    f"<image HREF='{{path}}' xlink:HREF='{{path}}' Href='{{path}}' src='{{path}}' {WIDE}/>",
    f"<image href='DATA:image/png;base64,/../../../{{path}}' {WIDE}/>",
    f"<image href='data:image/png;base64,{{sub}}' {WIDE}/><image href='#/../../../{{path}}' {WIDE}/>",
    f"<image href='#a' {WIDE}><set attributeName='href' to='{{path}}'/></image>",
    f"<rect {WIDE} style='fill:\\75rl({{path}}); href: {{path}}'/>",
    "<style>\\@import '{style}'; @\\69mport '{style}'; @im/**/port '{style}';</style>",
    "<style><g/>@import '{style}'; rect {{ fill: url({path}) }}</style>",
    "<?xml-stylesheet href='{style}' type='text/css'?><script>'{path}'</script><iframe src='{uri}'/>",
]
BEFORE = [
    "<?xml-stylesheet href='{style}' type='text/css'?><!DOCTYPE svg SYSTEM '{drawing}'>",
    *(f"<!DOCTYPE svg [{way}<!ENTITY a '{{path}}'>]>" for way in ("", "%u;", "<!ENTITY % u SYSTEM '{uri}'> %u;")),
    "<!DOCTYPE svg [<!ENTITY a SYSTEM '{uri}'>]>",
    "<!DOCTYPE svg [<!ATTLIST image href CDATA '{path}' width CDATA '64' height CDATA '64'>]>",
]
BODIES = ("", f"<image href='&a;#' {WIDE}/>", f"<image xlink:href='#' {WIDE}/>")


def test_the_secret_would_show_if_it_were_read(secret):
    drawing = svg(f'<image href="{secret["path"]}" {WIDE}/>').decode()
    assert shows_secret(Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=drawing, height=500)))))
    assert shows_secret(read(svg(f'<image href="data:image/png;base64,{secret["inside"]}" {WIDE}/>')))


@pytest.mark.parametrize("body", ASKING)
def test_whatever_asks_for_files_is_refused(secret, body):
    assert read(svg(body.format(**secret))) == "asks_for_files"


@pytest.mark.parametrize(("before", "body"), [("", body) for body in UNHEARD] + list(product(BEFORE, BODIES)))
def test_what_is_not_refused_reads_nothing_either(secret, before, body):
    drawing = svg(body, f"{WIDE} xml:base='{{folder}}'", before).decode().format(**secret)
    assert not shows_secret(read(drawing.encode()))


def test_a_reference_inside_is_no_file_of_the_working_folder(tmp_path, monkeypatch):
    Image.new("RGB", (64, 64), SECRET).save(tmp_path / "#tajne.png")
    monkeypatch.setattr(sandbox, "ROOT", tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert not shows_secret(read(svg(f"<image href='#tajne.png' {WIDE}/>")))


USES = "".join(f"<g id='a{i}'>" + f"<use href='#a{i - 1}'/>" * 10 + "</g>" for i in range(1, 11))
SLOW = {
    "uses": f"<defs><g id='a0'>{GREEN}</g>{USES}</defs><use href='#a10'/>",
    "noise": f"<filter id='f'><feTurbulence baseFrequency='0.5' numOctaves='1000000000'/></filter>{FILTER}",
    "depth": "<g>" * 100_000 + "</g>" * 100_000,
    "circle": "<g id='a'><use href='#a'/></g><mask id='m' mask='url(#m)'/>",
}


@pytest.mark.parametrize("name", SLOW)
def test_a_drawing_made_to_be_slow_ends(name):
    made = read(svg(SLOW[name]))
    assert made == "too_hard" or not isinstance(made, str)


def test_strange_sizes_end():
    for width, height in (("0", "0"), ("-5", "5"), ("1e30", "1"), ("100000", "1"), ("1", "1e9"), ("NaN", "1")):
        read(svg(attributes=f'width="{width}" height="{height}"'))
