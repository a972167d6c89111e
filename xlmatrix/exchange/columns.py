"""The forms of incident files that are read, and how a header line shows which one it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.source import DELIMITERS, MAX_COLUMNS, CsvFile
from xlmatrix.rules.logs.incident_log import ID
from xlmatrix.tables.incidents import INCIDENTS

#: Fields of a plain file that are not called as their column, and other headers for some.
_CALLED: Final[Mapping[str, str]] = {"Severity set": "severity"}
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    ID: ("incident", "incident_id"),
    "Severity set": ("severity",),
}


def field_of(column_id: str) -> str:
    """What a plain file calls a column of the log: ``last_update`` is *Last update*."""
    return _CALLED.get(column_id, column_id.lower().replace(" ", "_"))


def _plain_fields() -> dict[str, tuple[str, ...]]:
    """The columns of the log that people type, by what a header may call them, texts first."""
    columns = sorted(INCIDENTS.typed, key=lambda column: column.kind.instant)
    return {
        field_of(column.id): (
            column.id,
            column.header,
            *column.was,
            *_ALSO.get(column.id, ()),
        )
        for column in columns
    }


@dataclass(frozen=True, slots=True)
class Form:
    """A form of file: its fields by the names that a header may give them.

    ``needed`` columns must be there; ``telling`` ones show that a file is of this form. Only of
    a ``mapped`` one a spec can say how its columns are called.
    """

    name: str
    title: str
    fields: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]
    telling: tuple[str, ...]
    mapped: bool = True


SERVICENOW: Final = Form(
    name="servicenow",
    title="a ServiceNow incident export",
    fields={
        "number": ("number",),
        "opened_at": ("opened_at", "opened"),
        "priority": ("priority",),
        "category": ("category",),
        "assigned_to": ("assigned_to",),
        "resolved_at": ("resolved_at", "resolved"),
        "closed_at": ("closed_at", "closed"),
        "short_description": ("short_description",),
        "subcategory": ("subcategory",),
        "incident_state": ("incident_state", "state"),
        "sys_mod_count": ("sys_mod_count", "updates"),
        "sys_updated_at": ("sys_updated_at", "sys_updated_on", "updated"),
    },
    needed=(
        "number",
        "opened_at",
        "priority",
        "category",
        "assigned_to",
        "resolved_at",
        "closed_at",
    ),
    telling=("number", "opened_at"),
)

PLAIN: Final = Form(
    name="plain",
    title="a plain incident CSV",
    fields=_plain_fields(),
    needed=("id", "opened"),
    telling=("id", "opened"),
)

FORMS: Final = {form.name: form for form in (SERVICENOW, PLAIN)}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a form stand in one file."""

    form: Form
    delimiter: str
    header: tuple[str, ...]
    place: Mapping[str, int]

    @property
    def unread(self) -> tuple[str, ...]:
        """Headers that no field takes."""
        taken = set(self.place.values())
        return tuple(h for i, h in enumerate(self.header) if i not in taken and h.strip())


def layout_of(
    file: CsvFile, wanted: str | None, renamed: Mapping[str, Mapping[str, str]]
) -> Layout:
    """Find the form, the delimiter and the columns of a file of incidents.

    Parameters
    ----------
    file
        The file, its header line read.
    wanted
        A form's name, or None to tell by the header.
    renamed
        By form: the file's own header for a field, where it differs.

    Raises
    ------
    XlmatrixError
        No form fits, a needed column is missing or stands twice, or there are too many columns.
    """
    if wanted is not None and wanted not in FORMS:
        raise XlmatrixError(
            f"there is no import format '{wanted}'",
            where=file.name,
            mend=f"Use one of {', '.join(FORMS)}",
        )
    return laid_out(file, [FORMS[wanted]] if wanted else list(FORMS.values()), renamed)


