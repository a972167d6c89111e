"""``xlmatrix merge``: two copies of one workbook made one again."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import AllowLoss, Overwrite
from xlmatrix.cli.regenerate import steps, tell
from xlmatrix.cli.report import (
    clean,
    progress_bar,
)
from xlmatrix.errors import XlmatrixError

if TYPE_CHECKING:
    from xlmatrix.api.merging import Conflict, Side

EXAMPLES = examples(
    "xlmatrix merge mine.xlsx theirs.xlsx -o merged.xlsx",
    "xlmatrix merge before.xlsx mine.xlsx theirs.xlsx -o merged.xlsx",
    "xlmatrix merge mine.xlsx theirs.xlsx --ours --dry-run",
)
_FEWEST, _MOST = 2, 3


# Long because: every option of the command is a parameter with its help.
def merge(
    copies: Annotated[
        list[Path],
        typer.Argument(
            metavar="[BASE] MINE THEIRS",
            help="Two copies of one workbook; before them the workbook that they were taken of.",
        ),
    ],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The merged workbook.")
    ] = None,
    ours: Annotated[
        bool, typer.Option("--ours", help="Where both changed a value, MINE stands.")
    ] = False,
    theirs: Annotated[
        bool, typer.Option("--theirs", help="Where both changed a value, THEIRS stands.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would come together and write nothing.")
    ] = False,
    allow_loss: AllowLoss = None,
    overwrite: Overwrite = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Merge two copies of one workbook that two people used.

    What both changed is asked for one by one at a terminal; elsewhere say --ours or --theirs.
    Neither copy is changed.
    """
    if not _FEWEST <= len(copies) <= _MOST:
        raise XlmatrixError(
            f"{len(copies)} workbook{'' if len(copies) == 1 else 's'} given",
            where="merge",
            mend="Name two copies, and before them, if you have it, the workbook they come from",
        )
    if ours and theirs:
        raise XlmatrixError(
            "--ours and --theirs exclude each other", where="merge", mend="Say one of them"
        )
    from xlmatrix import api

    asks = at_a_terminal() and not (ours or theirs)
    decide = _ask if asks else "ours" if ours else "theirs" if theirs else "stop"
    # A bar and a question do not go together.
    with nullcontext() if asks else progress_bar(_steps(copies)) as say:
        done = api.merge(
            *copies[-2:],
            base=copies[0] if len(copies) == _MOST else None,
            output=output,
            conflicts=decide,
            dry_run=dry_run,
            allow_loss=allow_loss or (),
            overwrite=overwrite,
            progress=say,
        )
    tell(done, json=json, wanted="The other")


def at_a_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _steps(copies: list[Path]) -> int:
    return sum(steps(path, writing=False) for path in copies) + steps(copies[-1], writing=False)


def _ask(conflict: Conflict) -> Side:
    """Ask which copy stands."""
    lines = [f"Both copies changed {conflict.place}:"]
    if conflict.base is not None:
        lines.append(f"  before  {conflict.was}")
    lines += [f"  {side.value:<7} {conflict.shown(side)}" for side in conflict.sides]
    typer.echo("\n".join(clean(line) for line in lines), err=True)
    words = [side.value for side in conflict.sides]
    while (said := typer.prompt(f"Which stands? ({', '.join(words)})", err=True)) not in words:
        typer.echo(f"Please type one of: {', '.join(words)}", err=True)
    return conflict.sides[words.index(said)]
