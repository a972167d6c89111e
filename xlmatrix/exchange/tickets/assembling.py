"""From what stands in files and histories to the states, stamps and logs of tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from xlmatrix.errors import Level
from xlmatrix.exchange.tickets.gathered import Gathered
from xlmatrix.exchange.tickets.machine import Cycle, Pause
from xlmatrix.exchange.tickets.meanings import Meanings
from xlmatrix.exchange.tickets.raw import TableReader
from xlmatrix.exchange.tickets.states import Kind, State
from xlmatrix.exchange.tickets.stories import History
from xlmatrix.exchange.tools.form import Form
from xlmatrix.exchange.tools.plain import PLAIN
from xlmatrix.rules.incidents.steps import ACKNOWLEDGE, NEXT_STEPS, RESPOND
from xlmatrix.worktime import NEVER

#: How a stamp came to be, in the order of the codes of :attr:`Stamped.origin`.
_ORIGINS: Final = ("", "field", "field", "history", "closed", "last update", "state since")
_FIELD, _AFTER, _HISTORY, _CLOSED, _UPDATED, _SINCE = 1, 2, 3, 4, 5, 6
#: The stamps whose origin is told, and which a ticket may have.
_TOLD: Final = ("opened", "acknowledged", "responded", "contained", "mitigated", "resolved")


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
    states: list[State | None] = field(default_factory=list)
    not_recorded: list[str] = field(default_factory=list)

    def work_out(self) -> None:
        """Fill everything in."""
        self.states = self._states()
        for row, history in self.histories.items():
            self._by_history(row, history)
        self._end()
        self._wait()
        self.not_recorded = self._not_recorded()

    # -- states

    def _states(self) -> list[State | None]:
        texts = self.found.texts
        words = (texts[name] for name in ("state", "reason", "state_group", "resolution"))
        meaning = self.meanings.ticket_state
        states = [meaning(*one) for one in zip(*words, strict=True)]
        for row, why in enumerate(texts["not_counted"]):
            if why:
                states[row] = State(Kind.NOT_COUNTED, why)
        for row, history in self.histories.items():
            states[row] = self._state_with_history(row, states[row], history)
        return states

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
        state = self.states[row]
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
            self.found.origin[name][row] = _HISTORY
            self.found.odd[name][row] = 0

    # -- ends

    def _end(self) -> None:
        """Resolved: only where the work is over, and then by whatever says when."""
        stamps, origin = self.found.stamps, self.found.origin
        for row, state in enumerate(self.states):
            has = stamps["resolved"][row] != NEVER
            if state is not None and not state.kind.ended:
                # Who says by hand that it does not count knows what else is in the row.
                by_hand = self._form(row).derive is None and self.found.texts["not_counted"][row]
                if has and not by_hand:
                    self._drop_end(row, state)
                continue
            if has:
                continue
            for name, code in (("closed", _CLOSED), ("state_since", _SINCE), ("updated", _UPDATED)):
                # Only a state says that the last update came with the end.
                if stamps[name][row] != NEVER and (name == "closed" or state is not None):
                    stamps["resolved"][row] = stamps[name][row]
                    self.found.odd["resolved"][row] = self.found.odd[name][row]
                    origin["resolved"][row] = code
                    self._say_end(row, name)
                    break

    def _drop_end(self, row: int, state: State) -> None:
        self.found.stamps["resolved"][row] = NEVER
        self.found.origin["resolved"][row] = 0
        if state.kind is not Kind.NOT_COUNTED:
            self._say(
                row,
                "import-state",
                f"resolved is filled in although the state is {state.kind.value}; it is left empty",
                "Correct the state where the work is over",
            )

    def _say_end(self, row: int, name: str) -> None:
        known = self.readers[self.found.table[row]].layout.called
        called = {"closed": "closed", "updated": "the last update"}.get(name) or known[name]
        self._say(
            row,
            "import-closed",
            f"resolved is empty and the work is over; {called} is taken as Resolved",
            "Fill in when it was resolved if that was earlier",
            level=Level.WARNING if name == "updated" else Level.NOTE,
        )

    # -- waiting

    def _wait(self) -> None:
        """A pause for each ticket that waits now and has no history: since when it is known."""
        stamps = self.found.stamps
        for row, state in enumerate(self.states):
            if state is None or state.kind is not Kind.WAITING:
                continue
            history = self.histories.get(row)
            if history is not None and any(one.end is None for one in history.story.pauses):
                continue
            since, source = int(stamps["paused_since"][row]), "field"
            if since == NEVER:
                since, source = int(stamps["updated"][row]), "last update"
            if self._form(row).ours and since == NEVER:
                what = "it waits; its pause is in the log of pauses that was written beside it"
                self._say(row, "import-waiting", what, "Give that log too, with --pauses")
                continue
            if since == NEVER or since < stamps["opened"][row]:
                what = "it waits, and nothing says since when: its clocks run on"
                self._say(row, "import-waiting", what, "Type its pause on the sheet Pauses",
                          level=Level.WARNING)  # fmt: skip
                continue
            texts = self.found.texts
            why = self.meanings.why(texts["state"][row], texts["reason"][row])
            self.logs.pauses.append((row, Pause(since, None, why), source))
            if source != "field":
                what = "it waits; the last update is taken as the beginning of the pause"
                self._say(row, "import-waiting", what, "Correct it on the sheet Pauses")

    # -- what nobody can tell

    def _not_recorded(self) -> list[str]:
        """Targets that were met at an unknown time: somebody works on it, or it is over."""
        stamps, given = self.found.stamps, self.found.texts["not_recorded"]
        every = ", ".join(step.label for step in NEXT_STEPS)
        answer = list(given)
        # Where a column says which they are, nothing is to be concluded.
        said = ["not_recorded" in reader.layout.place for reader in self.readers]
        for row, state in enumerate(self.states):
            if self._form(row).dated and not answer[row]:
                answer[row] = every
            if state is None or answer[row] or self._form(row).ours:
                continue
            if state.kind.ended and stamps["resolved"][row] == NEVER:
                answer[row] = every
                what = "its work is over, and nothing says when: no target of it can be judged"
                self._say(row, "import-closed", what, "Fill in when it was resolved",
                          level=Level.WARNING)  # fmt: skip
            elif said[self.found.table[row]]:
                continue
            elif state.kind in (Kind.ACKNOWLEDGED, Kind.WAITING) or (state.kind is Kind.REOPENED):
                steps = ((ACKNOWLEDGE, "acknowledged"), (RESPOND, "responded"))
                missing = [step.label for step, name in steps if stamps[name][row] == NEVER]
                answer[row] = ", ".join(missing)
            elif state.kind is Kind.OPEN and not self._tells_takers(row):
                untold = self.readers[self.found.table[row]].layout.form.untold
                steps = ((ACKNOWLEDGE, "acknowledged"), (RESPOND, "responded"))
                answer[row] = ", ".join(step.label for step, name in steps if name in untold)
        return answer

    def _tells_takers(self, row: int) -> bool:
        history = self.histories.get(row)
        return history is not None and history.tells_takers

    def _form(self, row: int) -> Form:
        return self.readers[int(self.found.table[row])].layout.form

    def _say(self, row: int, code: str, what: str, mend: str, *, level: Level = Level.NOTE) -> None:
        notes = self.readers[self.found.table[row]].notes
        notes.repeated(int(self.found.lines[row]), code, what, mend, level=level)

    # -- results

    def kinds(self) -> list[str]:
        """The state of each ticket in the words of the table."""
        resolved = self.found.stamps["resolved"] != NEVER
        acknowledged = self.found.stamps["acknowledged"] != NEVER
        return [
            state.kind.value
            if state is not None
            else Kind.RESOLVED.value
            if resolved[row]
            else Kind.ACKNOWLEDGED.value
            if acknowledged[row]
            else Kind.OPEN.value
            for row, state in enumerate(self.states)
        ]

    def reasons(self) -> list[str]:
        """Why each ticket counts for nothing; "" for those that count."""
        return [
            state.why if state is not None and state.kind is Kind.NOT_COUNTED else ""
            for state in self.states
        ]

    def sources(self) -> list[str]:
        """Where the stamps of each ticket come from, in one text each."""
        forms = [reader.layout.form for reader in self.readers]
        titles = [form.title for form in forms]
        codes = np.stack([self.found.origin[name] for name in _TOLD], axis=1).astype(np.int64)
        keys = self.found.table.astype(np.int64)
        for place in range(codes.shape[1]):
            keys = keys * len(_ORIGINS) + codes[:, place]
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        texts = []
        for row in first:
            called = self.readers[self.found.table[row]].layout.called
            parts = [
                f"{name}: {_origin(int(code), name, called)}"
                for name, code in zip(_TOLD, codes[row], strict=True)
                if code
            ]
            form = forms[self.found.table[row]]
            plain = form.ours or (form is PLAIN and set(codes[row]) <= {0, _FIELD})
            # Of a plain table there is nothing to say: each stamp stands under its own name.
            said = f"{titles[self.found.table[row]]}; " + ", ".join(parts)
            texts.append("" if plain else said)
        given = self.found.texts["source"]
        return [own or texts[place] for own, place in zip(given, which, strict=True)]


def _origin(code: int, name: str, called: Mapping[str, str]) -> str:
    if code == _AFTER:
        return "a time after the opening"
    return called.get(name, _ORIGINS[code]) if code == _FIELD else _ORIGINS[code]


def _cut(pauses: Sequence[Pause], end: int | None) -> list[Pause]:
    """Pauses up to the end of the work: what waits after it waits for nobody."""
    if end is None:
        return list(pauses)
    return [
        Pause(one.begin, min(one.end, end) if one.end is not None else end, one.why)
        for one in pauses
        if one.begin < end
    ]
