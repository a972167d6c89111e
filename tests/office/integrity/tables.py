"""Tables: names, ids, headers, columns and where they lie."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from tests.office.integrity.book import Book, Box, TablePart, box_of, overlap
from tests.office.integrity.names import spelling
from tests.office.integrity.styles import differential
from tests.office.package import DOCUMENT, NS, letters


def faults(book: Book) -> Iterator[str]:
    """Faults of every table."""
    for table in book.table_parts:
        yield from (f"table {table.name or table.part}: {fault}" for fault in _table(book, table))
    yield from _twins(book)
    yield from _places(book)
    for title, part in book.sheets.items():
        related = {key for key, (kind, _) in book.relations(part).items() if kind == "table"}
        listed = [
            one.get(f"{{{DOCUMENT}}}id")
            for one in book.roots[title].iterfind("m:tableParts/m:tablePart", NS)
        ]
        if sorted(related) != sorted(listed):
            yield f"{title}: lists the tables {sorted(listed)}, has relations to {sorted(related)}"


def _twins(book: Book) -> Iterator[str]:
    for key in ("id", "displayName", "name"):
        values = Counter((table.root.get(key) or "").lower() for table in book.table_parts)
        for value, count in values.items():
            if count > 1:
                yield f"tables: {count} have the {key} {value}"


def _places(book: Book) -> Iterator[str]:
    """Tables over each other, over merged cells or over a sheet's own filter."""
    boxes = [(table, box_of(table.root.get("ref") or "")) for table in book.table_parts]
    for (one, a), (two, b) in combinations(boxes, 2):
        if one.sheet == two.sheet and a and b and overlap(a, b):
            yield f"tables {one.name} and {two.name} overlap on {one.sheet}"
    for table, box in boxes:
        root = book.roots[table.sheet]
        for kind, path in (
            ("merged cells", "m:mergeCells/m:mergeCell"),
            ("the filter", "m:autoFilter"),
        ):
            for other in root.iterfind(path, NS):
                there = box_of(other.get("ref") or "")
                if box and there and overlap(box, there):
                    yield f"table {table.name}: lies over {kind} {other.get('ref')}"


def _table(book: Book, table: TablePart) -> Iterator[str]:
    yield from spelling(table.name)
    box = box_of(table.root.get("ref") or "")
    if box is None:
        yield f"its range is {table.root.get('ref')!r}"
        return
    header = int(table.root.get("headerRowCount", "1"))
    totals = int(table.root.get("totalsRowCount", "0"))
    if box[3] - box[1] + 1 - header - totals < 1:
        yield "has no data row"
    if int(table.root.get("id", "0")) < 1:
        yield f"its id is {table.root.get('id')}"
    yield from _columns(book, table, box)
    yield from _filter(table, box, totals)
    if header:
        yield from _headers(book, table, box)


def _columns(book: Book, table: TablePart, box: Box) -> Iterator[str]:
    width, names = box[2] - box[0] + 1, table.columns
    if len(names) != width:
        yield f"{len(names)} columns over {width} cells"
    listed = table.root.find("m:tableColumns", NS)
    if listed is not None and listed.get("count") not in {None, str(len(names))}:
        yield f"counts {listed.get('count')} columns, has {len(names)}"
    for name, count in Counter(name.lower() for name in names).items():
        if count > 1:
            yield f"{count} columns are called {name!r}"
    ids: Counter[str] = Counter()
    for column in table.root.iterfind("m:tableColumns/m:tableColumn", NS):
        ids[column.get("id")] += 1
        for key in ("dataDxfId", "headerRowDxfId", "totalsRowDxfId"):
            if column.get(key) and int(column.get(key)) >= differential(book):
                yield f"column {column.get('name')!r}: {key} {column.get(key)} does not exist"
        for tag in ("calculatedColumnFormula", "totalsRowFormula"):
            for formula in column.findall(f"m:{tag}", NS):
                for fault in book.formulas.faults(formula.text or ""):
                    yield f"column {column.get('name')!r}: {fault}"
    yield from (f"{count} columns have the id {key}" for key, count in ids.items() if count > 1)


def _filter(table: TablePart, box: Box, totals: int) -> Iterator[str]:
    for found in table.root.iterfind("m:autoFilter", NS):
        wanted = (box[0], box[1], box[2], box[3] - totals)
        if box_of(found.get("ref") or "") != wanted:
            yield f"its filter is {found.get('ref')}, its range {table.root.get('ref')}"
        for column in found.iterfind("m:filterColumn", NS):
            if int(column.get("colId", "0")) > box[2] - box[0]:
                yield f"filters column {column.get('colId')}, which it lacks"


def _headers(book: Book, table: TablePart, box: Box) -> Iterator[str]:
    """The header cells must be text and say what the columns are called."""
    row = book.roots[table.sheet].find(f"m:sheetData/m:row[@r='{box[1]}']", NS)
    cells = {} if row is None else {cell.get("r"): cell for cell in row}
    for place, name in enumerate(table.columns):
        ref = f"{letters(box[0] + place)}{box[1]}"
        cell = cells.get(ref)
        text = None if cell is None else text_of(book, cell)
        # A line break in a header stands as _x000a_ in the table part.
        said = re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), name)
        if not name:
            yield f"column {place + 1} has no name"
        elif text is None:
            yield f"header {ref} is empty or no text"
        elif text != said:
            yield f"header {ref} says {text!r}, the column is called {name!r}"


def text_of(book: Book, cell: object) -> str | None:
    """The text of a text cell; ``None`` for any other."""
    kind = cell.get("t", "n")  # type: ignore[attr-defined]
    if kind == "inlineStr":
        found = [text.text or "" for text in cell.iter("{*}t")]  # type: ignore[attr-defined]
        return "".join(found)
    value = cell.findtext("m:v", namespaces=NS)  # type: ignore[attr-defined]
    if value is None or kind not in {"s", "str"}:
        return None
    if kind == "str":
        return str(value)
    place = int(value)
    return book.shared_strings[place] if place < len(book.shared_strings) else None