def laid_out(
    file: CsvFile, forms: Sequence[Form], renamed: Mapping[str, Mapping[str, str]]
) -> Layout:
    """The form of several that a file has, its delimiter and its columns; errors as above."""
    delimiters = (file.separator,) if file.separator else DELIMITERS
    if all(len(file.header(d)) > MAX_COLUMNS or len(file.header(d)) <= 1 for d in delimiters):
        _refuse_too_wide(file, delimiters)
    tried = [
        _laid_out(file, form, delimiter, renamed.get(form.name, {}))
        for form in forms
        for delimiter in delimiters
    ]
    best = max(tried, key=lambda layout: (_tells(layout), len(layout.place)))
    missing = [field for field in best.form.needed if field not in best.place]
    if not _tells(best) and len(forms) > 1:
        raise _unknown_form(file, best)
    if missing:
        raise _missing(file, best, missing)
    return best


def normal(header: str) -> str:
    """A header without what people vary: case, spaces, underscores, hyphens."""
    return re.sub(r"[\W_]+", "", header).casefold()


def _laid_out(file: CsvFile, form: Form, delimiter: str, renamed: Mapping[str, str]) -> Layout:
    header = file.header(delimiter)[: MAX_COLUMNS + 1]
    found: dict[str, list[int]] = {}
    for index, text in enumerate(header):
        found.setdefault(normal(text), []).append(index)
    own = {normal(field): normal(column) for field, column in renamed.items()}
    place: dict[str, int] = {}
    for field, aliases in form.fields.items():
        names = [normal(alias) for alias in (field, *aliases)]
        given = [own[name] for name in names if name in own]
        for name in given or [normal(alias) for alias in aliases]:
            if name in found:
                place[field] = found[name][0]
                _refuse_twice(file, header, found[name])
                break
    return Layout(form, delimiter, tuple(header), place)


def _tells(layout: Layout) -> bool:
    return all(field in layout.place for field in layout.form.telling)


def _refuse_twice(file: CsvFile, header: list[str], places: list[int]) -> None:
    if len(places) > 1:
        raise XlmatrixError(
            f"the column '{header[places[0]].strip()}' stands {len(places)} times in the header",
            where=f"{file.name}:{file.skip + 1}",
            mend="Keep one of them",
        )


def _refuse_too_wide(file: CsvFile, delimiters: tuple[str, ...]) -> None:
    widest = max(len(file.header(delimiter)) for delimiter in delimiters)
    if widest > MAX_COLUMNS:
        raise XlmatrixError(
            f"the header names {widest:,} columns; {MAX_COLUMNS:,} are read",
            where=f"{file.name}:{file.skip + 1}",
            mend="Export only the columns of the incidents",
        )


def _unknown_form(file: CsvFile, best: Layout) -> XlmatrixError:
    forms = "; or ".join(f"{', '.join(form.needed)} ({form.title})" for form in FORMS.values())
    missing = [field for field in best.form.telling if field not in best.place]
    hint = _close(missing[0], best) if missing else ""
    return XlmatrixError(
        "the header is of no incident file that is known",
        where=f"{file.name}:{file.skip + 1}",
        mend=f"{hint}The first line must name these columns: {forms}",
    )


def _missing(file: CsvFile, layout: Layout, missing: list[str]) -> XlmatrixError:
    columns = ", ".join(f"'{field}'" for field in missing)
    plural = "columns" if len(missing) > 1 else "column"
    verb = "are" if len(missing) > 1 else "is"
    mend = f"{_close(missing[0], layout)}Add to the export"
    if layout.form.mapped:
        mend += f", or name under import.{layout.form.name}.columns which of its columns to read"
    return XlmatrixError(
        f"{plural} {columns} of {layout.form.title} {verb} missing",
        where=f"{file.name}:{file.skip + 1}",
        mend=mend,
    )


def _close(field: str, layout: Layout) -> str:
    shown = {normal(text): text.strip() for text in layout.unread[:200]}
    match = get_close_matches(normal(field), shown, n=1, cutoff=0.6)
    return f"Is '{shown[match[0]][:40]}' meant for '{field}'? " if match else ""
