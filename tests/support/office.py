"""Open office files as LibreOffice does."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image


def rendered(content, name, folder):
    """Return the pages of an office file as LibreOffice prints them: texts, and pixels of a small size."""
    office = shutil.which("soffice")
    assert office, "no LibreOffice; run `make office`"
    file = Path(folder) / name
    file.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pdf = file.with_suffix(".pdf")
    told = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=60)
    subprocess.run(["pdftoppm", "-r", "40", "-png", str(pdf), str(file.with_suffix(""))], check=True, timeout=60)
    pictures = sorted(Path(folder).glob(f"{file.stem}-*.png"))
    return told.stdout.decode().split("\f")[:-1], [np.asarray(Image.open(p).convert("RGB")) for p in pictures]


def covered(pixels):
    """Return the share of pixels that are not the ground."""
    return float((np.abs(pixels.astype(int) - pixels[0, 0]).sum(axis=2) > 12).mean())


def word_boxes(folder, name):
    """Return for each page of a rendered file its size and the words with their boxes, points from the upper left."""
    pdf = (Path(folder) / name).with_suffix(".pdf")
    told = subprocess.run(
        ["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    number = r'="([-\d.]+)"'
    pages = []
    for page in told.split("<page ")[1:]:
        width, height = map(float, re.match(rf"width{number} height{number}", page).groups())
        found = re.findall(rf"<word xMin{number} yMin{number} xMax{number} yMax{number}>([^<]*)</word>", page)
        pages.append(((width, height), [(words, tuple(map(float, box))) for *box, words in found]))
    return pages
