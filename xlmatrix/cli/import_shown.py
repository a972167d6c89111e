"""How an import is shown: what was taken from where, ten rows, counts, what is left to decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from xlmatrix.api.importing import TicketImport, counts_of
from xlmatrix.cli.report import clean
from xlmatrix.errors import listed, plural

_ROWS: Final = 10
_MOST_CHARS: Final = 40
#: The columns of the rows that are shown.
_SHOWN: Final = ("id", "opened", "title", "class", "severity", "state", "acknowledged", "resolved")
#: What stands around a column of them.
_AROUND: Final = 3
#: The words that a line lists.
_MOST_WORDS: Final = 12
#: What a column of words takes at most.
_WIDE_CHARS: Final = 28


def show(found: TicketImport, console: Console) -> None:
    """The files, their fields, the first rows and the counts."""
    for number, one in enumerate(found.tickets.files):
        kind = f"{one.name}: {one.form}, {plural(one.read, 'row')}"
        zone = f"; stamps without a zone are in {one.zone}" if one.naive else ""
        console.print(clean(kind + zone), soft_wrap=True, style="bold")
        if one.taken:
            console.print(_fields(found, number))
    for part in _first_rows(found, console.width):
        console.print(part, soft_wrap=isinstance(part, Text))
    _words(found, console)
    show_counts(found, console)


def _fields(found: TicketImport, number: int) -> Table:
    table = _table("field", "taken from", "such as")
    for field, called, sample in found.tickets.files[number].taken:
        table.add_row(*_cells(field, called, sample))
    return table


def _first_rows(found: TicketImport, width: int) -> Iterator[Table | Text]:
    """The first rows, in as many blocks as the width asks for, each with the ids."""
    frame = found.tickets.incidents
    rows = [{name: _said(row[name]) for name in _SHOWN} for _, row in frame.head(_ROWS).iterrows()]
    for cells, why in zip(rows, frame["not_counted"], strict=False):
        if why:
            cells["state"] = f"not counted: {why}"
    more = len(frame.columns) - len(_SHOWN)
    of_more = f"The first {len(rows)} of " if len(rows) < len(frame) else ""
    yield Text(
        f"{of_more}{plural(len(frame), 'row')} (stamps in UTC); {more} more columns stand in the "
        "table that -o writes"
    )
    widths = {
        name: min(max([len(name), *(len(row[name]) for row in rows)]), _WIDE_CHARS)
        for name in _SHOWN
    }
    for names in _blocks(widths, width):
        table = Table(header_style="bold", box=SIMPLE_HEAD)
        for name in names:
            table.add_column(name, no_wrap=True, overflow="ellipsis", max_width=_WIDE_CHARS)
        for row in rows:
            table.add_row(*_cells(*(row[name] for name in names)))
        yield table


def _blocks(widths: Mapping[str, int], width: int) -> Iterator[list[str]]:
    """The columns that stand side by side; the first column begins every block."""
    (first, _), *others = widths.items()
    block = [first]
    for name, _ in others:
        if len(block) > 1 and sum(widths[one] + _AROUND for one in (*block, name)) > width:
            yield block
            block = [first]
        block.append(name)
    yield block


def _said(value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{value:%Y-%m-%d %H:%M}" if value == value else ""  # noqa: PLR0124 - NaT is not


def _words(found: TicketImport, console: Console) -> None:
    """What each word of a field was taken as, and how that was known, in a line a field."""
    for setting, words in found.tickets.meanings.words.items():
        taken = [
            f"{word or 'none'} = {one.meaning or 'nothing'} ({one.how.value})"
            for word, one in sorted(words.items(), key=lambda item: -item[1].rows)
            if one.rows and (one.meaning or found.given.matrix is not None)
        ]
        if taken:
            said = f"Words of {setting}: {listed(taken, ', ', _MOST_WORDS)}"
            console.print(Text(clean(said)), soft_wrap=True)


def show_counts(found: TicketImport, console: Console) -> None:
    """How many tickets are in each state, and of each severity those that count."""
    states = found.tickets.incidents["state"].value_counts()
    console.print(_counted("States", {str(name): int(n) for name, n in states.items()}))
    severities = counts_of(found, "severity")
    if found.given.matrix is None:
        severities = counts_of(found, "priority")
        title = "Priorities (severities and classes need --spec or --template)"
    else:
        title = "Severities"
        if "" in severities:
            severities["of its class"] = severities.pop("")
    console.print(_counted(title, severities))
    logs = found.tickets
    beside = [
        f"{name} {len(frame):,}"
        for name, frame in (("pauses", logs.pauses), ("changes of severity", logs.changes),
                            ("reopenings", logs.reopened))
        if len(frame)
    ]  # fmt: skip
    if beside:
        console.print(Text(f"Beside them: {', '.join(beside)}"), soft_wrap=True)


def _counted(title: str, counts: dict[str, int]) -> Text:
    said = ", ".join(f"{name or 'none'} {count:,}" for name, count in counts.items())
    return Text(clean(f"{title}: {said or 'none'}"))


def show_questions(found: TicketImport, console: Console, *, taken: bool) -> None:
    """What there is to decide, with the defaults; ``taken`` where they were."""
    title = "Taken by default" if taken else "To decide; with -o it is asked"
    table = _table("question", "default", "rows", "first", title=title)
    for one in found.questions:
        table.add_row(*_cells(one.asks, one.default, f"{one.rows:,}", one.where))
    console.print(table)


def _table(*headers: str, title: str | None = None) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def _cells(*texts: str) -> list[Text]:
    return [
        Text(clean(text if len(text) <= 2 * _MOST_CHARS else f"{text[: 2 * _MOST_CHARS]}…"))
        for text in texts
    ]
