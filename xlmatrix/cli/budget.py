"""``xlmatrix budget``: how the month, the burn, the caps and the providers stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import Overwrite, kept
from xlmatrix.cli.report import clean, print_json, stdout

if TYPE_CHECKING:
    from xlmatrix.api.budgeting import Budgeted

EXAMPLES = examples(
    "xlmatrix budget matrix.xlsx",
    "xlmatrix budget matrix.xlsx --spend spend.csv -o with-spend.xlsx",
    "xlmatrix budget matrix.xlsx --spend spend.csv --json",
)


def budget(
    source: Annotated[str, typer.Argument(help="A workbook, a spec or a template's name.")],
    *,
    spend: Annotated[
        Path | None,
        typer.Option(help="A CSV of spend by hour: hour, amount and, if need be, currency."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="The time of the figures; otherwise the workbook's As of, else now."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A new workbook with the figures of the CSV typed."),
    ] = None,
    overwrite: Overwrite = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Say how the month is, which burns are alarms, and how caps and providers stand.

    In a CSV by hour the windows of 5 and 30 minutes are its last row.
    """
    from xlmatrix import api

    told = api.budget(source, spend=spend, as_of=as_of, output=output, overwrite=overwrite)
    if json:
        print_json(_json(told))
        return
    console = stdout()
    for line in _lines(told):
        console.print(clean(line), soft_wrap=True)


def _lines(told: Budgeted) -> list[str]:
    forecast = "" if told.forecast is None else f", forecast {told.forecast:,.2f}"
    lines = [f"{told.until:%Y-%m-%d %H:%M}: {told.state}{forecast}{_opens(told.incident)}"]
    lines += [
        f"{row['Windows']}: {row['State']}{_burns(row)}{_opens(row['Incident'])}"
        for row in told.alarms
    ]
    lines += [f"{row['Workload']}, {row['Stage'] or 'no stage'}: {row['Now']}" for row in told.caps]
    for row in told.providers:
        said = [str(row[known]) for known in ("Split", "Warm", "Concentration") if row[known]]
        model = f" {row['Model']}" if row["Model"] else ""
        lines.append(f"{row['Workload']}, {row['Provider']}{model}: {', '.join(said)}")
    if told.spend is not None:
        lines.append("5 min and 30 min are the last row of the CSV, an hour")
        lines += told.spend.notes
    if told.path is not None:
        lines.append(f"{told.path}: figures typed{kept(told.backup)}")
    return lines


def _opens(incident: Any) -> str:
    return f"; open {incident}" if incident else ""


def _burns(row: Mapping[str, Any]) -> str:
    burns = [row["Long burn"], row["Short burn"]]
    if not any(isinstance(one, float) for one in burns):
        return ""
    long, short = (f"{one:.2f}" if isinstance(one, float) else str(one) for one in burns)
    return f" (burn {long} and {short}, above {row['Above']})"


def _json(told: Budgeted) -> dict[str, Any]:
    found = asdict(told)
    for key in ("path", "backup"):
        found[key] = None if found[key] is None else str(found[key])
    return _plain(found)  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value
