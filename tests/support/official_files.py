"""Make files in the formats of the offices, of our own numbers, with their traps."""

import csv
import io
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd

from geo.io.boundaries import load_units
from geo.model.units import Level
from geo.settings import BOUNDARIES_DIR

SPANS = [*((a, a + 4) for a in range(0, 85, 5)), (85, None)]


def gminy():
    return load_units(Level.GMINA, folder=BOUNDARIES_DIR)


def people_of(year):
    """Return made-up people of each gmina: those embedded and some, other in every gmina and year."""
    units = gminy()
    return (units["population"] + np.arange(len(units)) % 97 + (year - 2024)).rename("population")


def seven(code):
    return load_units(Level.GMINA, folder=BOUNDARIES_DIR).loc[code, "terc"]


def ages_of(year):
    """Return made-up people of each gmina by 18 groups of five years that sum to `people_of`."""
    total = people_of(year)
    shares = np.linspace(1.4, 0.3, len(SPANS))
    whole = np.floor(total.to_numpy()[:, None] * shares / shares.sum()).astype(int)
    whole[:, 0] += total.to_numpy() - whole.sum(axis=1)
    return pd.DataFrame(whole, total.index, [_named(*s) for s in SPANS])


def _named(first, last):
    return f"{first} i więcej" if last is None else f"{first}-{last}"


def rows_of_all_levels(values):
    """Return codes of 7 digits, names and values of Poland, voivodeships, powiaty, gminy and parts of gminy."""
    units = gminy()
    rows = [("0000000", "POLSKA", values.sum())]
    for code, own in values.groupby(values.index.str[:2]):
        rows.append((f"{code}00000", f"WOJ {code}", own.sum()))
        for powiat, part in own.groupby(own.index.str[:4]):
            rows.append((f"{powiat}000", f"Powiat {powiat}", part.sum()))
            for gmina, value in part.items():
                kind = units.loc[gmina, "terc"][6]
                rows.append((gmina + kind, f"{units.loc[gmina, 'name']} ({kind})", value))
                if kind == "3":
                    half = value // 2
                    rows.append((f"{gmina}4", f"{units.loc[gmina, 'name']} - miasto (4)", half))
                    rows.append((f"{gmina}5", f"{units.loc[gmina, 'name']} - obszar wiejski (5)", value - half))
    return rows


def ctab(columns, *, year, bom=False, zeros=True):
    """Return a wide table: `;` inside quoted headings, one at the end of each row."""
    lines = ['"Kod";"Nazwa";' + "".join(f'"{name};{year};[osoba]";' for name in columns)]
    tables = [rows_of_all_levels(values) for values in columns.values()]
    for cells in zip(*tables, strict=True):
        code = cells[0][0] if zeros else cells[0][0].lstrip("0") or "0"
        lines.append(f'{code};"{cells[0][1]}";' + "".join(f"{cell[2]};" for cell in cells))
    return ("\ufeff" if bom else "").encode() + ("\r\n".join(lines) + "\r\n").encode()


def crel(columns, *, years, dimension="Wiek", twelve=False, unknown=()):
    """Return a long table: a row a number, of some years; `unknown` (code, column) carry 0 and the attribute n."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\r\n").writerow
    write(["Kod", "Nazwa", dimension, "Płeć", "Rok", "Wartosc", "Jednostka miary", "Atrybut", ""])
    for year in years:
        for name, values in columns.items():
            for code, unit, value in rows_of_all_levels(values + (year - max(years))):
                own = f"01{code[:2]}1{_region(code)}{code[2:4]}{code[4:]}" if twelve else code
                missing = (code[:6], name) in unknown
                write([own, unit, name, "ogółem", year, 0 if missing else value, "osoba", "n" if missing else "", ""])
    return out.getvalue().encode()


def _region(code):
    return "00" if code[2:] == "00000" else "12"


def xtab(columns, *, year):
    """Return a workbook with a description and a wide sheet of three heading rows."""
    book = openpyxl.Workbook()
    book.active.title = "OPIS"
    book.active.append(["Ludność według wieku"])
    sheet = book.create_sheet("TABLICA")
    sheet.append(["Kod", "Nazwa", *columns])
    sheet.append(["", "", *["ogółem"] * len(columns)])
    sheet.append(["", "", *[str(year)] * len(columns)])
    tables = [rows_of_all_levels(values) for values in columns.values()]
    for cells in zip(*tables, strict=True):
        sheet.append([cells[0][0], cells[0][1], *(int(c[2]) for c in cells)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def all_ages(year):
    """Return the columns of P2137: everybody, groups of five years, and "70 i więcej" beside its parts."""
    ages = ages_of(year)
    columns = {"ogółem": people_of(year)} | {name: ages[name] for name in ages}
    older = ages[[_named(*s) for s in SPANS if s[0] >= 70]].sum(axis=1)
    names = list(columns)
    at = names.index("65-69") + 1
    return {n: columns[n] for n in names[:at]} | {"70 i więcej": older} | {n: columns[n] for n in names[at:]}


def terc(*, renamed=None, day="2027-01-01"):
    """Return TERC of all units, with towns, rural parts, a district and a delegacy."""
    units = gminy()
    lines = ["WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA"]
    for level, word in ((Level.VOIVODESHIP, "województwo"), (Level.POWIAT, "powiat")):
        for code, row in load_units(level, folder=BOUNDARIES_DIR).iterrows():
            name = row["name"].upper() if level is Level.VOIVODESHIP else row["name"]
            lines.append(f"{code[:2]};{code[2:4]};;;{name};{word};{day}")
    for code, row in units.iterrows():
        name = (renamed or {}).get(code, row["name"])
        kind = row["terc"][6]
        start = f"{code[:2]};{code[2:4]};{code[4:]}"
        lines.append(f"{start};{kind};{name};{row['kind']};{day}")
        if kind == "3":
            lines += [f"{start};4;{name};miasto;{day}", f"{start};5;{name};obszar wiejski;{day}"]
    lines += [f"14;65;02;8;Bemowo;dzielnica;{day}", f"12;61;02;9;Kraków-Krowodrza;delegatura;{day}"]
    return b"\xef\xbb\xbf" + ("\r\n".join(lines) + "\r\n").encode()


def as_xml(content, *, cols=False):
    """Return a CSV register as the XML that the office gives, in either of its two forms."""
    heading, *rows = [line.split(";") for line in content.decode("utf-8-sig").splitlines()]
    cell = '<col name="{0}">{1}</col>' if cols else "<{0}>{1}</{0}>"
    body = "".join(
        "<row>" + "".join(cell.format(n, v.replace("&", "&amp;")) for n, v in zip(heading, row, strict=True)) + "</row>"
        for row in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><teryt><catalog name="TERC">{body}</catalog></teryt>'.encode()


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def prg(units=None, *, digits=7):
    """Return outlines with the fields of PRG."""
    units = gminy() if units is None else units
    return gpd.GeoDataFrame(
        {
            "JPT_SJR_KO": "GMI",
            "JPT_KOD_JE": units["terc"].str[:digits].to_numpy(),
            "JPT_NAZWA_": units["name"].to_numpy(),
            "JPT_KOD__1": "",
            "JPT_NAZWA1": "",
            "WAZNY_OD": "2027-01-01",
        },
        geometry=units.geometry.to_numpy(),
        crs=2180,
    )
