"""``xlmatrix regenerate``: a used workbook to a new template, with everything that was typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import AllowLoss, Overwrite, WithoutStamp, kept
from xlmatrix.errors import XlmatrixError, shortened

if TYPE_CHECKING:
    from xlmatrix.api import MergedCopies, Regenerated
    from xlmatrix.regen.merging.report import Report

EXAMPLES = examples(
    "xlmatrix regenerate matrix.xlsx -o matrix-new.xlsx",
    "xlmatrix regenerate matrix.xlsx --template enterprise --dry-run",
    "xlmatrix regenerate matrix.xlsx --template matrix.yaml --in-place",
    "xlmatrix regenerate broken.xlsx --rescue",
)


# Long because: every option of the command is a parameter with its help.
def regenerate(
    book: Annotated[Path, typer.Argument(help="The workbook that people used.")],
    *,
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            "-t",
            help="A shipped template or a spec; by default what the workbook was made from.",
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The new workbook.")] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Replace the workbook; a backup stays beside it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change and write nothing.")
    ] = False,
    allow_loss: AllowLoss = None,
    overwrite: Overwrite = None,
    rescue: Annotated[
        bool,
        typer.Option("--rescue", help="Write what can be read of a broken workbook beside it."),
    ] = False,
    without_stamp: WithoutStamp = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Bring a used workbook to a new template or spec and keep everything people typed.

    The old file is never changed; --in-place replaces it whole and keeps a backup.
    """
    if rescue:
        if output is not None or in_place or dry_run:
            raise XlmatrixError(
                "--rescue writes beside the workbook and nowhere else",
                where=str(book),
                mend="Leave out -o, --in-place and --dry-run",
            )
        _rescue(book, json=json)
        return
    from xlmatrix import api
    from xlmatrix.cli.report import progress_bar

    with progress_bar(steps(book, writing=True)) as say:
        done = api.regenerate(
            book,
            template,
            output=output,
            in_place=in_place,
            dry_run=dry_run,
            allow_loss=allow_loss or (),
            overwrite=overwrite,
            progress=say,
            without_stamp=without_stamp,
        )
    tell(done, json=json)
    if done.refusal is not None:
        raise done.refusal


def _rescue(book: Path, *, json: bool) -> None:
    from xlmatrix import api
    from xlmatrix.cli.report import print_json, progress_bar, stdout

    with progress_bar(steps(book, writing=True)) as say:
        saved = api.rescue(book, progress=say)
    if json:
        print_json({"rescued": str(saved)})
    else:
        stdout().print(f"{saved}: what could be read, as values", soft_wrap=True)


def tell(done: Regenerated | MergedCopies, *, json: bool, wanted: str = "Template") -> None:
    """Print what became of the workbook: what was found, each difference, and where it stands."""
    from xlmatrix.cli.report import as_json, print_json, show_findings, stderr, stdout

    if json:
        saved_as = None if done.path is None else str(done.path)
        backup = None if done.backup is None else str(done.backup)
        print_json(
            {
                "workbook": saved_as,
                "backup": backup,
                **done.report.to_dict(),
                "findings": as_json(done.findings),
            }
        )
        return
    if done.findings:
        show_findings(done.findings, stderr())
    show_report(done.report, wanted)
    target = "nothing was written" if done.path is None else str(done.path)
    stdout().print(f"{target}: {done.report.sentence()}{kept(done.backup)}", soft_wrap=True)


def steps(book: Path, *, writing: bool) -> int:
    """How many things a run says: each sheet read and written, and what is done once."""
    from xlmatrix.package import open_package

    try:
        parts = open_package(book).names
    except XlmatrixError:
        # What is no package ends in this error again soon enough.
        parts = frozenset()
    sheets = sum(name.startswith("xl/worksheets/sheet") for name in parts)
    return (2 if writing else 1) * sheets + 3


#: Lines that a terminal shows; the sheet Changes and the JSON have them all.
_SHOWN_LINES = 200
#: So much of a value a terminal shows.
_CELL_CHARS = 300
#: So many things that one sheet takes from the template are one line.
_TAKEN_ALIKE = 6


def show_report(report: Report, wanted: str = "Template") -> None:
    """Print the lines of a report; ``wanted`` heads the column of what does not stand."""
    from rich.table import Table
    from rich.text import Text

    from xlmatrix.cli.report import clean, stdout

    lines = list(_lines(report, wanted))
    if not lines:
        return
    console = stdout()
    if not console.is_terminal:
        # A pipe or a file has no width of its own.
        console.width = max(console.width, 140)
    table = Table(header_style="bold")
    for header in ("What", "Where", "Before", "Now", wanted, "Note"):
        table.add_column(header, overflow="fold")
    for cells in lines[:_SHOWN_LINES]:
        table.add_row(*(Text(clean(shortened(text, _CELL_CHARS))) for text in cells))
    console.print(table)
    more = len(lines) - _SHOWN_LINES
    if more > 0:
        console.print(f"... and {more:,} more: see the sheet Changes, or --json")


def _lines(report: Report, wanted: str) -> Iterator[tuple[str, ...]]:
    """A line a change; what a sheet takes in numbers is one line."""
    from xlmatrix.regen.merging.merge import Outcome
    from xlmatrix.regen.merging.report import line

    taken = Counter(c.sheet for c in report.changes if c.outcome is Outcome.TAKEN)
    for change in report.changes:
        what, sheet, _, row, column, before, now, template, note = line(change)
        if change.outcome is Outcome.TAKEN and taken[sheet] > _TAKEN_ALIKE:
            continue
        where = " · ".join(part for part in (sheet, row, column) if part)
        yield what, where, before, now, template, note
    source = "other copy" if wanted == "The other" else wanted.lower()
    for sheet, count in taken.items():
        if count > _TAKEN_ALIKE:
            yield "taken", sheet, "", "", "", f"{count:,} rows and values of the {source}"
