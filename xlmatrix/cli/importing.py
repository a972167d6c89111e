"""``xlmatrix import``: from the exports of a tool to a table of incidents."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import OverwriteText, kept
from xlmatrix.errors import XlmatrixError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlmatrix.api.import_questions import Question
    from xlmatrix.api.import_saving import Saved
    from xlmatrix.api.importing import TicketImport
    from xlmatrix.exchange import DateOrderError

#: Answers all that is left by the defaults.
_ALL: Final = "all"
#: The word of another command, in the place of the first file.
_RESERVED: Final = "policy"

EXAMPLES = examples(
    "xlmatrix import tickets.csv --template standard",
    "xlmatrix import incident.csv sys_audit.csv --spec matrix.yaml -o incidents.csv",
    "xlmatrix import issues.json --spec matrix.yaml --mapping map.yaml -o incidents.csv",
    "xlmatrix import export.zip --spec matrix.yaml --yes -o incidents.xlsx",
    "xlmatrix import tickets.csv --template basic --json",
)


# Long because: every option of the command is a parameter with its help.
def import_(
    # No paths: those are the same with ./ before them and without.
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Exports of one tool: a list of tickets, and histories of them.",
        ),
    ],
    *,
    spec: Annotated[
        Path | None, typer.Option("--spec", "-s", help="The matrix whose severities are meant.")
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", "-t", help="A shipped template instead of a spec.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Ends in .csv, .parquet or .xlsx; else it only shows."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", "-m", help="What words mean, in YAML; written if it does not exist."
        ),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="A tool, such as jira; told by the content.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--zone", help="Time zone of stamps that name none.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults and list them.")
    ] = False,
    overwrite: OverwriteText = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Bring in the tickets of ServiceNow, Jira, PagerDuty and others, whatever file they are in.

    Shows what was understood, asks what only you know, and writes the table that build takes.
    """
    from xlmatrix import api

    _refuse_the_word(files)
    matrix = _matrix(spec, template)
    target = api.import_target(output, files=files, spec=spec, mapping=mapping, overwrite=overwrite)
    writes = output is not None or target.mapping is not None
    asks = not yes and not json and sys.stdin.isatty() and sys.stderr.isatty()
    given: dict[str, Any] = {
        "spec": matrix, "format": form, "zone": zone,
        "mapping": None if mapping is None or target.mapping is not None else mapping,
    }  # fmt: skip
    found = _read(files, given, asks=asks)
    answers: Mapping[Question, str] = {}
    if not json:
        _show(found)
    if writes and found.questions:
        if not asks and not yes:
            raise api.undecided(found)
        answers = _ask(found.questions) if asks else found.defaults
        found = _answered(found, answers)
    saved = api.save_import(found, target)
    if json:
        _print(found, saved)
        return
    _tell(found, saved, yes=yes, writes=writes)


def _refuse_the_word(files: Sequence[str]) -> None:
    if files[0] == _RESERVED:
        raise XlmatrixError(
            f"'{_RESERVED}' is kept for a command that imports policies",
            where="import",
            mend=f"Name a file of that name as ./{_RESERVED}",
        )


def _matrix(spec: Path | None, template: str | None) -> Any:
    from xlmatrix import api

    if spec is not None and template is not None:
        raise XlmatrixError(
            "a spec and a template are both named", where="import", mend="Name one of them"
        )
    if template is not None:
        return api.template(template)
    return None if spec is None else api.load(spec)


def _read(files: Sequence[str], given: Mapping[str, Any], *, asks: bool) -> TicketImport:
    """The import; where nothing tells the order of its dates and somebody is there, as they say."""
    from xlmatrix import api
    from xlmatrix.cli.report import progress
    from xlmatrix.exchange import DateOrderError

    order = None
    while True:
        try:
            with progress() as say:
                return api.import_tickets(files, **given, date_order=order, progress=say)
        except DateOrderError as both:
            if not asks or order is not None:
                raise
            order = _ask_order(both)


def _ask_order(both: DateOrderError) -> Any:
    from xlmatrix.cli.report import clean

    typer.echo(f"{clean(both.where)}: {clean(both.what)}.", err=True)
    choices = ("day-first", "month-first")
    while True:
        said = str(typer.prompt(f"Which is meant? ({', '.join(choices)})", err=True)).strip()
        if said in choices:
            return said
        typer.echo(f"Please type one of: {', '.join(choices)}", err=True)


def _ask(questions: Sequence[Question]) -> dict[Question, str]:
    """Ask each question; ``all`` takes the defaults of what is left."""
    from xlmatrix.cli.report import clean

    count = len(questions)
    typer.echo(
        f"{count} thing{'' if count == 1 else 's'} to decide. Enter takes what stands in brackets,"
        f" '{_ALL}' does so for all that is left.",
        err=True,
    )
    answers = {question: question.default for question in questions}
    for question in questions:
        prompt = clean(question.asks)
        if question.rows:
            prompt += f" [{question.rows:,} rows, first {clean(question.where)}]"
        if question.choices:
            prompt += f" ({', '.join(question.choices)})"
        said = _one(prompt, question)
        if said == _ALL:
            break
        answers[question] = said
    return answers


def _one(prompt: str, question: Question) -> str:
    from xlmatrix.worktime import Zone

    known = {one.casefold(): one for one in (*question.choices, _ALL)}
    while True:
        said = str(typer.prompt(prompt, default=question.default, err=True)).strip()
        if question.choices or said in (_ALL, question.default):
            if answer := known.get(said.casefold(), said if said == question.default else ""):
                return answer
            typer.echo(f"Please type one of: {', '.join(known.values())}", err=True)
            continue
        try:
            Zone.load(said)
        except XlmatrixError as unknown:
            typer.echo(f"{unknown.what}. {unknown.mend}.", err=True)
            continue
        return said


def _answered(found: TicketImport, answers: Mapping[Question, str]) -> TicketImport:
    from xlmatrix.cli.report import progress

    with progress() as say:
        return found.answered(answers, say)


def _show(found: TicketImport) -> None:
    from xlmatrix.cli.import_shown import show
    from xlmatrix.cli.report import show_findings, stderr, stdout

    show(found, stdout())
    if found.findings:
        show_findings(found.findings, stderr())


def _tell(found: TicketImport, saved: Sequence[Saved], *, yes: bool, writes: bool) -> None:
    from xlmatrix.cli.import_shown import show_counts, show_questions
    from xlmatrix.cli.report import clean, stdout

    console = stdout()
    if found.questions and (yes or not writes):
        show_questions(found, console, taken=writes)
    elif any(answer != question.default for question, answer in found.answers.items()):
        show_counts(found, console)
    if found.mapping and not any(one.rows is None for one in saved):
        console.print("The answers, for a mapping or under import in the spec:", soft_wrap=True)
        console.print(clean(found.mapping.rstrip()), soft_wrap=True)
    for one in saved:
        what = (
            f"{one.rows:,} row{'' if one.rows == 1 else 's'}"
            if one.rows is not None
            else ("the answers, for --mapping")
        )
        console.print(f"{one.path}: {what}{kept(one.backup)}", soft_wrap=True)
        for old in one.stale:
            console.print(f"{old} is of an earlier import: remove it", soft_wrap=True)


def _print(found: TicketImport, saved: Sequence[Saved]) -> None:
    from xlmatrix.cli.report import as_json, print_json

    written = [
        {"path": str(one.path), "rows": one.rows,
         "backup": str(one.backup) if one.backup else None,
         "stale": [str(old) for old in one.stale]}
        for one in saved
    ]  # fmt: skip
    print_json({**found.to_dict(), "written": written, "findings": as_json(found.findings)})
