"""What commands write beside workbooks, and how they take their options for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlmatrix.cli.report import show_findings, stderr
from xlmatrix.errors import Finding

if TYPE_CHECKING:
    from xlmatrix.write.outputs import Output

#: Whether a command may replace a file: said, denied, or left to what stands there.
Overwrite = Annotated[
    bool | None,
    typer.Option(
        "--overwrite/--no-overwrite",
        help="Replace any file and keep a backup, or none; by default, what nobody typed in.",
    ),
]
OverwriteText = Annotated[
    bool | None,
    typer.Option(
        "--overwrite/--no-overwrite", help="Replace a file that exists; a backup of it stays."
    ),
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="The time it speaks of; else the book's or now.")
]
ExportFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--incidents", "-i",
        help="The export that holds it, where a spec is named; once more for each history of it.",
    ),
]  # fmt: skip
MappingFile = Annotated[
    Path | None,
    typer.Option("--mapping", "-m", help="What the words of the export mean, in YAML."),
]
WithoutStamp = Annotated[
    bool,
    typer.Option(
        "--without-stamp",
        help="Leave out the hidden copy of spec and values; it cannot be regenerated then.",
    ),
]
AllowLoss = Annotated[
    list[str] | None,
    typer.Option("--allow-loss", help="Leave this behind, by the name an error gives it."),
]
Force = Annotated[
    bool, typer.Option("--force", help="Replace a file that exists; a backup of it stays.")
]
SPEC = (".yaml", ".yml")
#: Where a calendar file says who made it.
_HEAD_BYTES, _OURS = 400, b"PRODID:-//xlmatrix"


def output_of(
    path: Path,
    endings: Sequence[str],
    *inputs: str | Path | None,
    overwrite: bool | None = None,
    force: bool | None = None,
) -> Output:
    """A file that a command is to write, looked at before the work; ``inputs`` are what it reads.

    A command has one of two options to replace a file: ``overwrite`` or ``force``.
    """
    from xlmatrix.api.outputs import file_output

    forced = force is not None
    return file_output(
        path,
        endings,
        inputs=inputs,
        overwrite=(force or None) if forced else overwrite,
        option="--force" if forced else "--overwrite",
    )


def calendar_output(path: Path, *inputs: str | Path, overwrite: bool | None) -> Output:
    """A calendar file to write; one of ours, in which nobody types, may go."""
    from xlmatrix.api.outputs import file_output
    from xlmatrix.write.outputs import must_stay

    def judge(output: Output) -> None:
        head = earlier_bytes(output.path)[:_HEAD_BYTES]
        if not head.startswith(b"BEGIN:VCALENDAR") or _OURS not in head:
            must_stay(output)

    return file_output(path, (".ics",), inputs=inputs, overwrite=overwrite, judge=judge)


def write(data: bytes | str, output: Output) -> Path | None:
    """Write an output whole or not at all; gives the backup of a file that had to be kept."""
    from xlmatrix.api import outputs

    return outputs.write(data, output)


def kept(backup: Path | None) -> str:
    """What a result says of the file that it replaced."""
    return f" (the old one is {backup})" if backup else ""


def earlier_bytes(path: Path, most: int = 5_000_000) -> bytes:
    """What stands in a file that is about to be replaced; empty where none can be read."""
    try:
        if not path.is_file() or path.stat().st_size > most:
            return b""
        return path.read_bytes()
    except OSError:
        return b""


def tell_beside(findings: Sequence[Finding]) -> None:
    """Say on standard error what is to be said of a file that was written."""
    if findings:
        show_findings(tuple(findings), stderr())
