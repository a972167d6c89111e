"""What the column Check says of the roles and people of a spec, as the sheet Owners says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlmatrix.formula.errors import named
from xlmatrix.model.models import MatrixSpec
from xlmatrix.tables.binding import cells_of
from xlmatrix.tables.flags import said_of
from xlmatrix.tables.kinds import Raw
from xlmatrix.tables.people import PEOPLE, ROLES
from xlmatrix.tables.table import Table
from xlmatrix.tables.vocabulary import PEOPLE as NAMES


def role_checks(spec: MatrixSpec) -> list[Raw]:
    """Whether each role has two different people of the directory."""
    return _checks(spec, ROLES)


def person_checks(spec: MatrixSpec) -> list[Raw]:
    """Whether each person can be called."""
    return _checks(spec, PEOPLE)


def phones_of(spec: MatrixSpec) -> dict[str, str]:
    """The phone of each person by name, casefolded; of two with one name the first counts."""
    numbers = {one.name: named(one.phone or "") for one in reversed(spec.people) if one.name}
    return {person.casefold(): phone for person, phone in numbers.items()}


def _checks(spec: MatrixSpec, table: Table) -> list[Raw]:
    people = [person.name or None for person in spec.people]
    models: Sequence[object] = spec.roles if table is ROLES else spec.people
    behind: Mapping[str, Sequence[Raw]] = {NAMES.list_name: people}
    rows = [cells_of(table, model) for model in models]
    ids = [column.id for column in table.columns if column.field]
    return said_of(table, ids, rows, lambda name: behind.get(name, ()))
