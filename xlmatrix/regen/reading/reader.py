"""Reads a workbook back, whoever saved it: tables, named cells, comments, widths, loose cells.

The XML is read as it streams by, with values as the file has them (serial numbers, not dates), so
that nothing is interpreted twice and a long log costs memory only for what people typed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.regen.reading.cells import Cells, read_cells
from xlmatrix.regen.reading.package import RESCUE, Package, local, parse, read_package
from xlmatrix.regen.reading.tables import Raw, TableData, unescape, whole
from xlmatrix.tables.catalogue import ids_of

_TABLE: Final = "/relationships/table"
_COMMENTS: Final = "/relationships/comments"
_CELL: Final = re.compile(r"^\$?([A-Z]{1,3})\$?(\d+)$")
#: Parts that are no sheets: what programs and add-ins put beside them.
_EXTRAS: Final = (
    "xl/pivot", "xl/externalLinks/", "xl/query", "xl/vbaProject", "xl/webextensions/",
    "xl/chartsheets/", "xl/dialogsheets/", "xl/macrosheets/", "xl/model/", "xl/connections.xml",
)  # fmt: skip
_DAYS_1904: Final = 1462
_MOST_BLANK_ROWS: Final = 10_000
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands: sheet, header row and first column, last row.

    ``headers`` are the ids of our columns, whatever the file shows above them, and the headers of
    others.
    """

    name: str
    sheet: str
    row: int
    column: int
    last_row: int
    headers: tuple[str, ...]
    totals: bool = False
    """Whether a row of totals follows the last row."""

    @property
    def last_column(self) -> int:
        """The sheet column of the last header."""
        return self.column + len(self.headers) - 1


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a cell."""

    author: str
    text: str


@dataclass(slots=True)
class SheetPart:
    """One worksheet as read; rows and columns count from 1."""

    name: str
    part: str
    state: str = "visible"
    tables: list[Place] = field(default_factory=list)
    comments: dict[tuple[int, int], Comment] = field(default_factory=dict)
    related: frozenset[str] = frozenset()
    cells: Cells = field(default_factory=Cells)
    names: dict[str, str] = field(default_factory=dict)
    """Names of this sheet alone, print areas and titles among them, to what they stand for."""


@dataclass(slots=True)
class Contents:
    """A workbook as read."""

    where: str
    sheets: list[SheetPart]
    names: dict[str, str]
    formats: list[str]
    extras: frozenset[str]
    broken: list[str] = field(default_factory=list)
    ours: frozenset[str] = frozenset()
    """Texts that xlmatrix wrote outside of tables: no rows of a table, though right below it."""

    def table(self, name: str) -> TableData | None:
        """A table by name, without regard to case."""
        for sheet in self.sheets:
            for place in sheet.tables:
                if place.name.casefold() == name.casefold():
                    return table_data(sheet, place, self.ours)
        return None

    def tables(self) -> dict[str, TableData]:
        """Every table by name."""
        return {
            place.name: table_data(sheet, place, self.ours)
            for sheet in self.sheets
            for place in sheet.tables
        }

    def sheet(self, name: str) -> SheetPart | None:
        """A sheet by name, without regard to case."""
        return next((s for s in self.sheets if s.name.casefold() == name.casefold()), None)

    def place_of(self, name: str) -> tuple[SheetPart, int, int] | None:
        """The sheet, row and column that a defined name begins at."""
        sheet_name, mark, area = self.names.get(name, "").lstrip("=").rpartition("!")
        found = _CELL.match(area.partition(":")[0])
        if not mark or found is None:
            return None
        if sheet_name.startswith("'"):
            sheet_name = sheet_name[1:-1].replace("''", "'")
        sheet = self.sheet(sheet_name)
        return None if sheet is None else (sheet, int(found[2]), column_number(found[1]))

    def value_of(self, name: str) -> Raw:
        """The value of the cell that a defined name stands for."""
        place = self.place_of(name)
        return None if place is None else place[0].cells.values.get(place[1:])


def column_number(letters: str) -> int:
    """``A`` as 1, ``AB`` as 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def table_data(sheet: SheetPart, place: Place, ours: frozenset[str] = frozenset()) -> TableData:
    """The rows of a table, those typed right below it included."""
    cells = sheet.cells
    columns = range(place.column, place.last_column + 1)
    last = _last_row(sheet, place, ours)
    rows: list[tuple[Raw, ...]] = []
    formulas: dict[tuple[int, int], str] = {}
    filled = {row for row, _ in cells.values} | {row for row, _ in cells.formulas}
    blank = (None,) * len(columns)
    for index, row in enumerate(range(place.row + 1, last + 1)):
        if row not in filled:
            rows.append(blank)
            continue
        rows.append(tuple(cells.values.get((row, column)) for column in columns))
        for offset, column in enumerate(columns):
            if (row, column) in cells.formulas:
                formulas[index, offset] = cells.formulas[row, column]
    return TableData(
        place.name, place.headers, tuple(rows), formulas, sheet.name, place.row, place.column
    )


