"""``xlmatrix addin``: the ways into Excel and what they need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import Force, kept, output_of, write

EXAMPLES = examples(
    "xlmatrix addin status",
    "xlmatrix addin install",
    "xlmatrix addin xlam -o xlmatrix.xlam",
    "xlmatrix addin lite -o main.py",
    "xlmatrix addin server escalation-server",
)

app = typer.Typer(
    no_args_is_help=True, help="Check and set up Excel: macros, xlwings Lite, a server."
)
_Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


@app.command(epilog=examples("xlmatrix addin status", "xlmatrix addin status --json"))
def status(*, json: _Json = False) -> None:
    """Say what the macros need on this computer: Python, xlwings, add-in, trust, versions.

    Exit code 0: nothing is missing; 1: something is.
    """
    from xlmatrix.addin.install import Verdict, facts
    from xlmatrix.addin.install import status as looked_at
    from xlmatrix.cli.report import print_json, stdout

    checks = looked_at()
    if json:
        print_json({"checks": facts(checks)})
    else:
        console = stdout()
        for check in checks:
            mend = f"\n    {check.mend}" if check.mend else ""
            line = f"{check.verdict.value:8} {check.about}: {check.found}{mend}"
            console.print(line, soft_wrap=True, markup=False, highlight=False)
    if any(check.verdict is Verdict.MISSING for check in checks):
        raise typer.Exit(1)


@app.command(epilog=examples("xlmatrix addin install"))
def install() -> None:
    """Put xlmatrix.xlam where Excel loads it, and tell Excel which Python to run.

    Of your settings of xlwings one is changed; the others stay, and a backup.
    """
    from xlmatrix.addin.install import install as put
    from xlmatrix.cli.report import stdout

    done = put()
    console = stdout()
    console.print(f"{done.addin}", soft_wrap=True, markup=False)
    console.print(f"{done.settings}{kept(done.backup)}", soft_wrap=True, markup=False)
    console.print("Start Excel anew; then look at: xlmatrix addin status")


@app.command(epilog=examples("xlmatrix addin xlam -o xlmatrix.xlam"))
def xlam(
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where to write it, such as xlmatrix.xlam.")
    ] = Path("xlmatrix.xlam"),
    force: Force = False,
) -> None:
    """Write the add-in itself, to sign it or to share it with a team."""
    from xlmatrix.cli.report import stdout
    from xlmatrix.routes.macros import make_addin

    backup = write(make_addin(), output_of(output, (".xlam",), force=force))
    stdout().print(f"{output}{kept(backup)}", soft_wrap=True, markup=False)


@app.command(epilog=examples("xlmatrix addin lite", "xlmatrix addin lite -o main.py"))
def lite(
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where to write the script.")
    ] = Path("main.py"),
    force: Force = False,
) -> None:
    """Write the xlwings Lite script, to paste into its editor, and name its requirements."""
    from xlmatrix.cli.report import stdout
    from xlmatrix.routes.lite import REQUIREMENTS, script

    backup = write(script(), output_of(output, (".py",), force=force))
    console = stdout()
    line = f"{output}: paste it as main.py into xlwings Lite{kept(backup)}"
    console.print(line, soft_wrap=True, markup=False)
    console.print(f"requirements.txt: {', '.join(REQUIREMENTS.split())}", soft_wrap=True)


@app.command(epilog=examples("xlmatrix addin server escalation-server"))
def server(
    folder: Annotated[Path, typer.Argument(help="The folder of the project; made if missing.")],
    *,
    force: Force = False,
) -> None:
    """Write a project for xlwings Server. In a company that needs a licence key of xlwings."""
    from xlmatrix.addin.server import write_project
    from xlmatrix.cli.report import stdout

    console = stdout()
    for path in write_project(folder, overwrite=force):
        console.print(str(path), soft_wrap=True, markup=False)
    console.print("xlwings Server needs a licence key at work: see README.md", soft_wrap=True)
