"""``xlmatrix new``: a commented spec from a template and a few answers."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from xlmatrix.cli.examples import examples
from xlmatrix.cli.files import SPEC, Force, kept, output_of, write
from xlmatrix.errors import XlmatrixError

#: Leaves a question open; the sheet Scope asks it again.
_LATER: Final = "not known"

EXAMPLES = examples(
    "xlmatrix new -o matrix.yaml",
    "xlmatrix new --readiness basic --impact internal --on-call business-hours",
    'xlmatrix new --organisation "Example AI Ltd" --zone Europe/London --start 2027-01-01',
    "xlmatrix new -o - --interactions 250k-1M",
    "xlmatrix new --readiness enterprise --scope gdpr=controller --scope eu-member=DE",
)


def new(
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The spec to write; - prints it.")
    ] = Path("matrix.yaml"),
    template: Annotated[
        str | None,
        typer.Option("--template", "-t", help="A shipped template; the readiness tier otherwise."),
    ] = None,
    interactions: Annotated[
        str | None, typer.Option(help="Monthly interactions: <50k, 50k-250k, 250k-1M or >1M.")
    ] = None,
    impact: Annotated[
        str | None, typer.Option(help="internal, customer-facing or mission-critical.")
    ] = None,
    on_call: Annotated[
        str | None, typer.Option(help="business-hours, follow-the-sun or 24x7.")
    ] = None,
    review: Annotated[
        str | None, typer.Option(help="weekly, fortnightly, monthly or quarterly.")
    ] = None,
    readiness: Annotated[str | None, typer.Option(help="basic, standard or enterprise.")] = None,
    title: Annotated[str | None, typer.Option(help="Title of the matrix.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Whose matrix it is.")] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone, such as Europe/London.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Country of the public holidays, such as GB.")
    ] = None,
    start: Annotated[
        str | None, typer.Option(help="First day of the horizon, such as 2027-01-01.")
    ] = None,
    months: Annotated[int | None, typer.Option(help="Length of the horizon in months.")] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="Whom the law sees in you, such as gdpr=controller; once a fact."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; take the template's answers.")
    ] = False,
    force: Force = False,
) -> None:
    """Write a commented spec from a template, changed by what your matrix is for.

    At a terminal it asks for the answers you do not give.
    """
    given = {"interactions": interactions, "impact": impact, "on_call": on_call}
    given |= {"review": review, "readiness": readiness}
    if str(output) != "-":
        # Before any question, since answers would be lost.
        output_of(output, SPEC, force=force)
    said = dict(map(_said, scope or ()))
    asks = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    if asks:
        _ask(given, skip={"readiness"} if template else set())
    facts = {"title": title, "organisation": organisation, "zone": zone, "country": country}
    horizon = _date(start) if start is not None else None, months
    if asks:
        # A wrong answer above is said before more is asked.
        _ask_scope(_draft({**given, **facts}, template, horizon, said), said)
    _write(_draft({**given, **facts}, template, horizon, said), output, force=force)


def _draft(
    answers: dict[str, str | None],
    template: str | None,
    horizon: tuple[date | None, int | None],
    scope: dict[str, str],
) -> str:
    from xlmatrix import api
    from xlmatrix.model import Answers

    start, months = horizon
    drafted = Answers(**answers)
    return api.new(drafted, template=template, start=start, months=months, scope=scope)


def _said(text: str) -> tuple[str, str]:
    """A fact and its answer."""
    fact, mark, answer = text.partition("=")
    if not (mark and fact.strip() and answer.strip()):
        mend = "Write it as --scope gdpr=controller"
        raise XlmatrixError(f"'{text[:40]}' is no answer", where="--scope", mend=mend)
    return fact.strip(), answer.strip()


def _write(text: str, output: Path, *, force: bool) -> None:
    if str(output) == "-":
        sys.stdout.write(text)
        return
    backup = write(text, output_of(output, SPEC, force=force))
    typer.echo(f"{output}: written{kept(backup)}. Edit it, then run: xlmatrix build {output}")


def _ask(given: dict[str, str | None], skip: set[str]) -> None:
    """Ask the questions that no option answered, each with its choices and default."""
    from xlmatrix.model import QUESTIONS

    for question in QUESTIONS:
        if given[question.key] is not None or question.key in skip:
            continue
        prompt = f"{question.text} ({', '.join(question.choices)})"
        while (said := typer.prompt(prompt, default=question.default, err=True)) not in (
            question.choices
        ):
            typer.echo(f"Please type one of: {', '.join(question.choices)}", err=True)
        given[question.key] = said


def _ask_scope(text: str, said: dict[str, str]) -> None:
    """Ask what decides which obligations apply, as long as an answer decides something."""
    from xlmatrix.api.scoping import Scoping

    scoping = Scoping(text, said)
    while (fact := scoping.question()) is not None:
        prompt = f"{fact.asks} ({', '.join(fact.answers)})"
        known = {one.casefold(): one for one in (*fact.answers, _LATER)}
        while (answer := typer.prompt(prompt, default=_LATER, err=True).casefold()) not in known:
            typer.echo(f"Please type one of: {', '.join(known.values())}", err=True)
        scoping.left.add(fact.id)
        if known[answer] != _LATER:
            said[fact.id] = known[answer]


def _date(text: str) -> date:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a date only
    except ValueError:
        raise XlmatrixError(
            f"'{text[:40]}' is not a date", where="--start", mend="Write it as 2027-01-01"
        ) from None
