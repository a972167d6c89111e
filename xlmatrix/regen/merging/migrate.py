"""Brings the inputs of an old workbook into the words of a new spec, so that they can be compared.

Severities have a number in the names of their tables; here they go by id. What a template renamed
(``renamed_from``, or another name under the same id) is renamed in every cell that mentions it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.reading.tables import Inputs, Raw, TableInputs
from xlmatrix.tables.catalogue import column_of
from xlmatrix.tables.vocabulary import (
    CALENDARS,
    CALLED,
    CLASS_IDS,
    CLASSES,
    HOLIDAY_CALENDARS,
    ROLES,
    SEVERITIES,
    Vocabulary,
)

_OF_SEVERITY: Final = re.compile(
    r"^(tTargets|tLadder|tOwners|Ladder_Calendar_|Ack_Timeout_|Ack_Timeout_Unit_|Repeat_After_|Repeat_After_Unit_"
    r"|Executive_Note_|Customer_Note_)(\d+)$"
)
_MARK: Final = "@"

Words = dict[str, str]


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def renamed_from(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Glossary:
    """Old words to new ones, folded, by what they name."""

    severities: Words = field(default_factory=dict)
    class_ids: Words = field(default_factory=dict)
    class_names: Words = field(default_factory=dict)
    roles: Words = field(default_factory=dict)
    calendars: Words = field(default_factory=dict)

    def of(self, vocabulary: Vocabulary | None) -> Words:
        """What is called otherwise among the words of a kind of cell."""
        if vocabulary is None or not vocabulary.renamed:
            return {}
        return {
            SEVERITIES.id: self.severities,
            CLASS_IDS.id: self.class_ids,
            CLASSES.id: self.class_names,
            ROLES.id: self.roles,
            CALLED.id: self.roles,
            CALENDARS.id: self.calendars,
            HOLIDAY_CALENDARS.id: self.calendars,
        }[vocabulary.id]


def by_id(inputs: Inputs, severity_ids: Iterable[str]) -> Inputs:
    """Tables and names of severities under their ids instead of their numbers."""
    ids = list(severity_ids)

    def known(name: str) -> str:
        hit = _OF_SEVERITY.match(name)
        if hit is None or int(hit[2]) > len(ids):
            return name
        return f"{hit[1]}{_MARK}{ids[int(hit[2]) - 1]}"

    return Inputs(
        {known(name): table for name, table in inputs.tables.items()},
        {known(name): value for name, value in inputs.names.items()},
    )


def by_number(name: str, severity_ids: list[str]) -> str:
    """The name that a table has in the workbook."""
    head, mark, severity = name.partition(_MARK)
    return (
        f"{head}{severity_ids.index(severity) + 1}" if mark and severity in severity_ids else name
    )


def words_between(old: MatrixSpec, new: MatrixSpec) -> Glossary:
    """What is called otherwise in the new spec."""
    classes = renamed_ids(old.classes, new.classes)
    return Glossary(
        severities=renamed_ids(old.severities, new.severities),
        class_ids=classes,
        class_names=_names(old.classes, new.classes, classes),
        roles=_names(old.roles, new.roles, renamed_ids(old.roles, new.roles)),
        calendars=_names(old.calendars, new.calendars, renamed_ids(old.calendars, new.calendars)),
    )


def renamed_ids(old: Iterable[_Named], new: Sequence[_Named]) -> Words:
    """Ids that a migration renames: the old one, in lower case, to the new one."""
    present = {one.id for one in new}
    known = {one.id for one in old}
    return {
        before.casefold(): one.id
        for one in new
        for before in one.renamed_from
        if before in known and before not in present
    }


def _names(old: Iterable[_Named], new: Iterable[_Named], ids: Words) -> Words:
    """Old names to new ones, for what has the same id or a migrated one."""
    now = {one.id: one.name for one in new}
    found: Words = {}
    for one in old:
        after = now.get(ids.get(one.id.casefold(), one.id))
        if after is not None and after != one.name:
            found[one.name.casefold()] = after
    return found


def translated(inputs: Inputs, words: Glossary) -> Inputs:
    """The inputs in the new words; the tables of severities are already named by id."""
    tables: dict[str, TableInputs] = {}
    for name, table in inputs.tables.items():
        head, mark, severity = name.partition(_MARK)
        now = words.severities.get(severity.casefold(), severity)
        tables[f"{head}{mark}{now}"] = _table(name, table, words)
    names: dict[str, Raw] = {}
    for name, value in inputs.names.items():
        head, mark, severity = name.partition(_MARK)
        now = words.severities.get(severity.casefold(), severity)
        mapped = words.calendars if head == "Ladder_Calendar_" else {}
        names[f"{head}{mark}{now}"] = _word(value, mapped)
    return Inputs(tables, names)


def header_now(table: str, column_id: str, words: Glossary) -> str:
    """What a column is called in the new workbook, where the columns name what may be renamed."""
    column = column_of(table, column_id)
    if column is None or column.across is None:
        return column_id
    return words.of(column.across).get(column_id.casefold(), column_id)


def _table(name: str, table: TableInputs, words: Glossary) -> TableInputs:
    headers = tuple(header_now(name, header, words) for header in table.headers)
    maps = [_map_of(name, header, words) for header in headers]
    if not any(maps):
        return (
            table if headers == table.headers else TableInputs(headers, table.computed, table.rows)
        )
    rows = tuple(
        tuple(
            _word(value, known) if known else value for value, known in zip(row, maps, strict=True)
        )
        for row in table.rows
    )
    return TableInputs(headers, table.computed, rows)


def _map_of(table: str, column_id: str, words: Glossary) -> Words:
    column = column_of(table, column_id)
    return {} if column is None else words.of(column.kind.vocabulary)


def _word(value: Raw, words: Words) -> Raw:
    if not isinstance(value, str):
        return value
    for mark in ";,":
        if mark in value and value.casefold() not in words:
            parts = [part.strip() for part in value.split(mark)]
            if any(part.casefold() in words for part in parts):
                return f"{mark} ".join(words.get(part.casefold(), part) for part in parts)
    return words.get(value.casefold(), value)
