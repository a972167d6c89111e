"""Of which form each table of an import is, and which tool all of them are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange.files.derived import printed
from xlmatrix.exchange.files.tabled import Counted, Tabled, normal
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tickets.layout import Layout, fits, laid_out
from xlmatrix.exchange.tools.catalogue import FORMS, NAMES, OF_TOOLS, forms_of
from xlmatrix.exchange.tools.form import Form
from xlmatrix.exchange.tools.plain import PLAIN
from xlmatrix.model import ImportMapping

#: Headers that a message lists.
_SHOWN: Final = 40
#: Fields without which a row is no incident, as a mapping calls them.
_NEEDED: Final = ("id", "opened")


def known_names() -> frozenset[str]:
    """Every header that some form knows, without case and signs."""
    names = {normal(name) for form in FORMS for names in form.fields.values() for name in names}
    return frozenset(names | {normal(one) for form in FORMS for one in form.telling})


def layout_of(tabled: Tabled, wanted: str | None, mappings: Mapping[str, ImportMapping]) -> Layout:
    """The form of a table and where its fields stand.

    Raises
    ------
    XlmatrixError
        No form fits, with what was found and what is needed.
    """
    forms = _wanted(wanted, tabled)
    if (records := printed(tabled)) is not None and any(
        fits(form, records, None) for form in forms if form in OF_TOOLS
    ):
        tabled = records
    fitting = [form for form in forms if fits(form, tabled, mappings.get(form.tool))]
    of_tools = [form for form in fitting if form in OF_TOOLS]
    layouts = [laid_out(form, tabled, mappings.get(form.tool)) for form in of_tools or fitting]
    if not layouts and (wanted is None or wanted == PLAIN.tool):
        # A mapping may say where the fields of a file stand that looks like none.
        layouts = [laid_out(PLAIN, tabled, mappings.get(PLAIN.tool))]
        fitting = [PLAIN] if not layouts[0].needs else []
    if not fitting:
        raise _unknown(tabled, layouts[0] if layouts else laid_out(PLAIN, tabled, None), wanted)
    best = max(layouts, key=lambda layout: (len(layout.form.telling), len(layout.called)))
    if best.needs and not best.form.history:
        raise _unknown(tabled, best, best.form.tool)
    return best


def _wanted(wanted: str | None, tabled: Tabled) -> Sequence[Form]:
    if wanted is None:
        return FORMS
    found = forms_of(wanted)
    if not found:
        raise XlmatrixError(
            f"there is no import format '{wanted}'",
            where=tabled.name,
            mend=f"Use one of {', '.join(NAMES)}",
        )
    return found


def layouts_of(
    tables: Sequence[Tabled], form: str | None, mappings: Mapping[str, ImportMapping]
) -> tuple[list[Layout], list[Tabled]]:
    """The layout of each table, and those that no form knows beside one of their own file."""
    found: list[Layout] = []
    unknown: list[tuple[Tabled, XlmatrixError]] = []
    for table in tables:
        try:
            found.append(layout_of(table, form, mappings))
        except XlmatrixError as error:
            unknown.append((table, error))
    known = {_file_of(one.tabled) for one in found}
    for table, refusal in unknown:
        if _file_of(table) not in known:
            raise refusal
    return found, [table for table, _ in unknown]


def _file_of(table: Tabled) -> str:
    """The file that a table came from: the archive, where it was in one."""
    return table.name.partition("/")[0].partition("!")[0]


def refuse_two_tools(layouts: Sequence[Layout]) -> None:
    """Refuse files of several tools: their ids, words and zones have nothing to do with each other.

    Raises
    ------
    XlmatrixError
        With a file of each tool.
    """
    tools: dict[str, Layout] = {}
    for layout in layouts:
        tools.setdefault(layout.form.tool, layout)
    if len(tools) > 1:
        named = [f"{layout.tabled.name} is {layout.form.title}" for layout in tools.values()]
        raise XlmatrixError(
            f"the files are of several tools: {', '.join(named)}",
            where=next(iter(tools.values())).tabled.name,
            mend="Import the files of one tool at a time",
        )


def _unknown(tabled: Tabled, nearest: Layout, wanted: str | None) -> XlmatrixError:
    """What was found, the best guess for each field that is needed, and the lines to put."""
    where = f"{tabled.name}:{tabled.first_line}" if tabled.header else tabled.name
    if tabled.structured:
        fields = ", ".join(sorted({str(key) for one in tabled.looked_at for key in one})[:_SHOWN])
        return XlmatrixError(
            "these JSON records are of no tool that is known",
            where=where,
            mend=f"Their fields are {fields}. Export the tickets as CSV, with columns for the id"
            " and the opening",
        )
    shown = [header.strip()[:40] for header in tabled.header if header.strip()]
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    tool = wanted if wanted in {form.tool for form in FORMS} else PLAIN.tool
    missing = [name for name in _NEEDED if name not in nearest.place]
    samples = _samples(tabled)
    guesses = {name: _guess(name, shown, samples) for name in missing}
    lines = [f"    {name}: {guess or 'the header'}" for name, guess in guesses.items()]
    said = [
        f"'{guess}' may be '{name}'" + (f" (such as {samples[guess]})" if samples[guess] else "")
        for name, guess in guesses.items()
        if guess
    ]
    hint = ("; ".join(said) + ". ") if said else ""
    block = "\n".join(["import:", f"  {tool}:", "   columns:", *lines])
    return XlmatrixError(
        f"the header is of no incident file that is known: nothing says {' and '.join(missing)}"
        if missing
        else "the header is of no incident file that is known",
        where=where,
        mend=f"{hint}Say in the spec which columns to read:\n{block}\n"
        f"Its columns are {', '.join(shown[:_SHOWN])}{more}",
    )


def _samples(tabled: Tabled) -> dict[str, str]:
    """A value of each column."""
    for rows in tabled.read(Counted()):
        columns = zip(tabled.header, rows.columns, strict=True)
        return {
            header.strip()[:40]: next((text_of(cell)[:30] for cell in cells[:200] if cell), "")
            for header, cells in columns
        }
    return {}


def _guess(name: str, headers: Sequence[str], samples: Mapping[str, str]) -> str:
    """The header that is likely meant for a field: called like it, or with values like its own."""
    by_name = {normal(header): header for header in headers}
    for alias in PLAIN.fields[name]:
        if close := get_close_matches(normal(alias), by_name, n=1, cutoff=0.75):
            return by_name[close[0]]
    if name == "opened":
        return next((one for one in headers if _dated(samples.get(one, ""))), "")
    return next((one for one in headers if samples.get(one)), "")


def _dated(text: str) -> bool:
    return sum(char.isdigit() for char in text) >= 6 and any(mark in text for mark in "-/.:")
