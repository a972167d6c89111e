"""Random rules and situations for the engine and the oracle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.reporting.oracle import HOLIDAYS, Place, World, worlds
from xlmatrix.model.obligations import Obligation
from xlmatrix.rules.reporting.counting import Authority, WorkingDays
from xlmatrix.rules.reporting.outcome import Due, Own, Situation, due_of
from xlmatrix.rules.reporting.rows import row_of
from xlmatrix.rules.reporting.states import Judged, judge
from xlmatrix.worktime import Zone

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "Asia/Kolkata")
MOMENTS = ("first", "second", "third")
#: Facts of conditions, each of which stands in one condition at most.
SCOPE, HAPPENS, ROLLS, CLOCKS = "scope", "happens", "rolls", ("one", "two", "three")
FACTS = (SCOPE, HAPPENS, ROLLS, *CLOCKS)
POSSIBLE = dict.fromkeys(FACTS, ("yes", "no"))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a case.

    A moment that is None may have happened at any time, one that is not there has not happened.
    """

    answers: Mapping[str, str]
    moments: Mapping[str, datetime | None]
    place: Place
    now: datetime
    reported: datetime | None = None

    @property
    def all_known(self) -> World:
        """The one world of a case in which all is known."""
        return World(self.answers, {name: at for name, at in self.moments.items() if at})


def due(rule: Obligation, known: Known) -> Due:
    """When the engine has a report due."""
    return due_of(row_of(rule), _own(known), situation(known), authority(known.place))


def judged(rule: Obligation, known: Known) -> Judged:
    """How the engine says that a report stands."""
    row, found = row_of(rule), due(rule, known)
    return judge(row, _own(known), found, situation(known), authority(known.place))


def _own(known: Known) -> Own:
    return Own(reported=None if known.reported is None else seconds(known.reported))


def situation(known: Known) -> Situation:
    """A case as the engine reads it."""
    told: dict[str, int | str] = {}
    filed: dict[str, int] = {}
    for name, at in known.moments.items():
        if name.startswith("filing: ") and at is not None:
            filed[name.removeprefix("filing: ")] = seconds(at)
        elif at is not None:
            told[name] = seconds(at)
    for name in (*MOMENTS,):
        if name not in known.moments:
            told[name] = "no"
    return Situation(known.answers, told, filed, seconds(known.now))


def seconds(at: datetime) -> int:
    """An instant as epoch seconds."""
    return int(at.timestamp())


@cache
def _zone(name: str) -> Zone:
    return Zone.load(name, 2024, 2032)


def authority(place: Place) -> Authority:
    """An authority of the oracle as one of the engine."""
    names = dict.fromkeys(sorted(place.holidays), "holiday")
    days = WorkingDays(names, date(2024, 1, 1), date(2031, 12, 31), place.certain)
    return Authority(_zone(str(place.zone)), days)


def open_worlds(rule: Obligation, known: Known, *, when: bool = True) -> Iterator[World]:
    """The worlds that a case leaves open; without ``when``, what is missing never happened."""
    moments = {name: at for name, at in known.moments.items() if when or at is not None}
    return worlds(rule, known.answers, moments, POSSIBLE)


STAMPS = st.integers(0, 60 * 24 * 540).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
#: Stamps close to each other, so that clocks compete.
NEAR = st.integers(0, 60 * 24 * 20).map(lambda minutes: timedelta(minutes=minutes))

_AMOUNTS = {"hours": 100, "days": 40, "weeks": 4, "months": 6, "business days": 30}


def _counting(unit: str, most: int) -> st.SearchStrategy[dict[str, object]]:
    return st.integers(1, most).map(lambda amount: {"amount": amount, "unit": unit})


_AT_ONCE: st.SearchStrategy[dict[str, object]] = st.just({"unit": "immediately"})
_COUNTED = st.one_of(_AT_ONCE, *(_counting(unit, most) for unit, most in _AMOUNTS.items()))
_YES_NO = st.sampled_from(("yes", "no"))


@st.composite
def places(draw: st.DrawFn) -> Place:
    """An authority somewhere."""
    holidays = draw(st.sampled_from([*HOLIDAYS.values(), frozenset[date]()]))
    return Place(ZoneInfo(draw(st.sampled_from(ZONES))), holidays, draw(st.booleans()))


@st.composite
def rules(draw: st.DrawFn) -> Obligation:
    """A rule of one to four clocks; no fact stands in two of its conditions."""
    clocks = []
    for fact in CLOCKS[: draw(st.integers(0, 3))]:
        clock = {
            **draw(_COUNTED),
            "after": draw(st.sampled_from(MOMENTS)),
            "mode": draw(st.sampled_from(("also", "also", "instead"))),
            "when": {fact: draw(_YES_NO)} if draw(st.booleans()) else {},
            "lapses": draw(st.sampled_from((None, None, *MOMENTS))),
        }
        clocks.append(clock)
    force, effective = draw(
        st.sampled_from((
            ("in force", None), ("in force", None), ("uncertain", date(2026, 9, 1)),
            ("enacted", date(2027, 1, 1)), ("bill", None),
        ))
    )  # fmt: skip
    return Obligation.model_validate({
        "id": "random", "regime": "R", "trigger": "T", "recipient": "Z",
        **draw(_COUNTED),
        "after": MOMENTS[0],
        "clocks": clocks,
        "take": draw(st.sampled_from(("earliest", "earliest", "latest"))),
        "ends": draw(st.sampled_from(("clock", "clock", "day", "17:30"))),
        "roll": draw(st.sampled_from(("none", "eu-1182-71", "noon", "next-working-day"))),
        "roll_if": {ROLLS: "yes"} if draw(st.booleans()) else {},
        "applies_to": {SCOPE: "yes"} if draw(st.booleans()) else {},
        "when": {HAPPENS: "yes"} if draw(st.booleans()) else {},
        "force": force,
        "effective": effective,
        "until_date": date(2027, 6, 1) if draw(st.integers(0, 9)) == 0 else None,
    })  # fmt: skip


@st.composite
def cases_known(draw: st.DrawFn, *, complete: bool = False) -> Known:
    """What is known of a case; everything of one that is ``complete``."""
    first = draw(STAMPS)
    moments: dict[str, datetime | None] = {}
    for name in MOMENTS:
        what = draw(st.sampled_from(("at", "at", "never", "open")))
        if what == "at" or (complete and what == "open"):
            moments[name] = first + draw(NEAR)
        elif what == "open":
            moments[name] = None
    said = st.sampled_from(("yes", "no") if complete else ("yes", "yes", "no", "", "not known"))
    answers = {fact: draw(said) for fact in FACTS}
    now = first + draw(st.integers(0, 60 * 24 * 120).map(lambda n: timedelta(minutes=n)))
    reported = draw(st.one_of(st.none(), st.just(first + draw(NEAR) * 4)))
    return Known(answers, moments, draw(places()), now, reported)


def answered(known: Known, fact: str, answer: str) -> Known:
    """A case in which a fact is answered."""
    return replace(known, answers={**known.answers, fact: answer})


def typed(known: Known, moment: str, at: datetime) -> Known:
    """A case in which the time of a moment is typed."""
    return replace(known, moments={**known.moments, moment: at})
