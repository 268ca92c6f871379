"""
Draw one file of each kind side by side, as the programs that people have show them.

Run `make contact-sheet` or `python scripts/contact_sheet.py FILE.png` from the top of the repository. LibreOffice opens
office files, Poppler PDFs, Chromium vectors and pages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geo.model.coverage import CoverageQuery  # noqa: E402
from geo.model.picture import Format, Kind, PictureQuery  # noqa: E402
from geo.render.text import Text  # noqa: E402
from geo.services.coverage import coverage_view  # noqa: E402
from geo.services.pictures import map_file  # noqa: E402
from geo.services.powiat import powiat_report  # noqa: E402
from geo.services.reports import powiat_deck, report_docx_file, report_pdf_file  # noqa: E402
from geo.services.sheet import sheet_pdf  # noqa: E402

PL = Text("pl")
WIDTH, HEIGHT, COLUMNS, EDGE = 640, 460, 3, 8
POWIAT = "1212"
# A GeoPackage is a database: what is in it, programs draw as they are told to.
SHOWN = [kind for kind in Kind if kind is not Kind.GPKG]


def run(program: str, *given: str) -> None:
    """Run a program that is on the path."""
    subprocess.run([shutil.which(program) or program, *given], check=True, capture_output=True)


def files(folder: Path) -> list[Path]:
    """Write one file of each kind."""
    query = CoverageQuery("kluczewski", area=POWIAT)
    picture, report = coverage_view(query, PL).picture, powiat_report(query, POWIAT, PL)
    made = {f"mapa.{kind}": map_file(picture, PictureQuery(), kind) for kind in SHOWN}
    made |= {
        "mapa-a4.pdf": map_file(picture, PictureQuery(Format.A4_TALL), Kind.PDF),
        "prezentacja.pptx": powiat_deck(report, PictureQuery(), PL),
        "raport.docx": report_docx_file(report, PL),
        "raport.pdf": report_pdf_file(report, PL),
        "kartka.pdf": sheet_pdf(POWIAT, PL),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in made]


def pictures(file: Path, folder: Path, browser: object) -> list[Image.Image]:
    """Return the pages of a file as the program that opens it shows them, two at most."""
    if file.suffix == ".png":
        return [Image.open(file)]
    if file.suffix in (".svg", ".html"):
        page = browser.new_page(viewport={"width": 1280, "height": 860})  # type: ignore[attr-defined]
        page.goto(file.as_uri())
        page.wait_for_load_state("networkidle")
        shot = folder / f"{file.name}.png"
        page.screenshot(path=shot)
        return [Image.open(shot)]
    if file.suffix in (".pptx", ".docx", ".xlsx"):
        out = folder / file.suffix[1:]
        run("soffice", "--headless", "--convert-to", "pdf", "--outdir", str(out), str(file))
        file = out / f"{file.stem}.pdf"
    if file.suffix != ".pdf":
        sheet = Image.new("RGB", (WIDTH, HEIGHT), "white")
        words = file.read_text("utf-8-sig")[:1500].replace(",", ",\n", 12)
        ImageDraw.Draw(sheet).multiline_text((10, 10), words, "black")
        return [sheet]
    stem = folder / f"{file.parent.name}-{file.stem}"
    run("pdftoppm", "-r", "70", "-l", "2", "-png", str(file), str(stem))
    return [Image.open(p) for p in sorted(folder.glob(f"{stem.name}-*.png"))]


def main(out: Path) -> None:
    """Put the pictures of all files into one."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        shown = [(file.name, image) for file in files(folder) for image in pictures(file, folder, browser)]
        sheet = Image.new("RGB", (COLUMNS * WIDTH, -(-len(shown) // COLUMNS) * HEIGHT), "#8a939c")
        for n, (called, image) in enumerate(shown):
            x, y = n % COLUMNS * WIDTH, n // COLUMNS * HEIGHT
            part = image.convert("RGB")
            part.thumbnail((WIDTH - 2 * EDGE, HEIGHT - 4 * EDGE))
            sheet.paste(part, (x + EDGE, y + 3 * EDGE))
            ImageDraw.Draw(sheet).text((x + EDGE, y + 4), called, "white")
        browser.close()
        sheet.save(out)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "contact-sheet.png"))
