"""Before a build: templates, and a new spec from one."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from xlmatrix import resources
from xlmatrix.api.scoping import with_scope
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import Answers, Loaded, apply_modifiers, loads
from xlmatrix.model.yamltree import parse
from xlmatrix.worktime import Zone

MAX_MONTHS: Final = 120


def template(name: str) -> Loaded:
    """A shipped template as a spec; a planned error names the closest where there is none."""
    return loads(resources.template_text(name), source=f"template {name}")


def templates() -> tuple[str, ...]:
    """Names of the shipped templates, sorted."""
    return resources.template_names()


def new(
    answers: Answers | None = None,
    *,
    template: str | None = None,
    start: date | None = None,
    months: int | None = None,
    scope: Mapping[str, str] | None = None,
) -> str:
    """The text of a new spec: a template, comments included, with the answers put in.

    Parameters
    ----------
    answers
        What the matrix is for; None leaves the template as it is.
    template
        A template's name; None takes the one of the readiness tier.
    start
        First day of the horizon, from which the policy holds; None keeps the template's.
    months
        Length of the horizon, 1 to 120; None keeps the template's end, or 24 with a start.
    scope
        Whom the law sees in the organisation: answers by fact, as the sheet Scope asks them.

    Raises
    ------
    XlmatrixError
        No such template, zone, fact or answer, or an impossible horizon.
    """
    given = answers or Answers()
    if given.zone is not None:
        Zone.load(given.zone)
    name = template or given.template
    text = apply_modifiers(resources.template_text(name), given, source=f"template {name}")
    if start is not None or months is not None:
        text = _with_horizon(text, start, months)
    if scope:
        return with_scope(text, scope, f"template {name}")
    loads(text, source=f"template {name}")
    return text


def _with_horizon(text: str, start: date | None, months: int | None) -> str:
    tree, _ = parse(text, "template")
    horizon, policy = tree.child("horizon"), tree.child("policy")
    places = {
        "start": horizon.child("start") if horizon else None,
        "end": horizon.child("end") if horizon else None,
        "effective": policy.child("effective") if policy else None,
    }
    first = start or date.fromisoformat((places["start"] and places["start"].text) or "")
    values = {"end": _end(first, 24 if months is None else months)}
    if start is not None:
        values |= {"start": start, "effective": start}
    edits = [(node.span, values[key]) for key, node in places.items() if node and key in values]
    for (begin, end), value in sorted(edits, reverse=True):
        text = text[:begin] + value.isoformat() + text[end:]
    return text


def _end(start: date, months: int) -> date:
    if not 1 <= months <= MAX_MONTHS:
        raise XlmatrixError(
            f"a horizon of {months} months is not between 1 and {MAX_MONTHS}",
            where="months",
            mend="Give 12 or 24; a regenerated workbook moves on",
        )
    if not 1990 <= start.year <= 2080:
        raise XlmatrixError(
            f"the year {start.year} is not between 1990 and 2080",
            where="start",
            mend="Correct the year",
        )
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1])) - timedelta(days=1)
