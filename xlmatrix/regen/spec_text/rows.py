"""The rows of a table as they are and as they were offered, for writing a spec back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from xlmatrix.errors import Finding, Level
from xlmatrix.model.duration import Duration
from xlmatrix.regen.mapping.book import Record, text, words
from xlmatrix.regen.mapping.lenient import typed_duration
from xlmatrix.regen.reading.tables import (
    Inputs,
    TableInputs,
    number_of,
    row_keys,
    same,
)

__all__ = ["Record", "Rows", "Typed", "duration_in", "text", "words"]

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Rows:
    """One table by row key: ``now`` in the order of the sheet, and ``was`` as it was offered."""

    table: str
    now: Mapping[str, Record]
    was: Mapping[str, Record]

    def edits(self, key: str) -> Record:
        """The cells of a row that somebody changed; all of them in a row that was added."""
        before = self.was.get(key)
        if before is None:
            return self.now[key]
        return {h: v for h, v in self.now[key].items() if not same(v, before.get(h))}

    @property
    def touched(self) -> bool:
        """Whether anything of the table is otherwise than it was offered."""
        return list(self.now) != list(self.was) or any(self.edits(key) for key in self.now)


@dataclass(slots=True)
class Typed:
    """What a workbook's inputs are and were, and what of it no spec takes."""

    mine: Inputs
    base: Inputs
    sheets: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)

    def rows(self, table: str) -> Rows:
        """A table; without rows where the workbook has none of that name."""
        none = TableInputs((), (), ())
        now, was = (side.tables.get(table, none) for side in (self.mine, self.base))
        return Rows(table, _by_key(table, now), _by_key(table, was))

    def odd(self, table: str, key: str, what: str, mend: str) -> None:
        """Note what stands in a row and has no place in a spec."""
        where = self.sheets.get(table, table)
        path = f"{table}, {key}"
        self.findings.append(Finding(Level.WARNING, "typed-odd", what, where, mend, path))

    def made(
        self, kind: type[_Model], values: Mapping[str, Any], table: str, key: str
    ) -> _Model | None:
        """A model of what was typed; None, with a finding, where a spec does not take it."""
        filled = {name: value for name, value in values.items() if value is not None}
        try:
            return kind.model_validate(filled)
        except ValidationError as failed:
            fault = failed.errors(include_url=False)[0]
            place = ".".join(str(part) for part in fault["loc"] if not str(part).startswith("["))
            what = f"no spec takes this row ({place}: {fault['msg'].lower()})"
            self.odd(table, key, what, "Correct it in the workbook, or write it into the spec")
            return None


def _by_key(name: str, table: TableInputs) -> dict[str, Record]:
    keys = row_keys(name, table.headers, table.rows) if table.rows else []
    return dict(zip(keys, table.records(), strict=True))


def duration_in(record: Record, amount: str, unit: str) -> Duration | None:
    """An amount and its unit; None where they are no time."""
    return typed_duration(number_of(record.get(amount)), text(record, unit))
