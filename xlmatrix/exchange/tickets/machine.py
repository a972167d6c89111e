"""From the history of a ticket to its stamps, pauses, changes of severity and reopenings.

- *Acknowledged* is the first time that a ticket left its first state for one in which somebody
  works or waits, or an entry that says so; a ticket that went straight to its end never was.
- A pause is the time in a waiting state; the end of the work ends it.
- A ticket that runs again after its end is reopened, and a new cycle begins. That it then is "in
  progress" is the tool's doing, and acknowledges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from xlmatrix.exchange.tickets.states import Kind, State


class Entry(NamedTuple):
    """One step of a history: when (UTC seconds), what kind of state began, and why it waits.

    ``state`` is None for an entry that says something else: ``acknowledged`` or ``responded``.
    A ``silent`` one says nothing of anybody who took the ticket.
    """

    at: int
    state: State | None = None
    word: str = ""
    acknowledged: bool = False
    responded: bool = False
    silent: bool = False


class Pause(NamedTuple):
    """From when to when a ticket waited; ``end`` is None while it does."""

    begin: int
    end: int | None
    why: str


@dataclass(slots=True)
class Cycle:
    """What happened between an opening or reopening and the end of the work."""

    began: int
    acknowledged: int | None = None
    responded: int | None = None
    ended: int | None = None
    inferred: bool = False
    """Whether the acknowledgement is the step out of the first state, and no entry of its own."""


@dataclass(slots=True)
class Story:
    """What the history of one ticket says.

    ``late`` counts what was done after the end without a reopening.
    """

    cycles: list[Cycle]
    pauses: list[Pause] = field(default_factory=list)
    state: State | None = None
    first_state: State | None = None
    late: int = 0


def told(
    opened: int, entries: Iterable[Entry], before: State | None = None, *, reopens: bool = True
) -> Story:
    """The story of a ticket.

    Parameters
    ----------
    opened
        UTC seconds; what is said of an earlier time counts from then on.
    entries
        In any order; those of one instant in the order in which they happened.
    before
        The state before the first entry, where the history names it.
    reopens
        Whether a ticket can run again. If not, what is done after its end is not used, and the end
        that follows it is the last.
    """
    teller = _Teller(opened, before, reopens=reopens)
    for entry in sorted(entries, key=lambda one: one.at):
        teller.take(entry)
    return teller.finish()


_TAKEN: Final = (Kind.ACKNOWLEDGED, Kind.WAITING)


class _Teller:
    """Walks through a history."""

    def __init__(self, opened: int, before: State | None, *, reopens: bool) -> None:
        self._reopens, self._late = reopens, False
        self.story = Story([Cycle(opened)], first_state=before)
        self._state = before or State(Kind.OPEN)
        self._why = ""
        self._since = opened if self._state.kind is Kind.WAITING else None

    def take(self, entry: Entry) -> None:
        """Go one step on."""
        at = max(entry.at, self.story.cycles[0].began)
        if entry.acknowledged:
            self._acknowledge(at)
        cycle = self.story.cycles[-1]
        if entry.responded and cycle.responded is None and cycle.ended is None:
            cycle.responded = at
        if entry.state is not None:
            self._move(at, entry.state, entry.word, silent=entry.silent)

    def finish(self) -> Story:
        """The story, with the pause that is still open."""
        if self._since is not None:
            self.story.pauses.append(Pause(self._since, None, self._why))
        return self.story

    def _acknowledge(self, at: int, *, inferred: bool = False) -> None:
        cycle = self.story.cycles[-1]
        if cycle.ended is not None:
            # What is acknowledged after its end is acknowledged for nobody.
            self._late = True
            self.story.late += 1
        elif cycle.acknowledged is None:
            cycle.acknowledged, cycle.inferred = at, inferred

    def _move(self, at: int, state: State, word: str, *, silent: bool) -> None:
        was, now, cycle = self._state.kind, state.kind, self.story.cycles[-1]
        if was is Kind.NOT_COUNTED and now.ended:
            # Tools close by themselves what was cancelled.
            return
        if self.story.first_state is None:
            self.story.first_state = state
        if was.ended and now.running:
            if not self._reopens:
                self._late = True
                self.story.late += 1
                return
            self.story.cycles.append(Cycle(at))
        elif now.ended and (cycle.ended is None or self._late):
            cycle.ended, self._late = at, False
        elif (
            now in _TAKEN and not silent and was in (Kind.OPEN, Kind.REOPENED) and at > cycle.began
        ):
            self._acknowledge(at, inferred=True)
        self._pause(at, now, word)
        self._state = self.story.state = state

    def _pause(self, at: int, now: Kind, word: str) -> None:
        waits = now is Kind.WAITING
        if self._since is not None and not (waits and word == self._why):
            if at > self._since:
                self.story.pauses.append(Pause(self._since, at, self._why))
            self._since = None
        if waits and self._since is None:
            self._since, self._why = at, word


class Change(NamedTuple):
    """A change of severity: when, from what, to what."""

    at: int
    before: str
    after: str


def changes_of(
    opened: int, entries: Sequence[tuple[int, str, str]], last: str = ""
) -> tuple[str, list[Change]]:
    """The severity at the opening, and each change after it.

    Parameters
    ----------
    entries
        When, to what severity, from what ("" where the history does not say), in any order.
    last
        The severity now, for a ticket without entries.
    """
    ordered = sorted(entries, key=lambda one: one[0])
    if not ordered:
        return last, []
    at, after, before = ordered[0]
    now = after if at <= opened or not before else before
    first, found = now, []
    for at, after, _ in ordered:
        if at <= opened:
            first = now = after
        elif after != now:
            found.append(Change(at, now, after))
            now = after
    return first, found
