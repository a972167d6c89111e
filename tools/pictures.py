"""Renders a workbook as one picture a sheet, or as the pages that a printer would give.

Usage: ``python tools/pictures.py BOOK FOLDER [--print] [--dpi 80] [--most-width N] [--only A,B]``

The pictures come from LibreOffice: table-style banding, tab colours, dropdown arrows, comments and
frozen panes are not in them.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def main() -> int:
    """Read the arguments and render; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("book", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--print", action="store_true", help="pages as printed, not whole sheets")
    parser.add_argument("--dpi", type=int, default=80)
    parser.add_argument("--most-width", type=int, default=1_000_000, help="cut wider pictures")
    parser.add_argument("--only", help="sheets to draw, by title, with commas between")
    options = parser.parse_args()
    only = None if options.only is None else {title.strip() for title in options.only.split(",")}
    try:
        made = render(
            options.book,
            options.folder,
            dpi=options.dpi,
            printed=options.print,
            most_width=options.most_width,
            only=only,
        )
    except (OSError, ValueError) as error:
        print(f"pictures: {error}", file=sys.stderr)
        return 1
    for path in made:
        print(path)
    return 0


def render(
    book: Path,
    folder: Path,
    *,
    dpi: int = 80,
    printed: bool = False,
    most_width: int = 1_000_000,
    only: set[str] | None = None,
) -> list[Path]:
    """Pictures of a workbook, in the order of its sheets.

    Parameters
    ----------
    book
        The workbook; it is not changed.
    folder
        Where the PNG files go (made when missing). They are named after the visible sheets in lower
        case, or ``page-01.png`` … when ``printed``; hidden sheets have no picture.
    dpi
        Dots an inch.
    printed
        Pages as a printer gives them, with the page breaks of the print set-up.
    most_width
        Pictures of whole sheets are cut at so many pixels.
    only
        Titles of the sheets to draw, all when None.
    """
    for program in ("soffice", "pdftoppm"):
        if shutil.which(program) is None:
            raise FileNotFoundError(f"{program} is not installed: run `make office`")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="xlmatrix-pictures-") as scratch:
        pdf = _pdf(book, Path(scratch), printed=printed)
        pages = _page_count(pdf)
        if printed:
            names = {page: f"page-{page:02}" for page in range(1, pages + 1)}
        else:
            # LibreOffice gives hidden sheets a page too, and every sheet just one.
            titles = sheets(book)
            if len(titles) != pages:
                raise ValueError(f"{pages} pages for {len(titles)} sheets (is one empty?)")
            shown = enumerate(titles, start=1)
            names = {page: file_name(title) for page, (title, visible) in shown if visible}
            if only is not None:
                if unknown := only - {title for title, visible in titles if visible}:
                    raise ValueError(f"no visible sheet is called {sorted(unknown)}")
                wanted = {file_name(title) for title in only}
                names = {page: name for page, name in names.items() if name in wanted}
        widest = 0 if printed else most_width
        return [_picture(pdf, page, folder / name, dpi, widest) for page, name in names.items()]


def sheets(book: Path) -> list[tuple[str, bool]]:
    """Title of each sheet and whether it is visible, in the order of the tabs."""
    with zipfile.ZipFile(book) as archive:
        # A workbook of our own making: no hostile XML is expected here.
        root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return [
        (sheet.get("name", ""), sheet.get("state", "visible") == "visible")
        for sheet in root.iter(f"{MAIN}sheet")
    ]


def _pdf(book: Path, scratch: Path, *, printed: bool) -> Path:
    whole = json.dumps({"SinglePageSheets": {"type": "boolean", "value": "true"}})
    copy = scratch / f"book{book.suffix}"
    if printed:
        shutil.copyfile(book, copy)
    else:
        _copy_without_print_setup(book, copy)
    done = subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(scratch / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf" if printed else f"pdf:calc_pdf_Export:{whole}",
            "--outdir",
            str(scratch),
            str(copy),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    pdf = scratch / "book.pdf"
    if not pdf.is_file():
        raise ValueError(f"LibreOffice could not render {book}: {done.stderr.strip()}")
    return pdf


def _copy_without_print_setup(book: Path, copy: Path) -> None:
    """A page as large as the sheet needs neither scaling, print area nor header."""
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(copy, "w") as sink:
        for item in source.infolist():
            data = source.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"<(pageSetup|headerFooter)\b[^>]*?(/>|>.*?</\1>)", b"", data)
                data = re.sub(rb"<pageSetUpPr [^>]*/>", b"", data)
            elif item.filename == "xl/workbook.xml":
                named = (
                    rb'<definedName [^>]*name="_xlnm.Print_(Area|Titles)"[^>]*>.*?</definedName>'
                )
                data = re.sub(named, b"", data)
            sink.writestr(item, data)


def _page_count(pdf: Path) -> int:
    said = subprocess.run(
        ["pdfinfo", str(pdf)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    found = re.search(r"^Pages:\s*(\d+)", said.stdout, re.MULTILINE)
    return int(found[1]) if found else 0


def _picture(pdf: Path, page: int, stem: Path, dpi: int, most_width: int) -> Path:
    """One page as PNG; with a ``most_width`` it is a whole sheet, cut there."""
    command = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile", "-png"]
    if most_width:
        # LibreOffice 7.4 draws a whole sheet at half its size into the corner of its page.
        width, height = (round(points / 72 * dpi) for points in _page_size(pdf, page))
        command[2] = str(2 * dpi)
        command += [
            "-x",
            "0",
            "-y",
            "0",
            "-W",
            str(min(width + 4, most_width)),
            "-H",
            str(height + 4),
        ]
    command += [str(pdf), str(stem)]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True, timeout=600)
    return stem.with_suffix(".png")


def _page_size(pdf: Path, page: int) -> tuple[float, float]:
    """Width and height of a page in points."""
    command = ["pdfinfo", "-f", str(page), "-l", str(page), str(pdf)]
    said = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    found = re.search(r"size:\s*([\d.]+) x ([\d.]+) pts", said.stdout)
    if found is None:
        raise ValueError(f"page {page} has no size")
    return float(found[1]), float(found[2])


def file_name(title: str) -> str:
    """What the picture of a sheet is called."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


if __name__ == "__main__":
    sys.exit(main())
