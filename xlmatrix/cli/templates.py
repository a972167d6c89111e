"""``xlmatrix templates``: what is shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlmatrix.cli.examples import examples

if TYPE_CHECKING:
    from xlmatrix.model import Loaded

EXAMPLES = examples(
    "xlmatrix templates",
    "xlmatrix templates --json",
)


def templates(
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """List the shipped templates and what is in them."""
    from xlmatrix import api
    from xlmatrix.cli.report import print_json, stdout

    entries = [_entry(name, api.template(name)) for name in api.templates()]
    if json:
        print_json(entries)
        return
    from rich.table import Table

    table = Table(header_style="bold", caption="Begin from one:  xlmatrix new --template NAME")
    for header in ("template", "classes", "severities", "roles", "what it is"):
        table.add_column(header, overflow="fold")
    for entry in entries:
        counts = (str(entry[key]) for key in ("classes", "severities", "roles"))
        table.add_row(entry["name"], *counts, entry["about"])
    stdout().print(table)


def _entry(name: str, loaded: Loaded) -> dict[str, Any]:
    spec = loaded.spec
    return {
        "name": name,
        "title": spec.title,
        "about": _first_sentence(loaded.text),
        "classes": len(spec.classes),
        "severities": len(spec.severities),
        "roles": len(spec.roles),
        "zone": spec.zone,
    }


def _first_sentence(text: str) -> str:
    """The opening comment of a template up to its first full stop."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#") or not line.lstrip("# "):
            break
        lines.append(line.lstrip("# ").strip())
    return " ".join(lines).partition(". ")[0].rstrip(".")
