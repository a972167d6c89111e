"""What the Python engine says of a workbook in which somebody typed."""

from __future__ import annotations

from pathlib import Path

from tests.office.package import Package
from tests.office.typings.flagged import Flagged
from xlmatrix.regen import read_book
from xlmatrix.regen.merging.overlay import as_typed
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.inputs import inputs_of
from xlmatrix.tables.catalogue import table_of
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.write import render


def said_by_engine(path: Path) -> tuple[Package, list[Flagged]]:
    """Read the workbook and plan it anew as ``check`` does, with what was typed in its cells.

    Gives the workbook and what is found in its tables.
    """
    used = read_book(path)
    as_of = stamp_of(used.typed.get(("", "AsOf_Input", "")))
    assert as_of is not None, "its As of must be frozen"
    plan = plan_book(used.spec, used.log, as_of=as_of, created=as_of, typed=used.typed)
    shown, _, flagged = as_typed(plan, used.inputs, inputs_of(plan))
    copy = path.with_name(f"engine {path.name}")
    copy.write_bytes(render(shown))
    return Package(copy), [(one.table, one.flag.said) for one in flagged if table_of(one.table)]
