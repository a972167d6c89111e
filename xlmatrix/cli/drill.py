"""``xlmatrix drill``: plan, print, play and judge drills."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import (
    AsOf,
    Overwrite,
    OverwriteText,
    calendar_output,
    kept,
    output_of,
    write,
)
from xlmatrix.errors import XlmatrixError

if TYPE_CHECKING:
    from xlmatrix.api.drilling import DrillBook
    from xlmatrix.rules.drills.simulation import Share, Simulated

EXAMPLES = examples(
    "xlmatrix drill plan standard",
    "xlmatrix drill card 3 matrix.xlsx",
    "xlmatrix drill ics matrix.xlsx -o drills.ics",
    "xlmatrix drill run 1 matrix.xlsx --speed 60",
    "xlmatrix drill score matrix.xlsx",
    "xlmatrix drill report 1 matrix.xlsx -o after-action.docx",
)

app = typer.Typer(no_args_is_help=True, help="Plan, print, play and judge drills.")
_SOURCE_HELP = "A workbook, a spec or a template's name."
Source = Annotated[str, typer.Argument(help=_SOURCE_HELP)]
Number = Annotated[int, typer.Argument(help="The number of the drill, as in the plan.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
#: A card is Markdown, which is text.
_CARD = (".md", ".markdown", ".txt")
Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of printing.")]


@app.command(epilog=examples("xlmatrix drill plan standard", "xlmatrix drill plan matrix.xlsx"))
def plan(source: Source, *, json: Json = False) -> None:
    """Print the year's drills, what they cover, and every gap by name."""
    from xlmatrix import api
    from xlmatrix.cli.report import print_json, stdout

    book = api.drills(source)
    if json:
        print_json(_plan_json(book))
        return
    console = stdout()
    for row in book.view.rows:
        at = book.planned(row.number)
        when = f"{at:%a %Y-%m-%d %H:%M}" if at else "no day             "
        classes = row.found.classes if row.found else ""
        line = f"{row.number:>3}  {when}  {row.scenario} ({classes}), led by {row.facilitator}"
        console.print(line, soft_wrap=True)
    gaps = book.view.plan.gaps
    for gap in gaps:
        console.print(f"gap: {gap.what}", soft_wrap=True)
    if not gaps:
        each = book.view.plan.each
        console.print(
            f"No gaps: {len(book.view.plan.needed)} classes of the worst severity are rehearsed; "
            f"every primary and backup plays at least {each} times.",
            soft_wrap=True,
        )


def _plan_json(book: DrillBook) -> dict[str, Any]:
    return {
        "drills": [
            {
                "number": row.number,
                "at": at.isoformat() if (at := book.planned(row.number)) else None,
                "scenario": row.scenario,
                "classes": row.found.classes.split("; ") if row.found else [],
                "severity": row.found.severity if row.found else None,
                "facilitator": row.facilitator or None,
                "players": [
                    {"role": role, "as": contact, "person": person}
                    for role, contact, person in book.players(row.number)
                ],
            }
            for row in book.view.rows
        ],
        "classes": book.view.plan.classes(),
        "gaps": [
            {"kind": gap.kind, "subject": gap.subject, "what": gap.what}
            for gap in book.view.plan.gaps
        ],
    }


@app.command(
    epilog=examples("xlmatrix drill card 3 standard", "xlmatrix drill card 3 standard --players")
)
def card(
    number: Number,
    source: Source,
    *,
    players: Annotated[
        bool, typer.Option("--players", help="The page for players: no scenario, no injects.")
    ] = False,
    output: Output = None,
    overwrite: OverwriteText = None,
) -> None:
    """Print one drill on one page, as Markdown."""
    from xlmatrix import api

    goal = None
    if output is not None:
        goal = output_of(output, _CARD, source, overwrite=overwrite)
    text = api.drill_card(api.drills(source), number, players=players)
    if goal is None:
        typer.echo(text, nl=False)
        return
    typer.echo(f"{output}{kept(write(text, goal))}")


