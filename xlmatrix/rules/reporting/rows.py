"""An obligation as its cells say it: its clocks, its conditions, its authority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from xlmatrix.model.obligations import END_OF_YEAR, MOST_ASKED, Counted, Obligation

#: What stands between the facts of a condition in one cell, and between a fact and its answers.
_AND: Final = ";"
_IS: Final = "="
_OR: Final = ","
#: Standings of a law under which nothing runs, an enacted one until its date.
_NOT_YET: Final = ("bill", "enacted")


@dataclass(frozen=True, slots=True)
class Asked:
    """One fact of a condition, and the answers under which it holds; all in lower case.

    ``place`` is the part of the condition that asks for it, from 1.
    """

    fact: str
    answers: tuple[str, ...]
    place: int = 1


Asks = tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock as its cells say it: texts in lower case, an amount that is a whole number.

    One without a moment keeps its place and nothing more.
    """

    after: str
    amount: int
    unit: str
    mode: str = "also"
    when: Asks = ()
    lapses: str = ""

    @property
    def stands(self) -> bool:
        """Whether there is such a clock."""
        return self.after != ""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """An obligation as its cells say it; texts that are compared are in lower case.

    ``clocks`` begins with its own. ``zone`` and ``calendar`` are as typed. A date is None where
    none stands in its cell.
    """

    id: str
    clocks: tuple[ClockRow, ...]
    take: str = "earliest"
    until: str = ""
    ends: str = "clock"
    roll: str = "none"
    roll_if: Asks = ()
    zone: str = ""
    calendar: str = ""
    applies_to: Asks = ()
    when: Asks = ()
    group: str = ""
    force: str = "in force"
    effective: date | None = None
    until_date: date | None = None
    posture_date: date | None = None
    read: date | None = None
    stale_on: date | None = None
    inference: bool = False
    decider: str = ""

    @property
    def key(self) -> str:
        """The id as it is compared."""
        return self.id.casefold()

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every fact that it asks for, in the order of its conditions."""
        conditions = (self.applies_to, self.when, self.roll_if, *(one.when for one in self.clocks))
        return tuple(one for asks in conditions for one in asks)

    def knows(self, moment: str) -> bool:
        """Whether it counts from a moment, or ends with it."""
        after = {one.after for one in self.clocks if one.stands}
        named = {*after, *(one.removeprefix(END_OF_YEAR) for one in after)}
        return moment in named | {self.until, *(one.lapses for one in self.clocks)} - {""}

    def in_force(self, day: date) -> bool:
        """Whether it binds on a date of its authority."""
        force = self.force.casefold()
        if force in _NOT_YET and (force != "enacted" or self.effective is None):
            return False
        begun = self.effective is None or day >= self.effective
        return begun and (self.until_date is None or day < self.until_date)


def asks_of(text: str) -> Asks:
    """The condition that a cell says: ``fact = answer, answer; fact = answer``.

    The first two parts count, as in the sheet; a part without an answer decides nothing.
    """
    found = []
    for place, part in enumerate(text.split(_AND)[:MOST_ASKED], start=1):
        fact, _, answers = part.partition(_IS)
        words = tuple(trimmed(word) for word in answers.split(_OR))
        if trimmed(fact):
            found.append(Asked(trimmed(fact), words, place))
    return tuple(found)


def trimmed(text: str) -> str:
    """A text as it is compared: what ``LOWER(TRIM())`` gives."""
    return " ".join(part for part in text.split(" ") if part).lower()


def condition_text(condition: Mapping[str, Iterable[str]]) -> str:
    """A condition of a spec as its cell says it."""
    parts = (f"{fact} {_IS} {f'{_OR} '.join(answers)}" for fact, answers in condition.items())
    return f"{_AND} ".join(parts)


def clock_of(counted: Counted, **more: object) -> ClockRow:
    """A clock of a spec as its row."""
    return ClockRow(counted.after.casefold(), counted.amount, counted.unit, **more)  # type: ignore[arg-type]


def row_of(full: Obligation, decider: str = "") -> RuleRow:
    """An obligation of a spec as its row; ``decider`` is the name of the role."""
    others = [
        clock_of(
            clock,
            mode=clock.mode,
            when=asks_of(condition_text(clock.when)),
            lapses=(clock.lapses or "").casefold(),
        )
        for clock in full.clocks
    ]
    return RuleRow(
        full.id,
        (clock_of(full), *others),
        full.take,
        (full.until or "").casefold(),
        full.ends,
        full.roll,
        asks_of(condition_text(full.roll_if)),
        full.zone or "",
        full.calendar or "",
        asks_of(condition_text(full.applies_to)),
        asks_of(condition_text(full.when)),
        (full.group or "").casefold(),
        full.force,
        full.effective,
        full.until_date,
        full.posture_date,
        full.read,
        stale_on(full),
        full.inference,
        decider,
    )


def stale_on(full: Obligation) -> date | None:
    """The first date on which its source must be read again."""
    if full.read is None:
        return None
    return date.fromordinal(full.read.toordinal() + full.stale_after + 1)
