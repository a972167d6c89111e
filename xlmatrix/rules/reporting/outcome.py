"""When one report is due: the engine behind the sheet, the commands and the add-in.

Unknown facts make nothing certain: a clock that may count does count for the safe instant, and a
report is called met only where everything is known that could have made it due earlier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from xlmatrix.model.obligations import END_OF_YEAR, FILING, MEMBER_FACT, TRIGGER
from xlmatrix.rules.reporting.counting import (
    DAY_S,
    IN_DAYS,
    Authority,
    Run,
    end_of_year,
    rolled,
    run,
)
from xlmatrix.rules.reporting.rows import Asks, ClockRow, RuleRow, trimmed

#: Whether a condition holds: no, perhaps (an answer is missing), yes. AND is the least of them.
NO: Final = 0.0
PERHAPS: Final = 0.5
YES: Final = 1.0

#: What decides whether a moment is known: its stamp, or that it did not happen.
NEVER: Final = "no"
#: The unit of a clock that gives no time.
AT_ONCE: Final = "immediately"


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known about one incident.

    Attributes
    ----------
    answers
        Answers by fact in lower case, of the matrix and of the incident; a missing or blank one is
        not known.
    moments
        Instants by moment in lower case: an epoch second, ``"no"`` for one that did not happen, ""
        for one that is said to have happened without its time.
    filed
        The latest report by obligation in lower case, epoch seconds.
    now
        Epoch seconds. A report, an end of a series and what ends a clock that lie ahead of it have
        not happened.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    moments: Mapping[str, int | str] = field(default_factory=dict)
    filed: Mapping[str, int] = field(default_factory=dict)
    now: int = 0


@dataclass(frozen=True, slots=True)
class Own:
    """What stands in the row of the notice itself.

    ``trigger`` is the instant of the moment ``of``, in lower case; the first clock's where the
    rule does not know that one.
    ``filed`` is the latest report of a series before this one. ``decision`` and ``decided_by`` as
    typed.
    """

    trigger: int | None = None
    of: str = ""
    reported: int | None = None
    filed: int | None = None
    decision: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Limb:
    """One clock of a report in a situation: whether it counts, its start, its run.

    ``counts`` is :data:`NO`, :data:`PERHAPS` or :data:`YES`; ``start`` is an instant, "" while it
    is missing, ``"no"`` for never. ``run`` is None without a start. ``binds`` says that the law was
    in force when it started, ``may_count`` whether it would count if it was. ``lasting`` says that
    nothing that may still become known ends it.
    """

    clock: ClockRow
    counts: float
    start: int | str
    run: Run | None
    may_count: float = NO
    binds: bool = True
    lasting: bool = True

    @property
    def outside(self) -> bool:
        """Whether it would count if the law had been in force when it started."""
        return self.may_count > NO and not self.binds

    @property
    def due(self) -> bool:
        """Whether it takes part in what is due."""
        return self.counts > NO and self.run is not None

    @property
    def waits(self) -> bool:
        """Whether a moment that has no time yet could make the report due earlier."""
        return self.counts > NO and self.start == "" and not self.clock.after.startswith(FILING)

    @property
    def certain(self) -> bool:
        """Whether it ends at a time by law, whatever else becomes known."""
        return self.due and self.counts == YES and self.lasting and self.clock.unit != AT_ONCE


@dataclass(frozen=True, slots=True)
class Due:
    """When a report is due.

    ``safe`` and ``law`` are epoch seconds, ``counting.BEYOND`` for beyond the calendar, None while
    nothing has started. ``missing`` are the moments without a time and ``open`` the facts
    without an answer that could change it, each in lower case and once.
    """

    applies: float
    happens: float
    limbs: tuple[Limb, ...]
    taken: tuple[Limb, ...]
    """The clocks among which the one that is due is found."""
    chosen: Limb | None
    safe: int | None
    rolled: int | None
    """The instant by law if it rolls; it does where its condition holds."""
    law: int | None
    missing: tuple[str, ...]
    open: tuple[str, ...]
    against: str = ""
    """The fact whose answer rules it out."""
    over: bool = False
    """Whether it is the next of a series that has ended."""
    adrift: bool = False
    """Whether it matters that nobody said whose zone and holidays count."""
    surest: Limb | None = None
    """The clock that is due of those that nothing unknown can end."""
    late: int | None = None
    """After this it is late by law whatever else becomes known; None while nothing says so."""
    begun: int | None = None
    """The earliest moment of its clocks: no report can have been made before."""

    @property
    def start(self) -> int | None:
        """When the clock that is due began."""
        return None if self.chosen is None or self.chosen.run is None else self.chosen.run.start

    @property
    def provisional(self) -> bool:
        """Whether something that is not known could change it."""
        return bool(self.missing or self.open)

    @property
    def outside(self) -> bool:
        """Whether all that has happened did so while the law was not in force."""
        return self.chosen is None and any(one.outside for one in self.limbs)


def holds(asks: Asks, answers: Mapping[str, str]) -> float:
    """Whether a condition holds, in Kleene's logic."""
    return min((_holds_one(answers, one.fact, one.answers) for one in asks), default=YES)


