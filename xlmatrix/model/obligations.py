"""Obligations: what must be reported to whom by when, beside the matrix's own targets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from ruamel.yaml import YAML

from xlmatrix.model.base import Day, Id, Name, Strict, Text, refusal
from xlmatrix.resources import shared_text

NoticeUnit = Literal["immediately", "hours", "days", "business days", "months"]
Roll = Literal["none", "eu-1182-71", "noon"]

#: The file of published obligations among the templates.
SHARED_FILE = "obligations.yaml"


class Demand(Strict):
    """A field that a notice must have: what it says, and where the law asks for it."""

    id: Id
    says: Name
    article: Name | None = None
    status: Literal["published", "verify"] = "verify"


class Obligation(Strict):
    """One reporting clock.

    ``amount`` counts ``unit``: hours are absolute, days and months keep the wall-clock time of the
    trigger (a month ends on the last day where its date does not exist), business days skip
    Saturdays, Sundays and holidays. ``roll`` says when the law gives more than that:
    ``eu-1182-71`` runs to the end of the last day, of the next working day after a weekend or
    holiday, and over at least two working days (Reg. 1182/71 Art. 3); ``noon`` runs to noon of the
    next working day where it would end on a weekend or holiday. ``source`` and ``verify`` say
    where the figure comes from and that counsel must confirm it. ``decider`` is the role that
    decides whether it applies; ``classes`` the incident classes that call for that decision,
    ``demands`` the fields that the notice must have.
    """

    id: Id
    regime: Name
    article: Name | None = None
    applies: Text | None = None
    trigger: Text
    recipient: Name
    amount: Annotated[int, Field(ge=0, le=10_000)] = 0
    unit: NoticeUnit
    roll: Roll = "none"
    kind: Literal["regulator", "contract", "insurer", "review"] = "regulator"
    status: Text | None = None
    effective: Day | None = None
    source: Text | None = None
    verify: bool = True
    decider: Id | None = None
    classes: tuple[Id, ...] = ()
    demands: tuple[Demand, ...] = ()

    @model_validator(mode="after")
    def _an_amount_of_something(self) -> Self:
        if (self.unit == "immediately") != (self.amount == 0):
            raise refusal(
                f"{self.amount} {self.unit} is not a period",
                "Write unit: immediately without an amount, or an amount above zero",
            )
        return self

    @property
    def period(self) -> str:
        """The period in words: ``72 hours``, ``1 month``, ``immediately``."""
        if self.unit == "immediately":
            return self.unit
        return f"{self.amount} {self.unit[:-1] if self.amount == 1 else self.unit}"


class Chosen(Strict):
    """A published obligation taken into the matrix, with what only its owner can say."""

    use: Id
    decider: Id | None = None
    classes: tuple[Id, ...] | None = None


def _which(value: Any) -> str:
    chosen = "use" in value if isinstance(value, Mapping) else isinstance(value, Chosen)
    return "[chosen]" if chosen else "[own]"


Rule = Annotated[
    Annotated[Chosen, Tag("[chosen]")] | Annotated[Obligation, Tag("[own]")], Discriminator(_which)
]


class Obligations(Strict):
    """The obligations of a matrix: published ones by id, and own ones written out.

    A plain list stands for ``rules`` alone. ``decider`` is the role for all that name none.
    ``calendar`` gives the holidays for business days and for rolling.
    """

    rules: tuple[Rule, ...] = ()
    decider: Id | None = None
    calendar: Id | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_list_is_the_rules(cls, value: Any) -> Any:
        given = value if isinstance(value, Mapping) else {"rules": value}
        rules = given.get("rules")
        if isinstance(rules, list | tuple):
            named = [{"use": rule} if isinstance(rule, str) else rule for rule in rules]
            return {**given, "rules": named}
        return given

    def resolved(self) -> tuple[Obligation, ...]:
        """Every obligation in full, each with its decider; unknown ids are left out."""
        known = published()
        found = []
        for rule in self.rules:
            if isinstance(rule, Obligation):
                full: Obligation | None = rule
            else:
                full = known.get(rule.use.casefold())
                if full is not None:
                    changes: dict[str, Any] = {"decider": rule.decider}
                    if rule.classes is not None:
                        changes["classes"] = rule.classes
                    full = full.model_copy(update=changes)
            if full is not None:
                found.append(full.model_copy(update={"decider": full.decider or self.decider}))
        return tuple(found)


@cache
def published() -> dict[str, Obligation]:
    """The published obligations by id in lower case, as the shipped data file lists them."""
    data = YAML(typ="safe").load(shared_text(SHARED_FILE))
    demands = {
        known: [{**field, "status": asked["status"]} for field in asked["fields"]]
        for known, asked in data["demands"].items()
    }
    read = [
        Obligation.model_validate({**row, "demands": demands.get(row["id"], ())})
        for row in data["obligations"]
    ]
    return {rule.id.casefold(): rule for rule in read}
