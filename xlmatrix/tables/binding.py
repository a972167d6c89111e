"""Between a row of a table and the spec's model of it, by the fields that its columns declare.

What a cell holds beyond its kind is passed on as typed, so that the model refuses it by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

from xlmatrix.model.base import FIRST_YEAR, LAST_YEAR
from xlmatrix.model.duration import Duration
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.targets import TARGETS
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.amounts import typed_duration
from xlmatrix.tables.column import Column
from xlmatrix.tables.kinds import AMOUNT, DATE, NUMBER, SHARE, Raw, number_of, text_of
from xlmatrix.tables.table import Table
from xlmatrix.tables.vocabulary import Vocabulary

#: Words that stand for a truth value.
_MEANT: Final[Mapping[str, Mapping[str, bool]]] = {
    words.YES_NO.id: {"yes": True, "no": False},
    words.STANDINGS.id: {"verify": True, "published": False},
}


@dataclass(frozen=True)
class Lookup:
    """What the words of cells name: by vocabulary, ids and the names that sheets show."""

    names: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, spec: MatrixSpec) -> Self:
        """The words of a spec; of two with one name the first counts."""
        levels = {one.id: one.id for one in spec.severities}
        calendars = {one.id: one.name for one in spec.calendars}
        return cls(
            {
                words.SEVERITIES.id: levels,
                words.CLASSES.id: {one.id: one.name for one in spec.classes},
                words.CLASS_IDS.id: {one.id: one.id for one in spec.classes},
                words.ROLES.id: {one.id: one.name for one in spec.roles},
                words.CALENDARS.id: calendars,
                words.HOLIDAY_CALENDARS.id: calendars,
                words.TARGETS.id: {str(target): label for target, label in TARGETS.items()},
            }
        )

    @cached_property
    def _ids(self) -> Mapping[str, Mapping[str, str]]:
        return {
            known: {name.casefold(): id_ for id_, name in reversed(list(pairs.items()))}
            for known, pairs in self.names.items()
        }

    def knows(self, vocabulary: Vocabulary, word: str) -> bool:
        """Whether a word names something."""
        return word.casefold() in self._ids.get(vocabulary.id, {})

    def id_of(self, vocabulary: Vocabulary, word: str) -> str:
        """The id behind a word, whatever its case; a strange word stands for itself."""
        return self._ids.get(vocabulary.id, {}).get(word.casefold(), word)

    def name_of(self, vocabulary: Vocabulary, id_: str) -> str:
        """The word that a sheet shows for an id."""
        return self.names.get(vocabulary.id, {}).get(id_, id_)


NOTHING: Final = Lookup({})


def values_of(
    table: Table,
    record: Mapping[str, Raw],
    lookup: Lookup = NOTHING,
    *,
    only: Collection[str] | None = None,
) -> dict[str, Any]:
    """The fields of the model that a row says, by their path.

    Parameters
    ----------
    record
        The cells of the row by column id.
    lookup
        What its words name.
    only
        The ids of the columns to read; None reads all.

    Returns
    -------
    None for a blank cell; what is no date, number or word of the kind stays text.
    """
    return {
        column.field: _value(table, column, record, lookup)
        for column in table.columns
        if column.field and (only is None or column.id in only)
    }


def _value(table: Table, column: Column, record: Mapping[str, Raw], lookup: Lookup) -> Any:
    cell = record.get(column.id)
    kind = column.kind
    unit = _unit_of(table, column)
    if unit is not None:
        return typed_duration(number_of(cell), text_of(record.get(unit.id)).strip())
    if kind.id == DATE.id:
        day = DATE.read(cell)
        near = day is not None and FIRST_YEAR <= day.year <= LAST_YEAR
        return day if near else text_of(cell) or None
    if kind.id in (NUMBER.id, SHARE.id, AMOUNT.id):
        number = number_of(cell)
        if number is None:
            return text_of(cell) or None
        return int(number) if number.is_integer() else number
    return _words(_naming(column), text_of(cell).strip(), lookup)


def _naming(column: Column) -> Vocabulary | None:
    """What the words of a column name; None where they are the names of the rows themselves."""
    return None if column.field == "name" else column.kind.vocabulary


def _words(vocabulary: Vocabulary | None, said: str, lookup: Lookup) -> Any:
    if vocabulary is not None and vocabulary.between:
        parts = said.replace(",", ";").split(";")
        return [lookup.id_of(vocabulary, part.strip()) for part in parts if part.strip()]
    if not said or vocabulary is None:
        return said or None
    if vocabulary.id in _MEANT:
        return _MEANT[vocabulary.id].get(said.casefold(), said)
    return lookup.id_of(vocabulary, said)


def _unit_of(table: Table, column: Column) -> Column | None:
    """The column with the unit of an amount of time: the next one, before another amount."""
    if column.kind.id != AMOUNT.id:
        return None
    behind = table.columns[table.columns.index(column) + 1 :]
    for other in behind:
        if other.kind.vocabulary is not None and other.kind.vocabulary.id == words.UNITS.id:
            return other
        if other.kind.id == AMOUNT.id:
            return None
    return None


def cells_of(table: Table, model: Any, lookup: Lookup = NOTHING) -> dict[str, Any]:
    """What a row shows of a model: cells by column id; dates stay dates, None is a blank cell."""
    cells: dict[str, Any] = {}
    for column in table.columns:
        if not column.field:
            continue
        value = _at(model, column.field)
        unit = _unit_of(table, column)
        if unit is not None:
            duration: Duration | None = value
            cells[column.id] = None if duration is None else duration.amount
            cells[unit.id] = None if duration is None else duration.unit
        else:
            cells[column.id] = _cell(_naming(column), value, lookup)
    return cells


def _at(model: Any, path: str) -> Any:
    for part in path.split("."):
        model = None if model is None else getattr(model, part)
    return model


def _cell(vocabulary: Vocabulary | None, value: Any, lookup: Lookup) -> Any:
    if vocabulary is None or value is None:
        return value
    if isinstance(value, tuple | list):
        return vocabulary.between.join(lookup.name_of(vocabulary, one) for one in value) or None
    if isinstance(value, bool):
        return next(word for word, meant in _MEANT[vocabulary.id].items() if meant is value)
    return lookup.name_of(vocabulary, str(value))
