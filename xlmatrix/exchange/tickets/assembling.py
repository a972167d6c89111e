"""From what stands in files and histories to the states, stamps and logs of tickets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xlmatrix.errors import Level
from xlmatrix.exchange.tickets.columns import (
    absent,
    is_absent,
    numbered,
    of_texts,
    writable,
)
from xlmatrix.exchange.tickets.gathered import Gathered
from xlmatrix.exchange.tickets.instants import Texts
from xlmatrix.exchange.tickets.machine import Cycle, Pause
from xlmatrix.exchange.tickets.meanings import Meanings
from xlmatrix.exchange.tickets.origins import CLOSED, HISTORY, SINCE, UPDATED
from xlmatrix.exchange.tickets.raw import TableReader
from xlmatrix.exchange.tickets.states import Kind, State
from xlmatrix.exchange.tickets.stories import History
from xlmatrix.exchange.tools.form import Form
from xlmatrix.rules.incidents.steps import ACKNOWLEDGE, NEXT_STEPS, RESPOND
from xlmatrix.worktime import NEVER

#: States of tickets that somebody works on or has worked on.
_TAKEN_UP: Final = (Kind.ACKNOWLEDGED, Kind.WAITING, Kind.REOPENED)


@dataclass(slots=True)
class Logs:
    """The rows of the logs beside the tickets, by row of the ticket."""

    pauses: list[tuple[int, Pause, str]] = field(default_factory=list)
    changes: list[tuple[int, int, str, str, str]] = field(default_factory=list)
    """Row, when, the word before, the word after, source."""
    reopened: list[tuple[int, Cycle, Cycle, str]] = field(default_factory=list)


@dataclass(slots=True)
class Assembler:
    """Works out the state of each ticket and where its stamps come from."""

    found: Gathered
    readers: Sequence[TableReader]
    meanings: Meanings
    histories: dict[int, History]
    logs: Logs = field(default_factory=Logs)
    known: list[State | None] = field(default_factory=list)
    """The different states that there are."""
    which: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    """Of each ticket the place of its state among them."""
    not_recorded: Texts = field(default_factory=lambda: np.zeros(0, dtype=object))

    def work_out(self) -> None:
        """Fill everything in."""
        self._tell_states()
        if self.histories:
            self.found.open_for_writing("acknowledged", "responded", "resolved")
            self.found.paused_s = writable(self.found.paused_s)
        for row, history in self.histories.items():
            self._by_history(row, history)
        self._end()
        self._wait()
        self.not_recorded = self._not_recorded()

    # -- states

    def state(self, row: int) -> State | None:
        """The state of a ticket; None where nobody can tell."""
        return self.known[int(self.which[row])]

    def _where(self, test: Callable[[State | None], bool]) -> NDArray[np.bool_]:
        """The tickets whose state is so."""
        return np.array([test(one) for one in self.known], dtype=np.bool_)[self.which]

    def _of_forms(self, test: Callable[[Form], bool]) -> NDArray[np.bool_]:
        """The tickets of forms that are so."""
        said = [test(reader.layout.form) for reader in self.readers]
        return np.array(said, dtype=np.bool_)[self.found.table]

    def _tell_states(self) -> None:
        texts = self.found.texts
        words = [texts[name] for name in ("state", "reason", "state_group", "resolution")]
        self.which, first = numbered(*words)
        meaning = self.meanings.ticket_state
        self.known = [meaning(*(column[row] for column in words)) for row in first]
        if not is_absent(texts["not_counted"]):
            which, first = numbered(texts["not_counted"])
            whys = [texts["not_counted"][row] for row in first]
            places = np.arange(len(whys)) + len(self.known)
            said = np.array([bool(why) for why in whys], dtype=np.bool_)[which]
            self.which = np.where(said, places[which], self.which)
            self.known += [State(Kind.NOT_COUNTED, why) for why in whys]
        for row, history in self.histories.items():
            self.known.append(self._state_with_history(row, self.state(row), history))
            self.which[row] = len(self.known) - 1

    def _state_with_history(self, row: int, own: State | None, history: History) -> State | None:
        """The ticket's own state is the later word, unless the history says it does not count."""
        said = history.story.state
        if own is None or (said is not None and said.kind is Kind.NOT_COUNTED and own.kind.ended):
            return said
        return own

    # -- what histories say

    def _by_history(self, row: int, history: History) -> None:
        story, stamps, source = history.story, self.found.stamps, ", ".join(history.sources)
        cycles = story.cycles
        first, last = cycles[0], cycles[-1]
        state = self.state(row)
        counted = state is None or state.kind is not Kind.NOT_COUNTED
        if not (first.inferred and self._has_field(row, "acknowledged")):
            self._take(row, "acknowledged", first.acknowledged)
        if not (self._nearly(history, "responded") and self._has_field(row, "responded")):
            self._take(row, "responded", first.responded)
        if story.late:
            what = "something was done after the end, and nothing reopened it: it is not used"
            self._say(row, "import-history", what, "Nothing to do unless it was open again")
        if len(cycles) > 1:
            self._complete(row, first)
        if history.speaks_of_states and (state is None or state.kind.ended):
            self._take(row, "resolved", last.ended)
        if history.paused_s is not None:
            self.found.paused_s[row] = history.paused_s
        if not counted:
            return
        end = int(stamps["resolved"][row]) if state is not None and state.kind.ended else None
        pauses = _cut(story.pauses, end)
        if state is not None and state.kind is Kind.WAITING and pauses:
            pauses[-1] = self._with_reason(row, pauses[-1])
        self.logs.pauses += [(row, one, source) for one in pauses]
        for before, after in pairwise(cycles):
            self.logs.reopened.append((row, before, after, source))
        self.logs.changes += [
            (row, one.at, one.before, one.after, source) for one in history.changes
        ]

    def _with_reason(self, row: int, pause: Pause) -> Pause:
        """The pause that a ticket is in, with what the ticket itself says that it waits for."""
        reason = self.found.texts["reason"][row]
        if pause.end is not None or not reason:
            return pause
        return pause._replace(why=self.meanings.why(self.found.texts["state"][row], reason))

    def _has_field(self, row: int, name: str) -> bool:
        return bool(self.found.origin[name][row])

    def _nearly(self, history: History, name: str) -> bool:
        """Whether a history knows a stamp only nearly: what a field says is better then."""
        forms = (reader.layout.form for reader in self.readers)
        return any(name in one.approximate for one in forms if one.title in history.sources)

    def _complete(self, row: int, first: Cycle) -> None:
        """Give a first cycle the stamps that only fields tell, where they lie in it."""
        ended = NEVER if first.ended is None else first.ended
        for name in ("acknowledged", "responded"):
            at = int(self.found.stamps[name][row])
            if getattr(first, name) is None and first.began <= at <= ended:
                setattr(first, name, at)

    def _take(self, row: int, name: str, at: int | None) -> None:
        if at is not None:
            self.found.stamps[name][row] = at
            self.found.origin[name][row] = HISTORY
            self.found.odd[name][row] = 0

    # -- ends

    def _end(self) -> None:
        """Resolved: only where the work is over, and then by whatever says when."""
        found, given = self.found, self.found.texts["not_counted"]
        over = self._where(lambda state: state is None or state.kind.ended)
        told = self._where(lambda state: state is not None)
        has = found.stamps["resolved"] != NEVER
        # Who says by hand that it does not count knows what else is in the row.
        by_hand = (given != "") & self._of_forms(lambda form: form.derive is None)
        wrong, late = np.flatnonzero(has & ~over & ~by_hand), over & ~has
        said = self._dropped(wrong)
        found.open_for_writing("resolved")
        found.stamps["resolved"][wrong] = NEVER
        found.origin["resolved"][wrong] = 0
        for name, code in (("closed", CLOSED), ("state_since", SINCE), ("updated", UPDATED)):
            # Only a state says that the last update came with the end.
            mask = late & (found.stamps[name] != NEVER) & (told | (name == "closed"))
            late &= ~mask
            if (rows := np.flatnonzero(mask)).size:
                found.stamps["resolved"][rows] = found.stamps[name][rows]
                found.odd["resolved"][rows] = found.odd[name][rows]
                found.origin["resolved"][rows] = code
                said += self._ended_by(name, rows)
        self._say_all(said)

    def _dropped(self, rows: NDArray[np.intp]) -> list[_Said]:
        """What is said of tickets that are resolved against their state."""
        kinds: dict[Kind, list[int]] = {}
        for place, state in enumerate(self.known):
            if state is not None and state.kind is not Kind.NOT_COUNTED:
                kinds.setdefault(state.kind, []).append(place)
        return [
            _Said(
                rows[np.isin(self.which[rows], places)],
                "import-state",
                f"resolved is filled in although the state is {kind.value}; it is left empty",
                "Correct the state where the work is over",
            )
            for kind, places in kinds.items()
        ]

    def _ended_by(self, name: str, rows: NDArray[np.intp]) -> list[_Said]:
        """What is said of tickets that are over and of which another stamp says when."""
        said = []
        for table, reader in enumerate(self.readers):
            known = {"closed": "closed", "updated": "the last update"}.get(name)
            known = known or reader.layout.called.get(name, name)
            said.append(
                _Said(
                    rows[self.found.table[rows] == table],
                    "import-closed",
                    f"resolved is empty and the work is over; {known} is taken as Resolved",
                    "Fill in when it was resolved if that was earlier",
                    Level.WARNING if name == "updated" else Level.NOTE,
                )
            )
        return said

    # -- waiting

    def _wait(self) -> None:
        """A pause for each ticket that waits now and has no history: since when it is known."""
        stamps = self.found.stamps
        waiting = self._where(lambda state: state is not None and state.kind is Kind.WAITING)
        told: dict[tuple[str, str, Level], list[int]] = {}

        def say(row: int, what: str, mend: str, level: Level = Level.NOTE) -> None:
            told.setdefault((what, mend, level), []).append(row)

        for row in np.flatnonzero(waiting).tolist():
            history = self.histories.get(row)
            if history is not None and any(one.end is None for one in history.story.pauses):
                continue
            since, source = int(stamps["paused_since"][row]), "field"
            if since == NEVER and self.readers[self.found.table[row]].layout.form.ours:
                what = "it waits; its pause stands in the log that was written beside this table"
                say(row, what, "Nothing to do where that log is given too, with --pauses")
                continue
            if since == NEVER:
                since, source = int(stamps["updated"][row]), "last update"
            if since == NEVER or since < stamps["opened"][row]:
                what = "it waits, and nothing says since when: its clocks run on"
                say(row, what, "Type its pause on the sheet Pauses", Level.WARNING)
                continue
            texts = self.found.texts
            why = self.meanings.why(texts["state"][row], texts["reason"][row])
            self.logs.pauses.append((row, Pause(since, None, why), source))
            if source != "field":
                what = "it waits; the last update is taken as the beginning of the pause"
                say(row, what, "Correct it on the sheet Pauses")
        self._say_all(
            [
                _Said(np.array(rows), "import-waiting", what, mend, level)
                for (what, mend, level), rows in told.items()
            ]
        )

    # -- what nobody can tell

    def _not_recorded(self) -> Texts:
        """Targets that were met at an unknown time: somebody works on it, or it is over."""
        found, given = self.found, self.found.texts["not_recorded"]
        every = ", ".join(step.label for step in NEXT_STEPS)
        blank = given == ""
        dated = blank & self._of_forms(lambda form: form.dated)
        blank &= ~dated
        ended = self._where(lambda state: state is not None and state.kind.ended)
        unknown = np.flatnonzero(blank & ended & (found.stamps["resolved"] == NEVER))
        what = "its work is over, and nothing says when: no target of it can be judged"
        mend = "Fill in when it was resolved"
        self._say_all([_Said(unknown, "import-closed", what, mend, Level.WARNING)])
        # Where a column says which they are, nothing is to be concluded.
        tables = found.table
        silent = ["not_recorded" not in reader.layout.place for reader in self.readers]
        open_to = blank & np.array(silent, dtype=np.bool_)[tables]
        taken_up = self._where(lambda state: state is not None and state.kind in _TAKEN_UP)
        rows = np.flatnonzero(open_to & taken_up)
        new = open_to & self._where(lambda state: state is not None and state.kind is Kind.OPEN)
        new[[row for row, one in self.histories.items() if one.tells_takers]] = False
        untold = [_labels(reader.layout.form.untold) for reader in self.readers]
        new &= np.array([bool(one) for one in untold], dtype=np.bool_)[tables]
        if not (unknown.size or rows.size or new.any() or dated.any()):
            return given
        answer = given.copy()
        answer[unknown], answer[dated] = every, every
        missing = np.zeros(len(rows), dtype=np.intp)
        for bit, name in enumerate(("acknowledged", "responded")):
            missing += (found.stamps[name][rows] == NEVER) << bit
        lacking = ((), ("acknowledged",), ("responded",), ("acknowledged", "responded"))
        answer[rows] = of_texts([_labels(one) for one in lacking])[missing]
        answer[new] = of_texts(untold)[tables[new]]
        return answer

    def _say_all(self, said: Sequence[_Said]) -> None:
        """Say things about many rows, each with its first row, in the order of those."""
        every = []
        for one in said:
            tables = self.found.table[one.rows]
            every += [
                (int(rows[0]), table, len(rows), one)
                for table in range(len(self.readers))
                if (rows := one.rows[tables == table]).size
            ]
        for row, table, count, one in sorted(every, key=lambda each: each[0]):
            line = int(self.found.lines[row])
            self.readers[table].notes.repeated(
                line, one.code, one.what, one.mend, level=one.level, rows=count
            )

    def _say(self, row: int, code: str, what: str, mend: str, *, level: Level = Level.NOTE) -> None:
        notes = self.readers[self.found.table[row]].notes
        notes.repeated(int(self.found.lines[row]), code, what, mend, level=level)

    # -- results

    def kinds(self) -> Texts:
        """The state of each ticket in the words of the table."""
        values = of_texts(["" if one is None else one.kind.value for one in self.known])
        answer: Texts = values[self.which]
        rows = np.flatnonzero(self._where(lambda state: state is None))
        resolved = self.found.stamps["resolved"][rows] != NEVER
        acknowledged = self.found.stamps["acknowledged"][rows] != NEVER
        begun = np.where(acknowledged, Kind.ACKNOWLEDGED.value, Kind.OPEN.value).astype(object)
        answer[rows] = np.where(resolved, Kind.RESOLVED.value, begun)
        return answer

    def reasons(self) -> Texts:
        """Why each ticket counts for nothing; "" for those that count."""
        whys = [
            one.why if one is not None and one.kind is Kind.NOT_COUNTED else ""
            for one in self.known
        ]
        if not any(whys):
            return absent(len(self.which), "")
        answer: Texts = of_texts(whys)[self.which]
        return answer


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing that holds for many tickets."""

    rows: NDArray[np.intp]
    code: str
    what: str
    mend: str
    level: Level = Level.NOTE


def _labels(stamps: Collection[str]) -> str:
    """The targets that stamps would tell of, by their labels."""
    steps = ((ACKNOWLEDGE, "acknowledged"), (RESPOND, "responded"))
    return ", ".join(step.label for step, name in steps if name in stamps)


def _cut(pauses: Sequence[Pause], end: int | None) -> list[Pause]:
    """Pauses up to the end of the work: what waits after it waits for nobody."""
    if end is None:
        return list(pauses)
    return [
        Pause(one.begin, min(one.end, end) if one.end is not None else end, one.why)
        for one in pauses
        if one.begin < end
    ]
