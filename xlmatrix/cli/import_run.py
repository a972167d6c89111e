"""The run of ``xlmatrix import``: reads, shows, asks, writes and tells."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer

from xlmatrix import api
from xlmatrix.api.import_questions import Question
from xlmatrix.api.import_saving import Saved
from xlmatrix.api.importing import TicketImport
from xlmatrix.cli.files import kept
from xlmatrix.cli.import_shown import show, show_counts, show_questions
from xlmatrix.cli.report import (
    as_json,
    clean,
    print_json,
    progress,
    show_findings,
    stderr,
    stdout,
)
from xlmatrix.errors import XlmatrixError, plural
from xlmatrix.exchange import DateOrderError
from xlmatrix.worktime import Zone

#: Answers all that is left by the defaults.
_ALL: Final = "all"
#: The word of another command, in the place of the first file.
_RESERVED: Final = "policy"


@dataclass(frozen=True, slots=True)
class Wished:
    """The options of the command."""

    files: Sequence[str]
    spec: Path | None
    template: str | None
    output: Path | None
    mapping: Path | None
    form: str | None
    zone: str | None
    yes: bool
    overwrite: bool | None
    json: bool


def run(wished: Wished) -> None:
    """Import as wished.

    Raises
    ------
    XlmatrixError
        Whatever a user can mend.
    """
    _refuse_the_word(wished.files)
    matrix = _matrix(wished.spec, wished.template)
    target = api.import_target(
        wished.output, files=wished.files, spec=wished.spec, mapping=wished.mapping,
        overwrite=wished.overwrite,
    )  # fmt: skip
    asks = not (wished.yes or wished.json) and sys.stdin.isatty() and sys.stderr.isatty()
    given: dict[str, Any] = {
        "spec": matrix,
        "format": wished.form,
        "zone": wished.zone,
        # A mapping that is to be written is none to be read.
        "mapping": wished.mapping if target.named else None,
    }
    found = _read(wished.files, given, asks=asks)
    target = target.settled(found)
    writes = target.table is not None or target.mapping is not None
    if not wished.json:
        _show(found)
    if writes and found.questions:
        if not asks and not wished.yes:
            raise api.undecided(found)
        found = _answered(found, _ask(found.questions) if asks else found.defaults)
    saved = api.save_import(found, target)
    if wished.json:
        _print(found, saved)
    else:
        _tell(found, saved, yes=wished.yes, writes=writes)


def _refuse_the_word(files: Sequence[str]) -> None:
    if files[0] == _RESERVED:
        raise XlmatrixError(
            f"'{_RESERVED}' is kept for a command that imports policies",
            where="import",
            mend=f"Name a file of that name as ./{_RESERVED}",
        )


def _matrix(spec: Path | None, template: str | None) -> Any:
    if spec is not None and template is not None:
        raise XlmatrixError(
            "a spec and a template are both named", where="import", mend="Name one of them"
        )
    if template is not None:
        return api.template(template)
    return None if spec is None else api.load(spec)


def _read(files: Sequence[str], given: Mapping[str, Any], *, asks: bool) -> TicketImport:
    """The import; where nothing tells the order of its dates and somebody is there, as they say."""
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
    typer.echo(f"{clean(both.where)}: {clean(both.what)}.", err=True)
    choices = ("day-first", "month-first")
    while True:
        said = str(typer.prompt(f"Which is meant? ({', '.join(choices)})", err=True)).strip()
        if said in choices:
            return said
        typer.echo(f"Please type one of: {', '.join(choices)}", err=True)


def _ask(questions: Sequence[Question]) -> dict[Question, str]:
    """Ask each question; ``all`` takes the defaults of what is left."""
    count = len(questions)
    typer.echo(
        f"{plural(count, 'thing')} to decide. Enter takes what stands in brackets,"
        f" '{_ALL}' does so for all that is left.",
        err=True,
    )
    answers = {question: question.default for question in questions}
    for question in questions:
        prompt = clean(question.asks)
        if question.rows:
            prompt += f" [{plural(question.rows, 'row')}, first {clean(question.where)}]"
        if question.choices:
            prompt += f" ({', '.join(question.choices)})"
        said = _one(prompt, question)
        if said == _ALL:
            break
        answers[question] = said
    return answers


def _one(prompt: str, question: Question) -> str:

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

    with progress() as say:
        return found.answered(answers, say)


def _show(found: TicketImport) -> None:

    show(found, stdout())
    if found.findings:
        show_findings(found.findings, stderr())


def _tell(found: TicketImport, saved: Sequence[Saved], *, yes: bool, writes: bool) -> None:

    console = stdout()
    if found.questions and (yes or not writes):
        show_questions(found, console, taken=writes)
    elif any(answer != question.default for question, answer in found.answers.items()):
        show_counts(found, console)
    if found.mapping and not any(one.rows is None for one in saved):
        console.print("The answers, for a mapping or under import in the spec:", soft_wrap=True)
        console.print(clean(found.mapping.rstrip()), soft_wrap=True)
    for one in saved:
        what = "the answers, for --mapping" if one.rows is None else plural(one.rows, "row")
        console.print(f"{one.path}: {what}{kept(one.backup)}", soft_wrap=True)
        for old in one.stale:
            console.print(f"{old} is of an earlier import: remove it", soft_wrap=True)


def _print(found: TicketImport, saved: Sequence[Saved]) -> None:
    written = [
        {"path": str(one.path), "rows": one.rows,
         "backup": str(one.backup) if one.backup else None,
         "stale": [str(old) for old in one.stale]}
        for one in saved
    ]  # fmt: skip
    print_json({**found.to_dict(), "written": written, "findings": as_json(found.findings)})
