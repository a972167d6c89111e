"""Records of a CSV, many at once: the lines they begin on, and those that are rows."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from itertools import islice

from xlmatrix.exchange.files.tabled import ROWS_AT_ONCE, Counted, Refused, Rows


def next_rows(reader: Iterator[list[str]]) -> list[list[str]]:
    """So many records as are read at once; looking for garbage among new ones finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return list(islice(reader, ROWS_AT_ONCE))
    finally:
        if was_on:
            gc.enable()


def begins(rows: Sequence[Sequence[str]], at: int, end: int) -> list[int]:
    """The lines on which records begin, the first of them on ``at``, what follows on ``end``."""
    if end - at == len(rows):
        return list(range(at, end))
    lines = []
    for row in rows:
        lines.append(at)
        at += 1 + sum(_breaks(cell) for cell in row)
    return lines


def _breaks(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")


def kept(lines: list[int], rows: list[list[str]], width: int, counted: Counted) -> Rows:
    """The rows of the header's width, or with fewer fields, as programs leave out empty ends."""
    counted.rows += len(rows)
    if set(map(len, rows)) == {width} and all(row[0].strip() for row in rows):
        return Rows(lines, list(zip(*rows, strict=True)))
    at: list[int] = []
    kept: list[list[str]] = []
    for line, row in zip(lines, rows, strict=True):
        if len(row) > width:
            what = f"row not used: it has {len(row):,} fields, the header {width:,}"
            mend = "Put quotes around fields that hold the delimiter"
            counted.refused.append(Refused(line, what, mend))
        elif not any(map(str.strip, row)):
            counted.blank += 1
        else:
            at.append(line)
            kept.append(row + [""] * (width - len(row)))
    return Rows(at, list(zip(*kept, strict=True)) if kept else [()] * width)