def _holds_one(answers: Mapping[str, str], fact: str, allowed: tuple[str, ...]) -> float:
    said = trimmed(answers.get(fact, ""))
    # A condition without an answer that would make it hold decides nothing.
    if said in ("", "not known") or not any(allowed):
        return PERHAPS
    return YES if said in allowed else NO


def unanswered(asks: Asks, answers: Mapping[str, str]) -> list[str]:
    """The facts of a condition that is open for want of an answer."""
    if holds(asks, answers) != PERHAPS:
        return []
    return [one.fact for one in asks if _holds_one(answers, one.fact, one.answers) == PERHAPS]


def against(conditions: Sequence[Asks], answers: Mapping[str, str]) -> str:
    """The first fact whose answer rules something out; "" where none does."""
    ruled = (
        one.fact
        for asks in conditions
        for one in asks
        if _holds_one(answers, one.fact, one.answers) == NO
    )
    return next(ruled, "")


def due_of(rule: RuleRow, own: Own, known: Situation, authority: Authority) -> Due:
    """When a report is due in a situation."""
    limbs = _limbs(rule, own, known, authority)
    able = [one for one in limbs if one.due]
    taken = _taken(able, rule.take)
    chosen = _chosen(taken, rule.take)
    answers, adrift = known.answers, _adrift(rule, able, authority)
    asked = [rule.applies_to, rule.when, *(one.when for one in rule.clocks if one.stands)]
    safe = law = moved = begun = None
    over = False
    if chosen is not None and chosen.run is not None:
        safes = [one.run.safe for one in taken if one.run is not None]
        safe = max(safes) if rule.take == "latest" else min(safes)
        moved = _rolled(chosen.run, rule, authority)
        law = moved if holds(rule.roll_if, answers) == YES else chosen.run.law
        end = start_of(rule.until, rule, own, known, authority) if rule.until else ""
        over = isinstance(end, int) and safe > end and end <= known.now
        begun = min(happened(one, rule, own, known) for one in able)
        asked += [rule.roll_if] if moved != law else []
    missing = dict.fromkeys(one.clock.after for one in limbs if one.waits)
    open_facts = dict.fromkeys(fact for asks in asked for fact in unanswered(asks, answers))
    surest = _chosen([one for one in limbs if one.certain], rule.take)
    sure = not adrift and _is_sure(rule, limbs, answers)
    due = Due(
        applies=holds(rule.applies_to, answers),
        happens=holds(rule.when, answers),
        limbs=tuple(limbs),
        taken=tuple(taken),
        chosen=chosen,
        safe=safe,
        rolled=moved,
        law=law,
        missing=tuple(missing),
        open=tuple({**open_facts, MEMBER_FACT: None} if adrift else open_facts),
        over=over,
        against=against((rule.applies_to, rule.when), answers),
        adrift=adrift,
        surest=surest,
        begun=begun,
    )
    if surest is None or surest.run is None or not sure:
        return due
    rolls = holds(rule.roll_if, answers) > NO
    return replace(due, late=_rolled(surest.run, rule, authority) if rolls else surest.run.law)


def _rolled(ran: Run, rule: RuleRow, authority: Authority) -> int:
    return rolled(ran, rule.roll if authority.declared else "none", authority)


def _adrift(rule: RuleRow, able: list[Limb], authority: Authority) -> bool:
    """Whether it matters that nobody said whose zone and holidays count."""
    in_days = any(one.clock.unit in IN_DAYS for one in able)
    return not authority.declared and bool(able) and (in_days or rule.roll != "none")


def _is_sure(rule: RuleRow, limbs: list[Limb], answers: Mapping[str, str]) -> bool:
    """Whether what is certain can be late whatever else becomes known."""
    if min(holds(rule.applies_to, answers), holds(rule.when, answers)) < YES:
        return False
    # What may still begin or count makes the latest of several later.
    moving = any(one.waits or one.counts == PERHAPS for one in limbs)
    return rule.take != "latest" or not moving


