"""What commands show: errors, findings, progress. Results go to stdout, all else to stderr."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from xlmatrix.errors import Finding, FindingsError, Level, XlmatrixError, ended, shortened

LOOKS: Final = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.NOTE: "dim"}
#: Findings beyond these are counted; ``--json`` gives them all.
MOST_SHOWN: Final = 50
#: More findings than this that say the same of different values are shown as one.
MOST_ALIKE: Final = 3


def stderr() -> Console:
    """The console for messages; made afresh, since tests and pipes exchange the stream."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def stdout() -> Console:
    """The console for results."""
    return Console(highlight=False, markup=False, emoji=False)


def show_error(error: XlmatrixError) -> None:
    """A planned error on stderr: what, where, how to mend it; every finding it carries."""
    console = stderr()
    if isinstance(error, FindingsError):
        show_findings(error.findings, console)
        return
    label = Text("error: ", style=LOOKS[Level.ERROR])
    console.print(label + Text(clean(f"{error.where}: {error.what}.")), soft_wrap=True)
    console.print(Text(f"       {clean(ended(error.mend))}"), soft_wrap=True)


def show_findings(findings: Sequence[Finding], console: Console) -> None:
    """Findings as a table at a terminal, else one a line; the worst first."""
    order = list(Level)
    ranked = sorted(_gathered(findings), key=lambda finding: order.index(finding.level))
    shown = ranked[:MOST_SHOWN]
    if console.is_terminal:
        console.print(_table(shown))
    else:
        for finding in shown:
            label = Text(f"{finding.level}: ", style=LOOKS[finding.level])
            console.print(label + Text(clean(shortened(str(finding)))), soft_wrap=True)
    if len(ranked) > len(shown):
        more = f"... and {len(ranked) - len(shown):,} more; --json lists them all"
        console.print(Text(more), soft_wrap=True)


def _gathered(findings: Sequence[Finding]) -> list[Finding]:
    """Findings that say the same of many values as one, where the first of them stood."""
    alike: dict[tuple[Level, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.about:
            alike[finding.level, finding.code].append(finding)
    shown = []
    for finding in findings:
        group = alike.get((finding.level, finding.code), []) if finding.about else []
        if len(group) <= MOST_ALIKE:
            shown.append(finding)
        elif finding is group[0]:
            others = [f"'{other.about}'" for other in group[1 : 1 + MOST_ALIKE]]
            rest = len(group) - 1 - len(others)
            likewise = ", ".join(others) + (f" and {rest:,} more" if rest else "")
            total = f"{sum(one.rows for one in group):,} rows in all; --json lists each"
            what = f"{finding.what}; likewise {likewise}, {total}"
            shown.append(replace(finding, what=what))
    return shown


def counted(findings: Sequence[Finding]) -> str:
    """Such as ``1 error, 2 warnings``; ``no findings`` where there are none."""
    counts = [(sum(f.level is level for f in findings), level.value) for level in Level]
    said = [f"{count:,} {name}{'s' if count > 1 else ''}" for count, name in counts if count]
    return ", ".join(said) or "no findings"


def as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings for ``--json``; keys that are rarely filled only where they are.

    ``rows`` and ``about`` where one stands for many rows, ``accepted`` is the spec's reason.
    """
    return [
        {
            key: value
            for key, value in asdict(finding).items()
            if (finding.about or key not in {"rows", "about"})
            and (finding.accepted or key != "accepted")
        }
        for finding in findings
    ]


def print_json(value: object) -> None:
    """One JSON document on stdout, in ASCII so that every terminal and pipe can carry it."""
    print(json.dumps(value, indent=2))


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A spinner on stderr with what is being done; silent where no one looks at a terminal."""
    console = stderr()
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda doing: status.update(Text(clean(doing)))


@contextmanager
def progress_bar(steps: int) -> Iterator[Callable[[str], None]]:
    """A bar on stderr that moves with each thing that is said; silent where no one looks.

    Parameters
    ----------
    steps
        How many things will be said, more or less: the bar waits at its end for the rest.
    """
    console = stderr()
    if not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(), BarColumn(), TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )  # fmt: skip
    # It goes when the work is done: what stays is the report.
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=steps)
        yield lambda doing: bar.update(task, advance=1, description=clean(doing), refresh=True)


def clean(text: str) -> str:
    """Text that cannot steer the terminal: control characters become visible."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(show_lines=True, header_style="bold")
    table.add_column("level", no_wrap=True)
    table.add_column("where", overflow="fold", ratio=2)
    table.add_column("what", overflow="fold", ratio=3)
    table.add_column("how to mend it", overflow="fold", ratio=3)
    for finding in findings:
        where = "\n".join(part for part in (finding.where, finding.path) if part)
        table.add_row(
            Text(finding.level.value, style=LOOKS[finding.level]),
            *(Text(clean(shortened(said))) for said in (where, finding.what, finding.mend)),
        )
    return table
