"""Obligations: what must be reported to whom by when, beside the matrix's own targets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from ruamel.yaml import YAML

from xlmatrix.model.base import Day, Id, Name, Strict, Text, refusal
from xlmatrix.resources import shared_text

NoticeUnit = Literal["immediately", "hours", "days", "weeks", "business days", "months"]
Roll = Literal["none", "eu-1182-71", "noon", "next-working-day"]
Force = Literal["in force", "enacted", "bill", "voluntary", "uncertain"]

#: The file of published obligations among the templates.
SHARED_FILE = "obligations.yaml"
#: The moment of a clock that names none: what stands in the Trigger cell of its notice.
TRIGGER: Final = "trigger"
#: A moment that another report makes, and one at the end of the calendar year of another.
FILING: Final = "filing: "
END_OF_YEAR: Final = "end of year: "
#: The zone or the calendar of the member state that the matrix is in.
MEMBER: Final = "member state"
#: The calendar without holidays, and that of the matrix's obligations.
WEEKENDS: Final = "weekends"
#: The fact that says which member state that is.
MEMBER_FACT: Final = "eu-member"
#: How many facts one condition may ask for: as many columns as the sheet has for them.
MOST_ASKED: Final = 2
#: How many clocks an obligation may have besides its first.
MOST_CLOCKS: Final = 4


def _words(value: Any) -> Any:
    """One allowed answer or several, as text."""
    given = value if isinstance(value, list | tuple) else [value]
    # YAML reads yes and no as truth values where somebody's tool follows its first edition.
    return tuple({True: "yes", False: "no"}.get(one, one) if isinstance(one, bool) else one
                 for one in given)  # fmt: skip


#: The answer to a question.
Answer = Annotated[Name, BeforeValidator(lambda value: _words(value)[0])]
#: Which answers make something apply, by fact; all of them must hold.
Condition = Annotated[
    dict[Id, Annotated[tuple[Name, ...], BeforeValidator(_words), Field(min_length=1)]],
    Field(max_length=MOST_ASKED),
]


class Demand(Strict):
    """A field that a notice must have: what it says, and where the law asks for it."""

    id: Id
    says: Name
    article: Name | None = None
    status: Literal["published", "verify"] = "verify"


class Fact(Strict):
    """A question whose answer decides which obligations apply.

    ``of`` says whether it is asked once for the matrix or for every incident; ``answers`` are the
    words that answer it, each perhaps with what it means.
    """

    id: Id
    asks: Name
    of: Literal["matrix", "incident"] = "incident"
    answers: tuple[Name, ...] = ("yes", "no")


class Moment(Strict):
    """Something that happens in an incident and starts a clock: when it counts as happened."""

    id: Name
    says: Name


class Counted(Strict):
    """What a clock counts: ``amount`` of ``unit`` after a moment.

    ``after`` is a moment, ``filing: ID`` for the latest report of an obligation, or ``end of year:
    MOMENT`` for the end of the calendar year of a moment.
    """

    after: Name = TRIGGER
    amount: Annotated[int, Field(ge=0, le=10_000)] = 0
    unit: NoticeUnit

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


class Clock(Counted):
    """A clock besides the first of an obligation.

    ``mode`` says whether it counts along with the others or instead of them; ``when`` under which
    answers it counts at all. ``lapses`` names a moment: where that comes after this clock has run
    out, the clock never counted.
    """

    mode: Literal["also", "instead"] = "also"
    when: Condition = Field(default_factory=dict)
    lapses: Name | None = None


class Obligation(Counted):
    """One reporting clock, or several of which one is due.

    ``amount`` counts ``unit``: hours are absolute, days, weeks and months keep the wall-clock time
    of the moment in the authority's ``zone`` (a month ends on the last day where its date does not
    exist), business days skip Saturdays, Sundays and the holidays of its ``calendar``. ``clocks``
    count besides; ``take`` says which of all is due. ``until`` makes it a series: every report
    starts the next period until that moment.

    ``roll`` and ``ends`` say when the law gives more than that: ``eu-1182-71`` runs to the end of
    the last day, of the next working day after a weekend or holiday, and over at least two working
    days (Reg. 1182/71 Art. 3); ``noon`` runs to noon of the next working day where it would end on
    a weekend or holiday, ``next-working-day`` to the same hour of it; ``roll_if`` under which
    answers. ``ends`` is ``clock``, ``day`` (its end) or a cut-off hour such as ``17:30``.
    ``inference`` marks a due time by law that the law's text does not state.

    ``applies_to`` are the answers of the matrix and ``when`` those of an incident under which it
    applies; of one ``group`` the earliest report covers the others. ``force``, ``effective`` and
    ``until_date`` say when it binds, ``read`` when its source was read, ``posture_date`` when that
    is known to change, ``stale_after`` after how many days it must be read again. ``source`` and
    ``verify`` say where the figure comes from and that counsel must confirm it. ``decider`` is the
    role that decides whether it applies, ``asks`` the question that decides it, ``classes`` the
    incident classes that call for that decision, ``demands`` the fields that the notice must have,
    ``will_miss`` whom to tell before it is missed.
    """

    id: Id
    regime: Name
    article: Name | None = None
    applies: Text | None = None
    trigger: Text
    recipient: Name
    take: Literal["earliest", "latest"] = "earliest"
    clocks: Annotated[tuple[Clock, ...], Field(max_length=MOST_CLOCKS)] = ()
    until: Name | None = None
    ends: Annotated[str, Field(pattern=r"^(clock|day|([01]\d|2[0-3]):[0-5]\d)$")] = "clock"
    roll: Roll = "none"
    roll_if: Condition = Field(default_factory=dict)
    inference: bool = False
    zone: Name | None = None
    calendar: Name | None = None
    applies_to: Condition = Field(default_factory=dict)
    when: Condition = Field(default_factory=dict)
    group: Name | None = None
    kind: Literal["regulator", "contract", "insurer", "review"] = "regulator"
    status: Text | None = None
    force: Force = "in force"
    effective: Day | None = None
    until_date: Day | None = None
    read: Day | None = None
    posture_date: Day | None = None
    stale_after: Annotated[int, Field(ge=1, le=3_650)] = 180
    source: Text | None = None
    verify: bool = True
    decider: Id | None = None
    asks: Text | None = None
    will_miss: Text | None = None
    classes: tuple[Id, ...] = ()
    demands: tuple[Demand, ...] = ()

    @property
    def counted(self) -> tuple[Counted, ...]:
        """Its clocks, the first one first."""
        return (self, *self.clocks)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition that it has."""
        clocks = (clock.when for clock in self.clocks)
        return (self.applies_to, self.when, self.roll_if, *clocks)


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
    ``calendar`` gives the holidays for business days and for rolling where a rule has none of its
    own. ``scope`` are the matrix's answers by fact, ``facts`` and ``moments`` those that only own
    rules ask for.
    """

    rules: tuple[Rule, ...] = ()
    decider: Id | None = None
    calendar: Id | None = None
    scope: dict[Id, Annotated[str, BeforeValidator(lambda one: _words(one)[0])]] = Field(
        default_factory=dict
    )
    facts: tuple[Fact, ...] = ()
    moments: tuple[Moment, ...] = ()

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
        """Every obligation in full, each with its decider; unknown ids are left out.

        An id of an earlier release stands for the obligation that it became. One that is listed
        under both ids counts once, as the first of them says.
        """
        found: dict[str, Obligation] = {}
        for rule in self.rules:
            full = rule if isinstance(rule, Obligation) else _taken(rule)
            if full is not None and full.id.casefold() not in found:
                named = full.model_copy(update={"decider": full.decider or self.decider})
                found[full.id.casefold()] = named
        return tuple(found.values())

    def every_fact(self) -> dict[str, Fact]:
        """All facts by id in lower case: the published ones and the matrix's own."""
        return law().facts | {fact.id.casefold(): fact for fact in self.facts}

    def every_moment(self) -> dict[str, Moment]:
        """All moments by id in lower case: the published ones and the matrix's own."""
        return law().moments | {one.id.casefold(): one for one in self.moments}


