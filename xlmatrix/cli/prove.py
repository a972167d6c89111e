"""``xlmatrix prove``: who is called, for every class, severity and instant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples

EXAMPLES = examples(
    "xlmatrix prove matrix.yaml",
    "xlmatrix prove matrix.xlsx",
    "xlmatrix prove matrix.yaml --json",
)


def prove(
    source: Annotated[Path, typer.Argument(help="A spec, or a workbook in use.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="Print the whole proof as JSON.")] = False,
) -> None:
    """Prove who is called first, second and last, for every class, severity and instant.

    Each kind of gap is one line: how often, since when, for how much of the time. Exit code 0: no
    gap; 1: gaps; 2: a spec with errors.
    """
    from xlmatrix import api
    from xlmatrix.cli.report import clean, print_json, stdout

    proof = api.prove(source)
    if json:
        print_json({"source": str(source), **api.proof_document(proof)})
    else:
        console = stdout()
        for line in api.proof_lines(proof):
            console.print(clean(line), soft_wrap=True)
    if proof.gaps:
        raise typer.Exit(1)