@app.command(
    epilog=examples(
        "xlmatrix drill ics standard -o drills.ics",
        "xlmatrix drill ics matrix.xlsx --drill 3 -o drill-3.ics",
    )
)
def ics(
    source: Source,
    *,
    drill: Annotated[
        int | None, typer.Option("--drill", help="One drill, as an invitation to its players.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The calendar file.")] = Path(
        "drills.ics"
    ),
    overwrite: OverwriteText = None,
) -> None:
    """Write the drills as a calendar file; it invites players and gives no scenario away.

    Times are in UTC. Where the file of before is replaced, moved drills have the next SEQUENCE and
    those without a day are cancelled, so that calendars that imported it follow.
    """
    from xlmatrix import api
    from xlmatrix.cli.files import earlier_bytes, tell_beside

    goal = calendar_output(output, source, overwrite=overwrite)
    made = api.drill_invitations(api.drills(source), number=drill, earlier=earlier_bytes(output))
    backup = write(made.data, goal)
    tell_beside(made.findings)
    typer.echo(f"{output}: {made.count} drill{'' if made.count == 1 else 's'}{kept(backup)}")


@app.command(epilog=examples("xlmatrix drill score matrix.xlsx"))
def score(
    book: Annotated[Path, typer.Argument(help="A workbook with results of drills.")],
    *,
    as_of: Annotated[
        str | None, typer.Option(help="Judge as of this time, such as 2026-11-16 10:30.")
    ] = None,
    json: Json = False,
) -> None:
    """Judge every drill in a workbook: times, pass, conditional or fail, what was missed."""
    from xlmatrix import api
    from xlmatrix.cli.report import clean, print_json, stdout

    verdicts = api.drill_verdicts(api.drills(book, as_of=as_of))
    if json:
        print_json(
            [
                {
                    "record": verdict.record,
                    "drill": verdict.drill,
                    "scenario": verdict.scenario,
                    "result": verdict.result,
                    "minutes": dict(verdict.minutes),
                    "reach": verdict.reach,
                    "missed": verdict.missed or None,
                    "repeat_by": verdict.repeat_by.date().isoformat()
                    if verdict.repeat_by
                    else None,
                    "repeat": verdict.repeat or None,
                }
                for verdict in verdicts
            ]
        )
        return
    console = stdout()
    if not verdicts:
        console.print(f"{book}: no drill has begun", soft_wrap=True)
    for verdict in verdicts:
        times = ", ".join(
            f"{name} {minutes:g}"
            for name, minutes in verdict.minutes.items()
            if minutes is not None
        )
        missed = f"; missed: {verdict.missed}" if verdict.missed else ""
        again = f"; repeat by {verdict.repeat_by:%Y-%m-%d}" if verdict.repeat_by else ""
        line = f"{verdict.record}: {verdict.result} ({verdict.scenario}; {times}{missed}{again})"
        console.print(clean(line), soft_wrap=True)


@app.command(
    epilog=examples(
        "xlmatrix drill report 1 matrix.xlsx",
        "xlmatrix drill report 1 matrix.xlsx --held 'Repeat 1' -o repeat.pdf",
    )
)
def report(
    number: Number,
    book: Annotated[Path, typer.Argument(help="A workbook with results of drills.")],
    *,
    held: Annotated[
        str | None,
        typer.Option("--held", help="A record of Drill results; else the drill's latest."),
    ] = None,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="Ends in .docx, .pdf, .html or .md; - prints Markdown."
        ),
    ] = Path("after-action.docx"),
    as_of: AsOf = None,
    overwrite: OverwriteText = None,
) -> None:
    """Write the after-action report of a drill: what happened, what it taught, what is done.

    Its last page is a feedback form for those who took part. A PDF needs LibreOffice.
    """
    from xlmatrix import api

    if str(output) == "-":
        paper = api.drill_report(book, number, record=held, format="md", as_of=as_of)
        typer.echo(paper.data.decode(), nl=False)
        return
    paper = api.drill_report(
        book, number, record=held, output=output, as_of=as_of, overwrite=overwrite
    )
    typer.echo(f"{output}: written{kept(paper.backup)}")