def _last_row(sheet: SheetPart, place: Place, ours: frozenset[str]) -> int:
    """Tables do not grow by themselves in every program: rows typed right below belong to them."""
    cells = sheet.cells
    columns = range(place.column, place.last_column + 1)
    last = place.last_row
    while not place.totals:
        spots = [(last + 1, column) for column in columns]
        typed = [cells.values[s] for s in spots if s in cells.values and s not in cells.formulas]
        if not typed or str(typed[0]) in ours:
            return last
        if any(p.row <= last + 1 <= p.last_row for p in sheet.tables if p != place):
            return last
        last += 1
    return last


def read_contents(
    path: Path,
    *,
    computed: Callable[[Contents], Mapping[str, frozenset[str]]] | None = None,
    skip: Callable[[Contents, SheetPart], bool] | None = None,
    most_rows: Callable[[SheetPart], int | None] | None = None,
    rescue: bool = False,
    progress: Progress | None = None,
) -> Contents:
    """Read a workbook.

    Parameters
    ----------
    computed
        Asked, once the outline is known, for the computed columns of each table; their formula
        cells are passed over.
    skip
        Sheets whose cells nobody needs.
    most_rows
        How many rows with values a sheet may have; None is any number.
    rescue
        Read as much as can be read of a damaged file; what cannot stands in ``broken``.

    Raises
    ------
    XlmatrixError
        When the file is no workbook or is damaged.
    """
    package = read_package(path, salvage=rescue)
    contents = outline(package, rescue=rescue)
    known = computed(contents) if computed else {}
    strings = shared_strings(package, rescue=rescue)
    base1904 = _DAYS_1904 if contents.names.get("\x001904") else 0
    contents.names.pop("\x001904", None)
    for sheet in contents.sheets:
        if skip is not None and skip(contents, sheet):
            continue
        if progress:
            progress(f"reading {sheet.name}")
        passed = [
            (place.row + 1, place.last_row, place.column + offset)
            for place in sheet.tables
            for offset, header in enumerate(place.headers)
            if header in known.get(place.name, ())
        ]
        try:
            most = most_rows(sheet) if most_rows else None
            sheet.cells = read_cells(
                package, sheet.part, strings, passed, most_rows=most, lenient=rescue
            )
        except XlmatrixError:
            if not rescue:
                raise
            contents.broken.append(sheet.name)
        sheet.tables = [_within(place, sheet.cells.last_row) for place in sheet.tables]
        if base1904:
            _shift_1904(contents, sheet)
    return contents


def _within(place: Place, last_row: int) -> Place:
    """A table that somebody drew over a million rows ends some rows below what stands in it."""
    most = max(place.row, last_row) + _MOST_BLANK_ROWS
    return place if place.last_row <= most else replace(place, last_row=most)


