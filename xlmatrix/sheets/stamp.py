"""The stamp: what a workbook was made from, kept in it on a sheet that nobody is offered.

Texts and base values are packed, so that no program's habits with line ends, quotes or leading
equals signs can touch them, and cut into pieces that fit a cell.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.formula.expr import Cell as Reference
from xlmatrix.formula.expr import Range
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.inputs import Inputs, TableInputs, inputs_of, plain
from xlmatrix.sheets.plan import BookPlan, Formula, Visibility

NAME: Final = "Stamp"
TITLE: Final = "xlmatrix stamp"
FORM: Final = 1
PIECE_CHARS: Final = 30_000
#: Of one text of a stamp, unpacked: the inputs of 99,999 incidents are within a quarter of it.
_MOST_BYTES: Final = 96 * 1024 * 1024
_MOST_RATIO: Final = 150
#: What reading a stamp raises that somebody altered.
_ALTERED: Final = (
    KeyError, ValueError, TypeError, AttributeError, OverflowError, RecursionError, zlib.error,
)  # fmt: skip
_NOTE: Final = "Kept by xlmatrix to carry over what you typed. Please leave it as it is."


@dataclass(frozen=True, slots=True)
class SheetBase:
    """A sheet as it was made: what tells it although renamed, and what stood in its cells."""

    tables: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    widths: Mapping[int, float] = field(default_factory=dict)
    hidden: tuple[int, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    """First sheet column of each table."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Every header of each table, in order."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a workbook was made from.

    Attributes
    ----------
    spec
        The text of the spec, comments included.
    template
        The shipped template's name, empty for a spec of one's own.
    version
        The xlmatrix that made the workbook.
    created
        When, on the wall clock of the zone.
    horizon
        The dates that its calendars cover.
    base
        The values of every input as they were offered.
    sheets
        The sheets as they were made.
    """

    spec: str
    template: str
    version: str
    created: datetime
    horizon: tuple[date, date]
    base: Inputs = field(default_factory=Inputs)
    sheets: Mapping[str, SheetBase] = field(default_factory=dict)
    seal: str = ""
    """A digest of the inputs as the workbook was written: whether anything was typed since."""
    zone_data: str = ""
    """The number of IANA's zone data that its clocks follow; releases before 0.3 wrote none."""
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Names that people gave to roles and calendars of the spec, by kind and id."""
    ancestor: str = ""
    """What two merged workbooks were copies of; empty for one that was not merged."""
    mappings: Mapping[str, Any] = field(default_factory=dict)
    """What the words of exports mean, by tool, where that was given beside the spec."""
    imported: Inputs = field(default_factory=Inputs)
    """What exports said of incidents and their histories when they were last brought in; empty
    where ``base`` says it, as it does from the first build on."""

    @property
    def loose(self) -> frozenset[str]:
        """The texts of all sheets outside of tables."""
        return frozenset(text for sheet in self.sheets.values() for text in sheet.loose)


def seal_of(inputs: Inputs) -> str:
    """A digest of inputs that no program's last digits change."""
    digest = hashlib.sha256()
    for name in sorted(inputs.tables):
        table = inputs.tables[name]
        digest.update(f"\x1e{name}\x1f{table.headers}".encode())
        for row in table.rows:
            digest.update("\x1f".join(map(_sealed, row)).encode("utf-8", "surrogatepass"))
    for name in sorted(inputs.names):
        digest.update(f"\x1e{name}\x1f{_sealed(inputs.names[name])}".encode())
    return digest.hexdigest()


def _sealed(value: object) -> str:
    return f"{float(value):.11g}" if isinstance(value, int | float) else str(value or "")


def stamped(book: BookPlan, stamp: Stamp) -> BookPlan:
    """The workbook with its stamp as the last sheet; ``stamp.base`` empty takes the book's own."""
    if not stamp.base.tables:
        stamp = replace(stamp, base=inputs_of(book))
    if not stamp.seal:
        stamp = replace(stamp, seal=seal_of(stamp.base))
    if not stamp.sheets:
        stamp = replace(stamp, sheets=sheet_bases(book))
    draft = Draft(NAME, visibility=Visibility.VERY_HIDDEN, protected=True)
    draft.put(1, 1, TITLE, "helper")
    draft.put(1, 2, _NOTE, "helper")
    row = 2
    for key, text in _texts(stamp).items():
        for start in range(0, max(len(text), 1), PIECE_CHARS):
            draft.put(row, 1, key, "helper")
            draft.put(row, 2, text[start : start + PIECE_CHARS], "helper")
            row += 1
    draft.widths.update({1: 14, 2: 60})
    return replace(book, sheets=(*book.sheets, draft.plan()))


def sheet_bases(book: BookPlan) -> dict[str, SheetBase]:
    """What is to be known later of each sheet."""
    pointing: dict[str, list[str]] = {plan.name: [] for plan in book.sheets}
    for known, expr in book.names.items():
        target = expr.first if isinstance(expr, Range) else expr
        if isinstance(target, Reference) and target.sheet in pointing:
            pointing[target.sheet].append(known)
    bases = {}
    for plan in book.sheets:
        visible = plan.visibility is Visibility.VISIBLE
        texts = [
            str(plain(cell.value))
            for cell in plan.cells.values()
            if visible and not isinstance(cell.value, Formula) and cell.value not in (None, "")
        ]
        bases[plan.name] = SheetBase(
            tables=tuple(table.name for table in plan.tables),
            names=tuple(sorted(pointing[plan.name])),
            loose=tuple(sorted(set(texts))),
            widths=dict(sorted(plan.widths.items())) if visible else {},
            hidden=tuple(sorted(plan.hidden_columns)),
            places={table.name: table.column for table in plan.tables},
            columns={t.name: tuple(c.id for c in t.columns) for t in plan.tables},
        )
    return bases