@app.command(
    epilog=examples(
        "xlmatrix drill simulate standard", "xlmatrix drill simulate matrix.xlsx --json"
    )
)
def simulate(
    source: Source,
    *,
    cause: Annotated[
        str | None,
        typer.Option(help="Play it while a cause of the spec hits every call, such as night."),
    ] = None,
    json: Json = False,
) -> None:
    """Play the escalation paths many times: what the log saw of each target, and what helps."""
    from xlmatrix import api
    from xlmatrix.cli.report import print_json, stdout

    found = api.drill_simulation(api.drills(source), cause=cause)
    rows = [_simulated(one, place) for one in found for place in range(len(one.now.path.aims))]
    weakest = {
        one.now.path.severity: one.now.weakest.level for one in found if one.now.weakest is not None
    }
    left = [f"{one.now.path.severity} {name}" for one in found for name in one.now.path.left_out]
    if json:
        print_json({"targets": rows, "left_out": left, "weakest_level": weakest})
        return
    console = stdout()
    for row in rows:
        console.print(_told(row), soft_wrap=True)
    for target in left:
        console.print(f"{target}: left out, nobody knows how long it takes", soft_wrap=True)
    for severity, level in weakest.items():
        console.print(f"{severity}: level {level} fails most when it is called", soft_wrap=True)


def _told(row: dict[str, Any]) -> str:
    """One target on one line."""
    missed, early, waits = (row[key] for key in ("missed", "backup_early", "waits_halved"))
    seen, how = row["observed"], f"± {missed[1]:.1%}"
    if seen:
        interval = f"95 % {seen['low']:.1%} to {seen['high']:.1%}"
        how = f"the log: {seen['missed']} of {seen['cases']}, {interval}"
    return (
        f"{row['severity']} {row['target']}: missed {missed[0]:.1%} ({how}); "
        f"backup early {early[0]:+.1%} ± {early[1]:.1%}; waits halved {waits[0]:+.1%} "
        f"± {waits[1]:.1%}; {row['based_on']}"
    )


def _simulated(one: Simulated, place: int) -> dict[str, Any]:
    """One target: what the log saw, what was simulated, what would help."""
    aim = one.now.path.aims[place]
    seen = one.now.path.observed(aim)
    low, high = (None, None) if seen is None else seen.interval
    return {
        "severity": one.now.path.severity,
        "target": aim.name,
        # Of the log's own incidents nothing was drawn, unless a cause changed them.
        "missed": _share(one.now.miss(place)),
        "backup_early": _share(one.early.change(place, one.now)),
        "waits_halved": _share(one.shorter.change(place, one.now)),
        "measured": one.now.path.record is not None,
        "based_on": one.now.path.based_on(aim),
        "observed": None
        if seen is None
        else {"cases": seen.cases, "missed": seen.missed, "low": low, "high": high},
    }


def _share(share: Share) -> Any:
    return (share.value, share.error)


@app.command(
    epilog=examples(
        "xlmatrix drill run 1 matrix.xlsx --speed 60",
        "xlmatrix drill run 1 standard --record drill-1.json",
    )
)
def run(
    number: Number,
    source: Source,
    *,
    speed: Annotated[
        float, typer.Option(min=0.01, max=100_000, help="Minutes of the drill in one minute.")
    ] = 1.0,
    record: Annotated[
        Path | None,
        typer.Option("--record", help="Write the record as JSON, not into the workbook."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Another workbook to write.")
    ] = None,
    overwrite: Overwrite = None,
    questions: Annotated[
        bool, typer.Option("--questions/--no-questions", help="Ask at the end what no clock sees.")
    ] = True,
) -> None:
    """Play a drill: injects come at their time, keys note what the players do.

    Type a letter and Enter: a acknowledged, d severity declared, l level 2 reached, c customer
    draft, r decided what to report, x contained, q end. "a 4" notes minute 4 instead of now.
    The record goes into the workbook; the old one stays beside it.
    """
    from xlmatrix import api
    from xlmatrix.cli.drill_run import as_json, goal_of_record, play, write_record

    book = api.drills(source)
    key = api.free_record(book, number)
    # Before the drill: what was played for hours must have a place to go.
    goal = goal_of_record(book, record, output, overwrite)
    values = play(book, number, speed=speed, questions=questions)
    try:
        write_record(book, key, values, goal if record is not None else output, overwrite)
    except XlmatrixError:
        typer.echo("The record is not written; here it is:", err=True)
        typer.echo(as_json(key, values), nl=False)
        raise
