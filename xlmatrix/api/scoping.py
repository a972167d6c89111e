"""Whom the law sees in an organisation: the questions that decide, and their answers in a spec."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from xlmatrix.errors import XlmatrixError
from xlmatrix.model import MatrixSpec, loads
from xlmatrix.model.base import suggestion
from xlmatrix.model.obligations import Fact
from xlmatrix.regen.spec_text.update import updated_text
from xlmatrix.rules.reporting.doubts import doubts_of
from xlmatrix.rules.reporting.rows import row_of

#: What a source must be read again after says nothing about its scope.
_ANY_DAY = date(2000, 1, 1)


def open_questions(spec: MatrixSpec, scope: Mapping[str, str]) -> tuple[Fact, ...]:
    """The facts of the matrix that still decide something, given some answers; most first."""
    facts = spec.obligations.every_fact()
    asked = {known for known, fact in facts.items() if fact.of == "matrix"}
    rules = [row_of(full) for full in spec.obligations.resolved()]
    said = {fact.casefold(): answer for fact, answer in scope.items()}
    waiting = doubts_of(rules, said, asked, _ANY_DAY).open
    return tuple(facts[fact] for fact in sorted(waiting, key=lambda one: -waiting[one]))


class Scoping:
    """The questions about an organisation, one after the other.

    ``said`` are the answers by fact, to which the caller adds, and ``left`` the facts that were
    asked or left open.
    """

    def __init__(self, text: str, said: Mapping[str, str]) -> None:
        self.spec, self.said = loads(text).spec, said
        self.left: set[str] = set()

    def question(self) -> Fact | None:
        """The fact that decides most of what nobody asked yet; None where nothing is left."""
        answers = {**self.spec.obligations.scope, **self.said}
        open_ = open_questions(self.spec, answers)
        return next((fact for fact in open_ if fact.id not in self.left), None)


def with_scope(text: str, scope: Mapping[str, str], where: str) -> str:
    """The text of a spec with answers under ``obligations.scope``, beside those that it has.

    Raises
    ------
    XlmatrixError
        For a fact that is none of the matrix's, and for what is none of its answers.
    """
    spec = loads(text, source=where).spec
    if not spec.obligations.rules:
        mend = "Take a template that has obligations, or leave the answers out"
        raise XlmatrixError("it lists no obligations, so nobody asks", where=where, mend=mend)
    answers = dict(spec.obligations.scope)
    for fact, answer in scope.items():
        known = _known(spec, fact)
        answers[known.id] = _answer(known, answer)
    chosen = spec.obligations.model_copy(update={"scope": answers})
    return updated_text(text, spec, spec.model_copy(update={"obligations": chosen}))


def _known(spec: MatrixSpec, fact: str) -> Fact:
    facts = spec.obligations.every_fact()
    known = facts.get(fact.casefold())
    if known is None or known.of != "matrix":
        listed = [one.id for one in facts.values() if one.of == "matrix"]
        raise XlmatrixError(
            f"'{fact[:40]}' is nothing that is asked of a matrix",
            where="scope",
            mend=suggestion(fact, listed, instead="The sheet Scope of a workbook lists them"),
        )
    return known


def _answer(fact: Fact, said: str) -> str:
    for answer in fact.answers:
        if answer.casefold() == said.strip().casefold():
            return answer
    raise XlmatrixError(
        f"'{said[:40]}' does not answer it",
        where=f"scope, {fact.id}",
        mend=f"Choose one: {', '.join(fact.answers)}",
    )
