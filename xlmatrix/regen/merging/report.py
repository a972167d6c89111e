"""What a regeneration did, for people and for scripts: lines, JSON, and the sheet "Changes"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from xlmatrix.errors import Finding
from xlmatrix.formula import ref
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.contents import Contents
from xlmatrix.regen.reading.tables import text_of
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import back_link, heading
from xlmatrix.sheets.plan import BookPlan, Page, SheetPlan
from xlmatrix.style.titles import Title
from xlmatrix.tables.catalogue import header_of, show
from xlmatrix.tables.results import REGENERATED
from xlmatrix.tables.validation import Paint

SHEET: Final = Title.CHANGES.value
TABLE: Final = REGENERATED.name
HEADERS: Final = REGENERATED.ids
#: More lines than this nobody reads; the JSON has them all.
MAX_LINES: Final = 5000
_ORDER: Final = {outcome: place for place, outcome in enumerate(
    (Outcome.CONFLICT, Outcome.REFUSED, Outcome.ORPHAN, Outcome.KEPT, Outcome.TAKEN)
)}  # fmt: skip


#: Outcomes that are nouns.
_COUNTED: Final = frozenset({"conflict", "orphan"})
_LEGEND: Final = (
    "conflict: you and the template changed it, yours stands · refused: it could not be kept as it "
    "was · orphan: the template has it no more, it stays · kept: yours · taken: the template's"
)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of every difference.

    Attributes
    ----------
    changes
        Every difference, conflicts first.
    findings
        What was typed that no spec takes; it stands in its cell all the same.
    lost
        What cannot be carried over, by the name that ``--allow-loss`` takes.
    """

    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    lost: Mapping[str, tuple[str, ...]] | None = None

    def counts(self) -> dict[str, int]:
        """How many there are of each outcome."""
        found = Counter(change.outcome.value for change in self.changes)
        return {outcome.value: found.get(outcome.value, 0) for outcome in Outcome}

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "counts": self.counts(),
            "changes": [_as_dict(change) for change in self.changes],
            "lost": {name: list(what) for name, what in (self.lost or {}).items()},
        }

    def sentence(self) -> str:
        """The counts in words."""
        parts = [
            f"{count:,} {name}{'s' if name in _COUNTED and count != 1 else ''}"
            for name, count in self.counts().items()
            if count
        ]
        return ", ".join(parts) or "nothing was different"


def _as_dict(change: Change) -> dict[str, Any]:
    return {
        "outcome": change.outcome.value,
        "sheet": change.sheet,
        "table": change.table,
        "row": change.key,
        "column": header_of(change.table, change.column),
        "before": change.before,
        "after": change.after,
        "template": change.wanted,
        "note": change.note,
    }


def ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Conflicts first, then what was refused; within that by table and row.

    The order says nothing about where rows stand, so that a second run says the same.
    """
    found = dict.fromkeys(changes)
    # By name, for which table comes first must not depend on what else there is to say.
    return tuple(
        sorted(found, key=lambda c: (_ORDER[c.outcome], _natural(c.table), _natural(c.key)))
    )


def _natural(text: str) -> list[tuple[int, str]]:
    """A key by which row 10 comes behind row 9."""
    return [
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)
    ]


def placed(changes: Iterable[Change], book: BookPlan) -> list[Change]:
    """The changes with the sheet that each table stands on."""
    homes = {table.name: plan.name for plan in book.sheets for table in plan.tables}
    homes |= {name: getattr(expr, "sheet", "") for name, expr in book.names.items()}
    return [
        change if change.sheet else replace(change, sheet=homes.get(change.table or change.key, ""))
        for change in changes
    ]


def line(change: Change) -> tuple[str, ...]:
    """A change as a line of the table."""
    return (
        change.outcome.value,
        change.sheet,
        change.table,
        change.key,
        header_of(change.table, change.column),
        show(change.table, change.column, change.before),
        show(change.table, change.column, change.after),
        show(change.table, change.column, change.wanted),
        change.note,
    )


def old_lines(contents: Contents) -> list[tuple[str, ...]]:
    """The lines of the report that a workbook carries."""
    table = contents.table(TABLE)
    if table is None:
        return []
    records = table.records()
    return [tuple(text_of(record.get(header)) for header in HEADERS) for record in records]


def lines_for(
    changes: Sequence[Change], before: Sequence[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """The lines of the new report.

    ``before`` are the lines of the old one where the template is the same: what it took, and where
    it disagreed or could not keep something, is still worth knowing and would otherwise be gone
    with the next run.
    """
    still = [entry for entry in before if entry[0] != Outcome.KEPT.value]
    places = {entry[1:5] for entry in still}
    fresh = [line(change) for change in changes]
    # One line a place: the next run finds what needs a look among the old lines, and says no more.
    open_ = {entry[1:5] for entry in fresh if entry[0] != Outcome.KEPT.value}
    fresh = [e for e in fresh if e[0] != Outcome.KEPT.value or e[1:5] not in open_]
    fresh = [entry for entry in fresh if entry not in still and entry[1:5] not in places]
    merged = [*still, *fresh]
    order = {outcome.value: place for outcome, place in _ORDER.items()}
    merged.sort(key=lambda entry: order.get(entry[0], 9))
    if len(merged) > MAX_LINES:
        more = len(merged) - MAX_LINES + 1
        blank = ("",) * (len(HEADERS) - 2)
        merged = [*merged[: MAX_LINES - 1], ("", *blank, f"... and {more:,} more")]
    return merged


def changes_sheet(lines: Sequence[tuple[str, ...]]) -> SheetPlan:
    """The sheet "Changes"."""
    draft = Draft(SHEET, page=Page(landscape=True, freeze="A6", repeat_rows="5:5"))
    heading(
        draft,
        "Changes",
        "What the last regeneration did. What needs a look stands first.",
    )
    back_link(draft, 3, 2)
    draft.put(4, 2, _LEGEND, "note")
    what = ref(6, 2, absolute=False)
    paints = (Paint(what.eq("conflict"), "bad"), Paint(what.eq("refused"), "soon"))
    filled: list[Filled] = [
        (column.having(paints=() if place else paints), [entry[place] or None for entry in lines])
        for place, column in enumerate(REGENERATED.columns)
    ]
    draft.table(laid_out(REGENERATED, 5, 2, filled))
    return draft.plan()
