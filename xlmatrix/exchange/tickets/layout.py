"""Of which form a file is, and where the fields of that form stand in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.files.derived import derived
from xlmatrix.exchange.files.tabled import Path, Rows, Tabled, normal
from xlmatrix.exchange.tools.form import NUMBERS, STAMPS, TEXTS, Form
from xlmatrix.model import ImportMapping

#: Before the name of a stamp: the place of a time after the opening that gives it.
AFTER: Final = "after "
#: Without these a ticket is none.
_NEEDED: Final = ("id", "opened")
#: Where a field stands: a column by its number, or places in a record, the first that is filled.
Place = int | tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a form stand in one table.

    ``called`` is what the file itself calls each of them; ``unused`` are the names of a mapping
    that no column has.
    """

    form: Form
    tabled: Tabled
    place: Mapping[str, Place]
    called: Mapping[str, str]
    unused: Mapping[str, str] = field(default_factory=dict)

    @property
    def unread(self) -> tuple[str, ...]:
        """Headers that no field takes; the entries of a history take what they need."""
        if self.form.history:
            return ()
        taken = {place for place in self.place.values() if isinstance(place, int)}
        heeded = {normal(name) for one in self.form.heeds for name in one.split("|")}
        return tuple(
            header
            for at, header in enumerate(self.tabled.header)
            if at not in taken and header.strip() and normal(header) not in heeded
        )

    @property
    def needs(self) -> tuple[str, ...]:
        """The fields without which a ticket is none, that are not there."""
        return tuple(name for name in _NEEDED if name not in self.place)

    def column(self, rows: Rows, name: str) -> Sequence[Any] | None:
        """The cells of a field; None where the file has no such field."""
        place = self.place.get(name)
        if place is None:
            return None
        return cells_at(rows, place)


def cells_at(rows: Rows, place: Place) -> Sequence[Any]:
    """The cells of a column, or what stands at a place of each record."""
    if isinstance(place, int):
        return rows.columns[place]
    if len(place) == 1:
        return [place[0].of(record) for record in rows.records]
    return [
        next((value for path in place if (value := path.of(record)) not in (None, "")), None)
        for record in rows.records
    ]


def name_of(form: Form, header: str) -> str:
    """A header as forms are compared with it."""
    return normal(re.sub(r"\s*\([^()]*\)\s*$", "", header) if form.bracketed else header)


def fits(form: Form, tabled: Tabled, mapping: ImportMapping | None = None) -> bool:
    """Whether a table may be of a form: all that tells it is there, perhaps under other names."""
    if form.structured is not None and form.structured is not tabled.structured:
        return False
    if form.container and form.container != tabled.container:
        return False
    if tabled.structured:
        return (
            bool(tabled.looked_at)
            and all(
                any(
                    Path(name).stands_in(record)
                    for name in one.split("|")
                    for record in tabled.looked_at
                )
                for one in form.telling
            )
            and (form.tells is None or form.tells(tabled.looked_at))
        )
    known = {name_of(form, header) for header in tabled.header}
    renamed = mapping.columns.items() if mapping else ()
    known |= {normal(name) for name, column in renamed if normal(column) in known}
    return all(any(normal(name) in known for name in one.split("|")) for one in form.telling)


def laid_out(form: Form, tabled: Tabled, mapping: ImportMapping | None) -> Layout:
    """Where a form's fields stand in a table.

    Raises
    ------
    XlmatrixError
        A column that is taken stands twice.
    """
    if form.derive is not None:
        tabled = derived(tabled, form.derive)
    if tabled.structured:
        return _in_records(form, tabled, mapping.columns if mapping else {})
    found: dict[str, list[int]] = {}
    for index, header in enumerate(tabled.header):
        found.setdefault(name_of(form, header), []).append(index)
    own = {normal(name): column for name, column in (mapping.columns if mapping else {}).items()}
    place: dict[str, Place] = {}
    used: set[str] = set()
    unused: dict[str, str] = {}
    every = dict.fromkeys((*form.fields, *TEXTS, *STAMPS, *NUMBERS))
    names = {name: (name, *form.fields.get(name, ())) for name in every}
    for name, aliases in names.items():
        for wanted in (normal(one) for one in aliases):
            if wanted not in own or wanted in used:
                continue
            used.add(wanted)
            if normal(own[wanted]) in found:
                place[name] = found[normal(own[wanted])][0]
            else:
                unused[wanted] = own[wanted]
            break
        if name in place:
            continue
        for alias in form.fields.get(name, ()):
            if (places := found.get(normal(alias))) and places[0] not in place.values():
                place[name] = places[0]
                if name not in form.manifold:
                    _refuse_twice(tabled, places)
                break
    for name, (header, _) in form.after.items():
        if places := found.get(normal(header)):
            place[AFTER + name] = places[0]
    unused |= {name: column for name, column in own.items() if name not in used}
    called = {name: tabled.header[at].strip() for name, at in place.items() if isinstance(at, int)}
    return Layout(form, tabled, place, called, unused)


def _in_records(form: Form, tabled: Tabled, own: Mapping[str, str]) -> Layout:
    place: dict[str, Place] = {}
    called: dict[str, str] = {}
    after = {AFTER + name: (path,) for name, (path, _) in form.after.items()}
    every = (*TEXTS, *STAMPS, *NUMBERS)
    fields = {**form.fields, **{name: (path,) for name, path in own.items() if name in every}}
    for name, paths in (*fields.items(), *after.items()):
        stand = [
            text
            for text in paths
            if any(Path(text).of(record) is not None for record in tabled.looked_at)
        ]
        if stand:
            called[name] = stand[0]
        # The first records tell of which form a file is, not what the others have.
        if stand or name not in _NEEDED:
            place[name] = tuple(map(Path, paths))
    unused = {name: path for name, path in own.items() if called.get(name) != path}
    return Layout(form, tabled, place, called, unused)


def _refuse_twice(tabled: Tabled, places: Sequence[int]) -> None:
    if len(places) > 1:
        raise XlmatrixError(
            f"the column '{tabled.header[places[0]].strip()[:60]}' stands {len(places)} times in "
            "the header",
            where=f"{tabled.name}:{tabled.first_line}",
            mend="Keep one of them",
        )


def refuse_missing(layout: Layout, needed: Sequence[str]) -> None:
    """Refuse a table that lacks a column.

    Raises
    ------
    XlmatrixError
        With the columns, and the header that may be meant for the first of them.
    """
    missing = [name for name in needed if name not in layout.place]
    if not missing:
        return
    columns = ", ".join(f"'{name}'" for name in missing)
    shown = {normal(text): text.strip() for text in layout.unread[:200]}
    close = get_close_matches(normal(missing[0]), shown, n=1, cutoff=0.6)
    hint = f"Is '{shown[close[0]][:40]}' meant for '{missing[0]}'? " if close else ""
    word, verb = ("columns", "are") if len(missing) > 1 else ("column", "is")
    raise XlmatrixError(
        f"{word} {columns} of {layout.form.title} {verb} missing",
        where=f"{layout.tabled.name}:{layout.tabled.first_line}",
        mend=f"{hint}Add to the export",
    )