def _shift_1904(contents: Contents, sheet: SheetPart) -> None:
    """A workbook that counts days from 1904: bring what its format shows as date to 1900."""
    for place, value in sheet.cells.values.items():
        style = sheet.cells.styles.get(place, 0)
        code = contents.formats[style] if style < len(contents.formats) else ""
        if place in sheet.cells.dated or isinstance(value, bool):
            continue
        if isinstance(value, int | float) and is_date_format(code) and value >= 1:
            sheet.cells.values[place] = whole(value + _DAYS_1904)


def is_date_format(code: str) -> bool:
    """Whether a number format shows a date."""
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code).lower()
    return "y" in bare or "d" in bare


def outline(package: Package, *, rescue: bool = False) -> Contents:
    """Sheets, tables, names, comments and number formats, without the cells."""
    if "xl/workbook.xml" not in package:
        other = "word/document.xml" in package or "ppt/presentation.xml" in package
        raise XlmatrixError(
            "this is another Office document" if other else "this is no Excel workbook",
            where=package.where,
            mend="Name the .xlsx that xlmatrix built",
        )
    listed: list[tuple[str, str, str]] = []
    names: dict[str, str] = {}
    of_sheets: dict[int, dict[str, str]] = {}
    current: list[str] = []
    inside: list[tuple[dict[str, str], str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        bare = local(tag)
        if bare == "sheet":
            relation = next((v for k, v in attributes.items() if local(k) == "id" and ":" in k), "")
            listed.append((attributes.get("name", ""), attributes.get("state", ""), relation))
        elif bare == "definedName":
            place = attributes.get("localSheetId", "")
            known = of_sheets.setdefault(int(place), {}) if place.isdecimal() else names
            inside[:] = [(known, attributes.get("name", ""))]
            current.clear()
        elif bare == "workbookPr" and attributes.get("date1904", "0") in ("1", "true"):
            names["\x001904"] = "1"

    def end(tag: str) -> None:
        if local(tag) == "definedName" and inside:
            known, name = inside.pop()
            known[name] = "".join(current)

    parse(
        package,
        "xl/workbook.xml",
        start=start,
        end=end,
        text=lambda piece: current.append(piece) if inside else None,
        lenient=rescue,
    )
    relations = _relations(package, "xl/workbook.xml")
    sheets = []
    for number, (name, state, relation) in enumerate(listed):
        target = relations.get(relation, ("", ""))[1]
        if not target and not rescue:
            raise XlmatrixError(
                f"the sheet {name!r} has lost its part", where=package.where, mend=RESCUE
            )
        if target.startswith("xl/worksheets/") or (
            target and "worksheet" in relations[relation][0]
        ):
            sheet = _sheet_outline(package, name, state or "visible", target, rescue=rescue)
            sheet.names = of_sheets.get(number, {})
            sheets.append(sheet)
    extras = frozenset(part for part in package.names if part.startswith(_EXTRAS))
    return Contents(package.where, sheets, names, _formats(package), extras)


def _sheet_outline(
    package: Package, name: str, state: str, part: str, *, rescue: bool = False
) -> SheetPart:
    sheet = SheetPart(name, part, state)
    relations = _relations(package, part)
    for kind, target in relations.values():
        if kind.endswith(_TABLE) and target in package:
            place = _place(package, target, name)
            if place is not None:
                sheet.tables.append(place)
        elif kind.endswith(_COMMENTS) and (target in package or not rescue):
            sheet.comments |= _comments(package, target)
    sheet.tables.sort(key=lambda place: (place.row, place.column))
    sheet.related = frozenset(kind.rpartition("/")[2] for kind, _ in relations.values())
    return sheet


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Id to kind and part of what a part refers to inside the package."""
    folder, name = posixpath.split(part)
    own = f"{folder}/_rels/{name}.rels"
    found: dict[str, tuple[str, str]] = {}
    if own not in package:
        return found

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            whole_path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
            found[attributes.get("Id", "")] = (
                attributes.get("Type", ""),
                posixpath.normpath(whole_path),
            )

    parse(package, own, start=start)
    return found


def _place(package: Package, part: str, sheet: str) -> Place | None:
    attributes: dict[str, str] = {}
    headers: list[str] = []

    def start(tag: str, given: dict[str, str]) -> None:
        bare = local(tag)
        if bare == "table":
            attributes.update(given)
        elif bare == "tableColumn":
            headers.append(unescape(given.get("name", "")))

    parse(package, part, start=start)
    first, _, last = attributes.get("ref", "").partition(":")
    top, bottom = _CELL.match(first), _CELL.match(last or first)
    if top is None or bottom is None:
        return None
    totals = int(attributes.get("totalsRowCount", "0") or 0)
    # Without its header row a table begins with its first row of values.
    headless = attributes.get("headerRowCount", "1") == "0"
    name = attributes.get("displayName") or attributes.get("name", "")
    return Place(
        name,
        sheet,
        int(top[2]) - headless,
        column_number(top[1]),
        int(bottom[2]) - totals,
        ids_of(name, headers),
        totals=totals > 0,
    )


def _comments(package: Package, part: str) -> dict[tuple[int, int], Comment]:
    authors: list[str] = []
    found: dict[tuple[int, int], Comment] = {}
    state: dict[str, str] = {}
    pieces: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        bare = local(tag)
        if bare == "comment":
            state.update(ref=attributes.get("ref", ""), author=attributes.get("authorId", "0"))
        if bare in ("comment", "author"):
            pieces.clear()
        state["in"] = bare

    def end(tag: str) -> None:
        bare = local(tag)
        if bare == "author":
            authors.append("".join(pieces))
        elif bare == "comment":
            at = _CELL.match(state["ref"])
            number = int(state["author"])
            author = authors[number] if number < len(authors) else ""
            if at is not None:
                place = (int(at[2]), column_number(at[1]))
                found[place] = Comment(author, unescape("".join(pieces)))
        state["in"] = ""

    def text(piece: str) -> None:
        if state.get("in") in ("t", "author"):
            pieces.append(piece)

    parse(package, part, start=start, end=end, text=text)
    return found


def shared_strings(package: Package, *, rescue: bool = False) -> list[str]:
    """The workbook's table of texts."""
    found: list[str] = []
    part = next((p for p in package.names if p.lower() == "xl/sharedstrings.xml"), "")
    if not part:
        return found
    pieces: list[str] = []
    reading = [False, False]

    def start(tag: str, _: dict[str, str]) -> None:
        bare = local(tag)
        if bare == "si":
            pieces.clear()
        elif bare == "rPh":
            reading[1] = True
        elif bare == "t":
            reading[0] = not reading[1]

    def end(tag: str) -> None:
        bare = local(tag)
        if bare == "si":
            found.append(unescape("".join(pieces)))
        elif bare == "rPh":
            reading[1] = False
        elif bare == "t":
            reading[0] = False

    parse(
        package,
        part,
        start=start,
        end=end,
        text=lambda piece: pieces.append(piece) if reading[0] else None,
        lenient=rescue,
    )
    return found


_BUILT_IN: Final = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 49: "@",
}  # fmt: skip


def _formats(package: Package) -> list[str]:
    """The number format of each cell style."""
    codes: dict[int, str] = dict(_BUILT_IN)
    styles: list[int] = []
    inside = [False]

    def start(tag: str, attributes: dict[str, str]) -> None:
        bare = local(tag)
        if bare == "numFmt" and "numFmtId" in attributes:
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif bare == "cellXfs":
            inside[0] = True
        elif bare == "xf" and inside[0]:
            styles.append(int(attributes.get("numFmtId", "0")))

    def end(tag: str) -> None:
        if local(tag) == "cellXfs":
            inside[0] = False

    if "xl/styles.xml" in package:
        parse(package, "xl/styles.xml", start=start, end=end, lenient=True)
    return [codes.get(number, "General") for number in styles]


__all__ = ["RESCUE", "Comment", "Contents", "Place", "SheetPart", "read_contents", "table_data"]