def _texts(stamp: Stamp) -> dict[str, str]:
    about = {
        "form": FORM,
        "xlmatrix": stamp.version,
        "template": stamp.template,
        "created": stamp.created.isoformat(),
        "horizon": [day.isoformat() for day in stamp.horizon],
        "seal": stamp.seal,
        "zone_data": stamp.zone_data,
    }
    if stamp.ancestor:
        about["ancestor"] = stamp.ancestor
    texts = {
        "about": json.dumps(about, sort_keys=True),
        "spec": _packed(stamp.spec),
        "base": _packed(
            _dumped(
                _base_data(stamp.base)
                | _renamed_data(stamp.renamed)
                | ({"imported": _base_data(stamp.imported)} if stamp.imported.tables else {})
                | ({"mappings": dict(stamp.mappings)} if stamp.mappings else {})
            )
        ),
        "sheets": _packed(_dumped({k: _sheet_data(v) for k, v in stamp.sheets.items()})),
    }
    return texts | {"check": _check(texts)}


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _packed(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _unpacked(text: str) -> str:
    packed = base64.b64decode(text, validate=True)
    most = min(_MOST_BYTES, _MOST_RATIO * len(packed) + 1024 * 1024)
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(packed, most)
    if unpacker.unconsumed_tail:
        raise ValueError("too much data")
    return data.decode()


def _check(texts: Mapping[str, str]) -> str:
    joined = "\n".join(f"{key}:{texts[key]}" for key in ("about", "spec", "base", "sheets"))
    return hashlib.sha256(joined.encode()).hexdigest()


def _base_data(base: Inputs) -> dict[str, Any]:
    tables = {
        name: {"headers": table.headers, "computed": table.computed, "rows": table.rows}
        for name, table in base.tables.items()
    }
    return {"tables": tables, "names": dict(base.names)}


def _renamed_data(renamed: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {"renamed": {kind: dict(names) for kind, names in renamed.items()}} if renamed else {}


def _renamed(data: Any) -> dict[str, dict[str, str]]:
    return {
        str(kind): dict(zip(_names(names), _names(names.values()), strict=True))
        for kind, names in data.items()
    }


def _sheet_data(sheet: SheetBase) -> dict[str, Any]:
    return {
        "tables": sheet.tables,
        "names": sheet.names,
        "loose": sheet.loose,
        "widths": sheet.widths,
        "hidden": sheet.hidden,
        "places": sheet.places,
        "columns": sheet.columns,
    }


def read_stamp(pieces: list[tuple[str, str]], where: str) -> Stamp:
    """A stamp from the (key, text) pairs of its sheet, in the order of their rows.

    Raises
    ------
    XlmatrixError
        When a piece is missing or altered, or a later release wrote it.
    """
    texts: dict[str, str] = {}
    for key, text in pieces:
        texts[key] = texts.get(key, "") + text
    try:
        if texts["check"] != _check(texts):
            raise ValueError("the check does not hold")
        about = json.loads(texts["about"])
        if about["form"] > FORM:
            raise XlmatrixError(
                f"the workbook was made by xlmatrix {about['xlmatrix']}, which is newer",
                where=where,
                mend="Update xlmatrix",
            )
        base = json.loads(_unpacked(texts["base"]))
        sheets = json.loads(_unpacked(texts["sheets"]))
        start, end = (date.fromisoformat(day) for day in about["horizon"])
        return Stamp(
            spec=_unpacked(texts["spec"]),
            template=str(about["template"]),
            version=str(about["xlmatrix"]),
            created=datetime.fromisoformat(about["created"]),
            horizon=(start, end),
            base=_inputs(base),
            sheets={name: _sheet(data) for name, data in sheets.items()},
            seal=str(about["seal"]),
            zone_data=str(about.get("zone_data", "")),
            renamed=_renamed(base.get("renamed", {})),
            ancestor=str(about.get("ancestor", "")),
            imported=_inputs(base.get("imported", {"tables": {}, "names": {}})),
            mappings=dict(base.get("mappings", {})),
        )
    except _ALTERED as fault:
        raise XlmatrixError(
            "the stamp of the workbook was altered, so nobody can tell what was typed since",
            where=where,
            mend="Take a backup of the workbook; or read what stands in it with --rescue",
        ) from fault


def _inputs(data: dict[str, Any]) -> Inputs:
    return Inputs(
        {name: _table(table) for name, table in data["tables"].items()},
        {name: _cell(value) for name, value in data["names"].items()},
    )


def _table(data: dict[str, Any]) -> TableInputs:
    headers = _names(data["headers"])
    rows = tuple(tuple(_cell(value) for value in row) for row in data["rows"])
    if any(len(row) != len(headers) for row in rows):
        raise ValueError("a row has more or fewer cells than its table")
    return TableInputs(headers, _names(data["computed"]), rows)


def _names(data: Any) -> tuple[str, ...]:
    if not all(isinstance(name, str) for name in data):
        raise ValueError("a name is no text")
    return tuple(data)


def _cell(value: Any) -> Any:
    if value is not None and not isinstance(value, str | int | float):
        raise ValueError("a value is none that a cell holds")
    return value


def _sheet(data: dict[str, Any]) -> SheetBase:
    return SheetBase(
        tables=_names(data["tables"]),
        names=_names(data["names"]),
        loose=_names(data["loose"]),
        widths={int(column): float(width) for column, width in data["widths"].items()},
        hidden=tuple(int(column) for column in data["hidden"]),
        places={name: int(column) for name, column in data["places"].items()},
        columns={name: _names(headers) for name, headers in data["columns"].items()},
    )
