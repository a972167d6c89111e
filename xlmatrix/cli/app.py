"""The application: its commands, its global options, its exit codes."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import traceback
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from xlmatrix.cli import (
    addin,
    brief,
    budget,
    build,
    check,
    checklist,
    deadline,
    diff,
    drill,
    explain,
    importing,
    merge,
    message,
    new,
    notices,
    prove,
    recalc,
    regenerate,
    spec,
    stamp,
    templates,
    update,
)
from xlmatrix.errors import XlmatrixError
from xlmatrix.version import __version__

FAULT, INPUT, INTERRUPTED = 1, 2, 130


class Guarded(TyperGroup):
    """Turns every exception of a command into a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        for stream in (sys.stdout, sys.stderr):
            # A name that the terminal's encoding lacks must not hide the message it stands in.
            with contextlib.suppress(AttributeError, ValueError, OSError):
                stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        try:
            return super().invoke(ctx)
        except XlmatrixError as error:
            if _debug(ctx):
                traceback.print_exc()
            from xlmatrix.cli.report import show_error

            show_error(error)
            raise typer.Exit(INPUT) from None
        except KeyboardInterrupt:
            typer.echo("Interrupted; nothing was changed.", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            # Anything else is our fault, and a user must not see its traceback.
            if _is_typers_own(error) or isinstance(error, BrokenPipeError):
                raise
            if _debug(ctx):
                traceback.print_exc()
            typer.echo(_our_fault(error), err=True)
            raise typer.Exit(FAULT) from None


app = typer.Typer(
    cls=Guarded,
    name="xlmatrix",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start here:  xlmatrix build --template standard -o matrix.xlsx",
)

app.command("new", epilog=new.EXAMPLES)(new.new)
app.command("build", epilog=build.EXAMPLES)(build.build)
app.command("import", epilog=importing.EXAMPLES)(importing.import_)
app.command("check", epilog=check.EXAMPLES)(check.check)
app.command("prove", epilog=prove.EXAMPLES)(prove.prove)
app.command("templates", epilog=templates.EXAMPLES)(templates.templates)
app.command("deadline", epilog=deadline.EXAMPLES)(deadline.deadline)
app.command("message", epilog=message.EXAMPLES)(message.message)
app.command("notices", epilog=notices.EXAMPLES)(notices.notices)
app.command("explain", epilog=explain.EXAMPLES)(explain.explain)
app.command("regenerate", epilog=regenerate.EXAMPLES)(regenerate.regenerate)
app.command("merge", epilog=merge.EXAMPLES)(merge.merge)
app.command("update", epilog=update.EXAMPLES)(update.update)
app.command("diff", epilog=diff.EXAMPLES)(diff.diff)
app.command("spec", epilog=spec.EXAMPLES)(spec.spec)
app.command("recalc", epilog=recalc.EXAMPLES)(recalc.recalc)
app.command("stamp", epilog=stamp.EXAMPLES)(stamp.stamp)
app.command("brief", epilog=brief.EXAMPLES)(brief.brief)
app.command("budget", epilog=budget.EXAMPLES)(budget.budget)
app.command("checklist", epilog=checklist.EXAMPLES)(checklist.checklist)
app.add_typer(drill.app, name="drill", epilog=drill.EXAMPLES)
app.add_typer(addin.app, name="addin", epilog=addin.EXAMPLES)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"xlmatrix {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[
        bool,
        typer.Option("--debug", help="Show the traceback of an error.", envvar="XLMATRIX_DEBUG"),
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Build the Excel workbook that links AI incident class, severity, owner and clocks."""


def main() -> None:
    """Entry point of the ``xlmatrix`` command."""
    # A workbook is made of many small objects that all stay: at its usual pace the collector looks
    # through them again and again, a seventh of what a regeneration takes.
    gc.set_threshold(100_000, 50, 50)
    try:
        app()
    except BrokenPipeError:
        # The reader of a pipe has gone; what Python still holds for it goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAULT)


def _debug(ctx: Any) -> bool:
    return bool(ctx.params.get("debug"))


def _is_typers_own(error: Exception) -> bool:
    """Usage errors, exits and aborts, which Typer turns into messages itself."""
    return hasattr(error, "exit_code") or isinstance(error, typer.Abort)


def _our_fault(error: Exception) -> str:
    said = str(error).splitlines()
    return (
        f"error: this is a fault in xlmatrix, not in your files: {type(error).__name__}"
        f"{f': {said[0][:200]}' if said else ''}\n"
        "Nothing was written. Run it again as `xlmatrix --debug ...` and report what it prints."
    )
