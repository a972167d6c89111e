"""``xlmatrix check``: every finding about a spec or a workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.errors import XlmatrixError

EXAMPLES = examples(
    "xlmatrix check matrix.yaml",
    "xlmatrix check matrix.yaml --strict",
    "xlmatrix check matrix.yaml --quick",
    "xlmatrix check matrix.yaml --json",
    "xlmatrix check matrix.yaml --as-of 2027-06-01",
    "xlmatrix check matrix.xlsx",
)


def check(
    spec: Annotated[
        Path, typer.Argument(help="The spec (matrix.yaml) or a workbook made from one.")
    ],
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 when there are warnings.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out the proof of who is called.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Judge on this date, such as 2027-06-01; else today."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Check a spec or a workbook and list everything wrong or doubtful, with place and remedy.

    The proof of who is called (xlmatrix prove) is part of it, one finding a kind of gap.
    What the spec accepts, with a reason, is counted apart; --json lists it.

    Exit code 0: no errors; 1: warnings, with --strict; 2: errors.
    """
    from xlmatrix import api
    from xlmatrix.cli.report import as_json, counted, print_json, show_findings, stdout
    from xlmatrix.errors import Finding, Level

    accepted: tuple[Finding, ...] = ()
    today = _day(as_of) if as_of is not None else None
    try:
        found = api.checked(spec, today=today, quick=quick)
        findings, accepted = found.open, found.accepted
    except XlmatrixError as error:
        if not json:
            raise
        what = Finding(Level.ERROR, "unreadable", error.what, error.where, error.mend)
        findings = (what,)
    levels = [finding.level for finding in findings]
    if json:
        counts = {f"{level.value}s": levels.count(level) for level in Level}
        beside = {"accepted": as_json(accepted)} if accepted else {}
        print_json({"spec": str(spec), **counts, "findings": as_json(findings), **beside})
    else:
        console = stdout()
        if findings:
            show_findings(findings, console)
        console.print(f"{spec}: {counted(findings)}", soft_wrap=True)
        if accepted:
            console.print(f"accepted: {len(accepted):,}", soft_wrap=True)
    if Level.ERROR in levels:
        raise typer.Exit(2)
    if strict and Level.WARNING in levels:
        raise typer.Exit(1)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written.strip()[:10])
    except ValueError:
        raise XlmatrixError(
            f"'{written}' is no date", where="--as-of", mend="Write it as 2027-06-01"
        ) from None
