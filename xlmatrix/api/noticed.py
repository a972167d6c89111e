"""What the list of reports holds, as values for JSON and as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from xlmatrix.api.explained import iso
from xlmatrix.model.obligations import Demand
from xlmatrix.rules.reporting.states import NO_CLOCK
from xlmatrix.rules.words import left
from xlmatrix.worktime.hours import DAY_NAMES


@dataclass(frozen=True, slots=True)
class Asking:
    """A fact without an answer: its question, and the answers that it takes.

    ``of`` says where it is answered: of the ``matrix`` on *Scope*, of an ``incident`` on
    *Report now*.
    """

    fact: str
    asks: str
    answers: tuple[str, ...]
    of: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A moment that has no time yet, and when it counts as happened."""

    moment: str
    says: str


@dataclass(frozen=True, slots=True)
class ReportShown:
    """One report to an authority, a customer or an insurer.

    Attributes
    ----------
    uid
        What names it for ever, for calendars.
    notice
        The row of *Obligations* that speaks of it; "" where there is none.
    safe_due, due_by_law
        Aware times on the matrix's clock; None for none or beyond the calendar.
    safe_due_there, due_by_law_there
        The same on the clock of its authority, which is ``zone_there``; None and "" while nobody
        has said whose authority it is.
    state, detail
        The word of the sheet, and the finer one with what is missing first and all marks.
    marks
        What to know beside the state.
    started
        When the clock that is due began.
    time_left_s
        Seconds until the safe time, below zero when it has passed; None unless it runs.
    question
        What decides whether it must be made.
    missing, open
        All moments without a time and all facts without an answer that could change it.
    must_say
        The fields that the notice must have.
    before_missing
        Whom to tell before it is missed; "" where the law says nothing.
    """

    uid: str
    incident: str
    obligation: str
    notice: str
    regime: str
    article: str
    recipient: str
    state: str
    detail: str
    marks: tuple[str, ...]
    safe_due: datetime | None
    safe_due_there: datetime | None
    due_by_law: datetime | None
    due_by_law_there: datetime | None
    zone_there: str
    started: datetime | None
    time_left_s: int | None
    runs: bool
    question: str
    missing: tuple[Waiting, ...]
    open: tuple[Asking, ...]
    must_say: tuple[Demand, ...]
    before_missing: str
    decision: str
    decided_by: str
    reported: datetime | None

    @property
    def elsewhere(self) -> bool:
        """Whether the authority's clock shows another time than the matrix's."""
        here, there = self.safe_due, self.safe_due_there
        return here is not None and there is not None and here.utcoffset() != there.utcoffset()

    def to_dict(self) -> dict[str, object]:
        """Ready for JSON."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {
            **{k: iso(v) if isinstance(v, datetime) else v for k, v in fields.items()},
            "marks": list(self.marks),
            "missing": [asdict(one) for one in self.missing],
            "open": [asdict(one) for one in self.open],
            "must_say": [one.model_dump() for one in self.must_say],
        }


@dataclass(frozen=True, slots=True)
class Noticed:
    """The reports of one incident, or what is open in all; times are aware.

    ``incident`` is "" where all incidents are listed. ``reports`` are in the order of the sheet
    *Report now*: by the safe time, then those without one, the most open first.
    """

    incident: str
    title: str
    as_of: datetime
    zone: str
    reports: tuple[ReportShown, ...]

    def to_dict(self) -> dict[str, object]:
        """Ready for JSON: stamps in ISO 8601 with their offset."""
        return {
            "incident": self.incident or None,
            "title": self.title,
            "as_of": iso(self.as_of),
            "zone": self.zone,
            "reports": [report.to_dict() for report in self.reports],
        }


def lines(found: Noticed) -> Sequence[str]:
    """The whole of it as plain text: in full what is to be done, in a line what is not."""
    head = f"{found.incident}  {found.title}".strip() or "Open reports"
    text = [head, f"  as of {stamp(found.as_of)}, {found.zone}"]
    open_ones = [one for one in found.reports if one.state != NO_CLOCK and one.reported is None]
    for one in open_ones:
        text += ["", *_lines(one, named=not found.incident)]
    rest = [one for one in found.reports if one not in open_ones]
    if not open_ones:
        text += ["", "No report runs."]
    if rest:
        text += ["", "No clock runs for these:"]
    for one in rest:
        text += [f"  {one.obligation}: {one.detail or one.state}"]
        text += [f"    {one.question}"] if one.question and one.reported is None else []
    return [*text, *_lacking(found.reports)]


def _lacking(reports: Sequence[ReportShown]) -> Iterator[str]:
    """What is missing, each once, with what it means and where it is typed."""
    moments = dict.fromkeys(moment for one in reports for moment in one.missing)
    facts = dict.fromkeys(fact for one in reports for fact in one.open)
    if moments:
        yield from ("", "When was it? Type it on Report now:")
        yield from (f"  {one.moment}: {one.says}".rstrip(": ") for one in moments)
    for of, sheet in (("incident", "Report now"), ("matrix", "Scope")):
        asked = [fact for fact in facts if fact.of == of]
        if asked:
            yield from ("", f"Not answered yet, on {sheet}:")
            yield from (f"  {one.fact}: {one.asks} ({', '.join(one.answers)})" for one in asked)


def _lines(one: ReportShown, *, named: bool) -> Iterator[str]:
    by = "no time yet" if one.safe_due is None else stamp(one.safe_due)
    of = f"{one.incident}  " if named else ""
    yield f"{by}  [{one.state or 'beyond the calendar'}]  {of}{one.recipient}"
    yield f"  {one.obligation}: {', '.join(filter(None, (one.regime, one.article)))}"
    if one.detail:
        yield f"  {one.detail}"
    if one.time_left_s is not None:
        yield f"  time left: {left(one.time_left_s)}"
    if one.due_by_law is not None and one.due_by_law != one.safe_due:
        yield f"  by law {stamp(one.due_by_law)}"
    if one.safe_due_there is not None and one.elsewhere:
        yield f"  on their clock {stamp(one.safe_due_there)}, {one.zone_there}"
    if one.question:
        yield f"  The question: {one.question}"
    if one.missing:
        yield f"  Missing: {', '.join(moment.moment for moment in one.missing)}"
    if one.open:
        yield f"  Not answered: {', '.join(fact.fact for fact in one.open)}"
    for field in one.must_say:
        yield f"  Must say: {field.says}"
    if one.before_missing:
        yield f"  Before missing it: {one.before_missing}"


def stamp(at: datetime) -> str:
    """A stamp with its weekday and its offset: ``Fri 2026-12-11 22:00 +01:00``."""
    # Not strftime's %a, which speaks the machine's language.
    clock = f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"
    offset = at.strftime("%z")
    return f"{DAY_NAMES[at.weekday()]} {clock} {offset[:3]}:{offset[3:5]}"
