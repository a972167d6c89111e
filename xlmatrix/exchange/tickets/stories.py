"""What the entries of histories say of each ticket: states, acknowledgements, severities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from xlmatrix.exchange.tickets.labels import by_labels
from xlmatrix.exchange.tickets.machine import Change, Entry, Story, changes_of, told
from xlmatrix.exchange.tickets.meanings import Meanings
from xlmatrix.exchange.tickets.raw import Told
from xlmatrix.exchange.tickets.states import Kind, State
from xlmatrix.exchange.tools.form import What

_OF_STATES: Final = (What.STATE, What.CLOCK)


@dataclass(slots=True)
class History:
    """What the entries of one ticket say.

    ``priority`` and ``first_priority`` are the tool's words for its severity, "" where no entry
    speaks of it; ``changes`` are in the same words.
    """

    story: Story
    priority: str = ""
    first_priority: str = ""
    changes: list[Change] = field(default_factory=list)
    paused_s: float | None = None
    sources: tuple[str, ...] = ()
    tells_takers: bool = False
    """Whether any entry would say that somebody took the ticket."""

    @property
    def speaks_of_states(self) -> bool:
        """Whether any entry is of a state."""
        return self.story.state is not None


def by_ticket(
    entries: Iterable[Told], keys: Mapping[str, int]
) -> tuple[dict[int, list[Told]], list[Told]]:
    """The entries of each ticket by its row, and those of tickets that nobody knows."""
    found: dict[int, list[Told]] = {}
    strange: list[Told] = []
    for entry in entries:
        row = keys.get(entry.ticket.casefold())
        if row is None:
            strange.append(entry)
        else:
            found.setdefault(row, []).append(entry)
    return found, strange


def history_of(
    opened: int,
    entries: Sequence[Told],
    meanings: Meanings,
    *,
    updates: bool,
    priority: str,
    reporter: str = "",
) -> History:
    """What a ticket's entries say.

    Parameters
    ----------
    updates
        Whether they are the ticket's own rows: the state of the first is then the one it had, and
        no step into it.
    priority
        The word for its severity now, for want of entries.
    reporter
        Who opened it: what they say themselves is no response.
    """
    ordered = by_labels(sorted(entries, key=lambda one: one.at), meanings)
    if reporter:
        ordered = [one for one in ordered if not _own_response(one, reporter)]
    states = _states(ordered, meanings)
    before = _before(ordered, states, meanings, updates=updates)
    history = History(told(opened, states, before, reopens=meanings.form.reopens))
    severities = [(one.at, one.value, one.before) for one in ordered if one.what is What.SEVERITY]
    if severities:
        history.first_priority, history.changes = changes_of(opened, severities)
        history.priority = history.changes[-1].after if history.changes else history.first_priority
    else:
        history.first_priority = priority
    sums = [float(one.value) for one in ordered if one.what is What.PAUSED_S]
    history.paused_s = max(sums) if sums else None
    history.sources = tuple(dict.fromkeys(one.form for one in ordered))
    history.tells_takers = any(one.what in (What.STATE, What.ACKNOWLEDGED) for one in ordered)
    return history


def _own_response(entry: Told, reporter: str) -> bool:
    return entry.what is What.RESPONDED and entry.value.casefold() == reporter.casefold()


def _states(ordered: Sequence[Told], meanings: Meanings) -> list[Entry]:
    """The entries as steps; reasons join the state that they are of."""
    found: list[Entry] = []
    word = group = reason = ""
    place = 0
    while place < len(ordered):
        at = ordered[place].at
        same = place
        while same < len(ordered) and ordered[same].at == at:
            same += 1
        moment = ordered[place:same]
        place = same
        reasons = [one.value for one in moment if one.what is What.REASON]
        changed = bool(reasons) and reasons[-1] != reason
        reason = reasons[-1] if reasons else reason
        named = [one for one in moment if one.what in _OF_STATES]
        for one in named:
            word, group = one.value, one.group
            silent = one.what is What.CLOCK
            found += _step(at, word, reason, group, meanings, silent=silent)
        if changed and not named and word:
            found += _step(at, word, reason, group, meanings)
        for one in moment:
            if one.what is What.ACKNOWLEDGED:
                found.append(Entry(at, acknowledged=True))
            elif one.what is What.RESPONDED:
                found.append(Entry(at, responded=True))
    return found


def _step(
    at: int, word: str, reason: str, group: str, meanings: Meanings, *, silent: bool = False
) -> list[Entry]:
    state = meanings.state(word, reason, group)
    if state is None:
        return []
    waits = state.kind is Kind.WAITING
    shown = meanings.why(word, reason) if waits else word
    return [Entry(at, state, shown, silent=silent)]


def _before(
    ordered: Sequence[Told],
    states: Sequence[Entry],
    meanings: Meanings,
    *,
    updates: bool,
) -> State | None:
    named = next((one for one in ordered if one.what in _OF_STATES), None)
    if named is None:
        return None
    if named.before:
        return meanings.state(named.before)
    if updates:
        return next((entry.state for entry in states if entry.state is not None), None)
    return None
