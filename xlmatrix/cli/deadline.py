"""``xlmatrix deadline``: when something is due, and why then."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from xlmatrix.cli.examples import examples

EXAMPLES = examples(
    'xlmatrix deadline "2026-11-13 16:30" "4 h" --hours "Mon-Fri 09:00-17:00" --zone Europe/Berlin',
    'xlmatrix deadline "2026-12-23 16:00" "2 business days" --hours "Mon-Fri 9:00-17:00" '
    "--zone Europe/London --holiday 2026-12-25 --holiday 2026-12-28",
    'xlmatrix deadline now "30 min" --json',
)


def deadline(
    start: Annotated[
        str,
        typer.Argument(help="When it starts: 2026-11-13 16:30, on the zone's clock, or now."),
    ],
    duration: Annotated[
        str, typer.Argument(help="How long: 10 min, 4 h, 2 business days, 3 days.")
    ],
    *,
    hours: Annotated[
        str, typer.Option(help='Weekly hours, such as "Mon-Fri 09:00-12:30,13:15-17:30".')
    ] = "24x7",
    zone: Annotated[str, typer.Option(help="Time zone, such as Europe/Berlin.")] = "UTC",
    holiday: Annotated[
        list[str] | None, typer.Option(help="A closed date, such as 2026-12-25; repeat it.")
    ] = None,
    holiday_mode: Annotated[
        str,
        typer.Option(help="clip closes midnight to midnight; shift drops shifts that begin then."),
    ] = "clip",
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Print when a target is due and the ledger: each stretch that counted or was closed."""
    from xlmatrix import api
    from xlmatrix.cli.report import print_json, stdout

    ledger = api.deadline(
        start,
        duration,
        hours=hours,
        zone=zone,
        holidays=[_date(text) for text in holiday or ()],
        holiday_mode=holiday_mode,
    )
    if json:
        print_json(ledger.to_dict())
        return
    console = stdout()
    for line in ledger.lines():
        console.print(line, soft_wrap=True)


def _date(text: str) -> date:
    from xlmatrix.errors import XlmatrixError

    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a date only
    except ValueError:
        raise XlmatrixError(
            f"'{text[:40]}' is not a date", where="--holiday", mend="Write it as 2026-12-25"
        ) from None
