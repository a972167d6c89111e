"""Ids stand once, and what names an id names one that exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from xlmatrix.model.base import Path, Problem, error, suggestion
from xlmatrix.model.checks import content
from xlmatrix.model.importing import LEAVE
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.parts import FUNCTIONS, Owners
from xlmatrix.model.yamltree import Node

_KEYS = {
    "calendars": "id",
    "roles": "id",
    "people": "name",
    "severities": "id",
    "classes": "id",
    "vendors": "name",
    "access": "name",
    "teams": "id",
}
_ONE = {
    "calendars": "calendar",
    "roles": "role",
    "people": "person",
    "severities": "severity",
    "classes": "class",
    "vendors": "vendor",
    "access": "thing",
    "teams": "team",
}


@dataclass(frozen=True, slots=True)
class Known:
    """The keys of every list, in the order written."""

    calendars: tuple[str, ...]
    roles: tuple[str, ...]
    people: tuple[str, ...]
    severities: tuple[str, ...]
    classes: tuple[str, ...]
    vendors: tuple[str, ...]
    access: tuple[str, ...]
    teams: tuple[str, ...]

    @classmethod
    def of(cls, spec: MatrixSpec) -> Self:
        """The keys in a spec."""
        return cls(
            **{
                group: tuple(getattr(item, key) for item in getattr(spec, group))
                for group, key in _KEYS.items()
            }
        )

    @classmethod
    def written(cls, tree: Node) -> Self:
        """The keys in a tree, also of entries that are otherwise faulty."""
        return cls(**{group: tuple(_texts(tree, group, key)) for group, key in _KEYS.items()})


def _texts(tree: Node, group: str, key: str) -> Iterator[str]:
    found = tree.child(group)
    for item in found.items if found is not None else ():
        value = item.child(key)
        if value is not None and value.text is not None:
            yield value.text.strip()


def check(spec: MatrixSpec, known: Known) -> Iterator[Problem]:
    """Duplicate keys, and references to nothing."""
    yield from _duplicates(spec)
    yield from _reused(spec)
    for path, group, wanted in _references(spec):
        if wanted not in getattr(known, group):
            yield error(
                "dangling",
                path,
                f"there is no {_ONE[group]} '{wanted}'",
                suggestion(
                    wanted,
                    list(dict.fromkeys(getattr(known, group))),
                    instead=f"Use one that is listed under {group}",
                ),
            )


def _duplicates(spec: MatrixSpec) -> Iterator[Problem]:
    # Excel compares sheet names and looked-up texts without regard to case.
    for group, key in _KEYS.items():
        seen: dict[str, int] = {}
        for place, item in enumerate(getattr(spec, group)):
            name = getattr(item, key)
            first = seen.setdefault(name.casefold(), place)
            if first != place:
                yield error(
                    "duplicate",
                    (group, place, key),
                    f"'{name}' is listed twice (first as {group}[{first}])",
                    f"Give each {_ONE[group]} {key} once; case does not count",
                )


def _reused(spec: MatrixSpec) -> Iterator[Problem]:
    """Ids that are said to be former ones and stand in the spec still."""
    for group in ("calendars", "roles", "severities", "classes"):
        items = getattr(spec, group)
        ids = {item.id.casefold() for item in items}
        for place, item in enumerate(items):
            for number, before in enumerate(item.renamed_from):
                if before.casefold() in ids:
                    yield error(
                        "renamed",
                        (group, place, "renamed_from", number),
                        f"'{before}' is the id of another {_ONE[group]} now, so no workbook could "
                        "tell which of the two is meant",
                        f"Give the new {_ONE[group]} an id that none had before",
                    )


def _references(spec: MatrixSpec) -> Iterator[tuple[Path, str, str]]:
    """Every place that names something: its path, the list it names from, and the name."""
    yield from _owners(("owners",), spec.owners)
    for place, role in enumerate(spec.roles):
        yield ("roles", place, "primary"), "people", role.primary
        if role.backup is not None:
            yield ("roles", place, "backup"), "people", role.backup
    for place, team in enumerate(spec.teams):
        for row, member in enumerate(team.members):
            yield ("teams", place, "members", row), "people", member
    for place, severity in enumerate(spec.severities):
        here: Path = ("severities", place)
        yield (*here, "calendar"), "calendars", severity.calendar
        yield from _owners((*here, "owners"), severity.owners)
        for name, target in severity.targets.items():
            if target.calendar is not None:
                yield (*here, "targets", name, "calendar"), "calendars", target.calendar
        for row, step in enumerate(severity.ladder):
            if step.role is not None:
                yield (*here, "ladder", row, "role"), "roles", step.role
            if step.team is not None:
                yield (*here, "ladder", row, "team"), "teams", step.team
    for place, kind in enumerate(spec.classes):
        yield ("classes", place, "severity"), "severities", kind.severity
        yield from _owners(("classes", place, "owners"), kind.owners)
    yield from _vendors(spec)
    yield from content.references(spec)
    yield from _imports(spec)


def _owners(path: Path, owners: Owners) -> Iterator[tuple[Path, str, str]]:
    for function in FUNCTIONS:
        role: str | None = getattr(owners, function)
        if role is not None:
            yield (*path, function), "roles", role


def _vendors(spec: MatrixSpec) -> Iterator[tuple[Path, str, str]]:
    for place, vendor in enumerate(spec.vendors):
        here: Path = ("vendors", place)
        if vendor.support_response is not None and vendor.support_response.calendar is not None:
            yield (
                (*here, "support_response", "calendar"),
                "calendars",
                (vendor.support_response.calendar),
            )
        for row, kind in enumerate(vendor.bounds.classes):
            yield (*here, "bounds", "classes", row), "classes", kind


def _imports(spec: MatrixSpec) -> Iterator[tuple[Path, str, str]]:
    """The severities and classes of mappings; what is left names none."""
    yield from (one for one in _mapped(spec) if one[2] != LEAVE)


def _mapped(spec: MatrixSpec) -> Iterator[tuple[Path, str, str]]:
    for name, mapping in spec.imports.items():
        here: Path = ("import", name)
        for value, severity in mapping.priority.items():
            yield (*here, "priority", value), "severities", severity
        for value, kind in mapping.category.items():
            yield (*here, "category", value), "classes", kind
        if mapping.default_class is not None:
            yield (*here, "default_class"), "classes", mapping.default_class
        if mapping.default_severity is not None:
            yield (*here, "default_severity"), "severities", mapping.default_severity