class Holidays(Strict):
    """The holidays of an authority: those of a country by its ISO code, without its regions.

    ``certain`` says that the authority itself keeps them, so that business days may skip them.
    """

    country: Name
    certain: bool = False


class Moved(Strict):
    """Where an obligation of an earlier release went: its id now, and what its trigger was."""

    to: Id
    trigger: Name | None = None


class Clash(Strict):
    """Answers of the matrix that contradict each other, and how to mend them."""

    scope: Condition
    says: Name
    mend: Name


class Law(Strict):
    """What the shipped file of published obligations says.

    Keys of ``obligations``, ``facts`` and ``moments`` are ids in lower case. ``members`` are the
    zones of the member states by ISO code, ``calendars`` the holidays of authorities by name,
    ``moved`` the obligations of earlier releases, ``clashes`` answers that cannot hold together.
    ``read`` is when its sources were read.
    """

    obligations: dict[str, Obligation]
    facts: dict[str, Fact] = Field(default_factory=dict)
    moments: dict[str, Moment] = Field(default_factory=dict)
    members: dict[str, Name] = Field(default_factory=dict)
    calendars: dict[str, Holidays] = Field(default_factory=dict)
    moved: dict[str, Moved] = Field(default_factory=dict)
    clashes: tuple[Clash, ...] = ()
    read: date | None = None


_AS_WRITTEN: Final = ("members", "calendars", "moved", "clashes", "read")


@cache
def law() -> Law:
    """The shipped data on reporting duties."""
    data = YAML(typ="safe").load(shared_text(SHARED_FILE))
    demands = {
        known: [{**field, "status": asked["status"]} for field in asked["fields"]]
        for known, asked in data["demands"].items()
    }
    rules = [{**row, "demands": demands.get(row["id"], ())} for row in data["obligations"]]

    def keyed(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {row["id"].casefold(): row for row in rows}

    more = {name: data[name] for name in _AS_WRITTEN if name in data}
    return Law.model_validate(
        {
            "obligations": keyed(rules),
            "facts": keyed(data.get("facts", [])),
            "moments": keyed(data.get("moments", [])),
            **more,
        }
    )


def published() -> dict[str, Obligation]:
    """The published obligations by id in lower case, as the shipped data file lists them."""
    return law().obligations


def moved_to(name: str) -> Moved | None:
    """Where a published obligation of an earlier release went; None for every other id."""
    return law().moved.get(name.casefold())


def _taken(chosen: Chosen) -> Obligation | None:
    gone = moved_to(chosen.use)
    full = published().get((gone.to if gone else chosen.use).casefold())
    if full is None:
        return None
    changes: dict[str, Any] = {"decider": chosen.decider}
    if chosen.classes is not None:
        changes["classes"] = chosen.classes
    return full.model_copy(update=changes)