def _limbs(rule: RuleRow, own: Own, known: Situation, authority: Authority) -> list[Limb]:
    """Every clock of a rule; one that counts instead of the others takes their place."""
    answers = known.answers
    instead = max(
        (holds(one.when, answers) for one in rule.clocks if one.stands and one.mode == "instead"),
        default=NO,
    )
    limbs = []
    for clock in rule.clocks:
        counts = holds(clock.when, answers) if clock.stands else NO
        if clock.mode != "instead":
            counts = min(counts, YES - instead)
        limbs.append(_limb(clock, counts, rule, own, known, authority))
    return limbs


def _taken(due: list[Limb], take: str) -> list[Limb]:
    """The clocks among which the one that is due is found.

    One that only may count could make a report due earlier, but never later.
    """
    if take != "latest":
        return due
    sure = [one for one in due if one.counts == YES]
    return sure or sorted(due, key=_end)[:1]


def _end(limb: Limb) -> int:
    assert limb.run is not None
    return limb.run.safe


def _chosen(due: list[Limb], take: str) -> Limb | None:
    """The clock that is due: by law before it rolls, the first of several alike."""
    best: Limb | None = None
    for limb in due:
        if best is None or _comes_first(limb, best, take):
            best = limb
    return best


def _comes_first(limb: Limb, best: Limb, take: str) -> bool:
    assert limb.run is not None
    assert best.run is not None
    return limb.run.law > best.run.law if take == "latest" else limb.run.law < best.run.law


def _limb(
    clock: ClockRow,
    counts: float,
    rule: RuleRow,
    own: Own,
    known: Situation,
    authority: Authority,
) -> Limb:
    start = start_of(clock.after, rule, own, known, authority) if clock.stands else ""
    if isinstance(start, str):
        counts = NO if start == NEVER else counts
        return Limb(clock, counts, start, None, counts)
    ends = rule.ends if authority.declared else "clock"
    ran = run(start, clock.amount, clock.unit, ends, authority)
    lapsed = start_of(clock.lapses, rule, own, known, authority) if clock.lapses else NEVER
    # What is still to come has not happened, whatever somebody typed.
    ahead = isinstance(lapsed, int) and lapsed > known.now
    if isinstance(lapsed, int) and lapsed > ran.safe and not ahead:
        counts = NO
    binds = rule.in_force(authority.wall(start).date())
    lasting = lapsed != "" and not ahead
    return Limb(clock, counts if binds else NO, start, ran, counts, binds, lasting)


def mine_of(rule: RuleRow, own: Own) -> str:
    """The moment that the trigger of a report is: the one said if the rule knows it."""
    return own.of if rule.knows(own.of) else rule.clocks[0].after


def happened(limb: Limb, rule: RuleRow, own: Own, known: Situation) -> int:
    """When the moment of a clock was that runs; if only its year is known, the begin of that."""
    assert isinstance(limb.start, int)
    after = limb.clock.after
    if not after.startswith(END_OF_YEAR):
        return limb.start
    found = plain_start(after, rule, own, known)
    typed = own.trigger is not None and after == mine_of(rule, own)
    return found if isinstance(found, int) and not typed else limb.start - 366 * DAY_S


def start_of(
    moment: str, rule: RuleRow, own: Own, known: Situation, authority: Authority
) -> int | str:
    """When a moment was: an instant, "" while it is missing, ``"no"`` where it did not happen."""
    found = plain_start(moment, rule, own, known)
    if moment.startswith(END_OF_YEAR):
        typed = own.trigger is not None and moment == mine_of(rule, own)
        return end_of_year(found, authority, typed=typed) if isinstance(found, int) else found
    series = rule.until and own.filed is not None and own.filed <= known.now
    if moment == rule.clocks[0].after and series:
        assert own.filed is not None
        return own.filed
    return found


def plain_start(moment: str, rule: RuleRow, own: Own, known: Situation) -> int | str:
    """The same of a moment itself, before its year and before the reports of a series."""
    inner = moment.removeprefix(END_OF_YEAR)
    if own.trigger is not None and mine_of(rule, own) in (moment, inner):
        return own.trigger
    if inner.startswith(FILING):
        filed = known.filed.get(inner.removeprefix(FILING))
        return "" if filed is None or filed > known.now else filed
    return known.moments.get(inner, "") if inner != TRIGGER else ""
