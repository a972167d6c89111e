"""What the words of one tool mean in one matrix: by its mapping, by the matrix's names, by rank.

Every word is counted with how it was understood, so that what was taken by default can be shown,
and what a mapping says of words that no ticket has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from xlmatrix.exchange.tickets.states import SETTINGS, Kind, State, plain_word, reason_of, state_of
from xlmatrix.exchange.tools.form import Form
from xlmatrix.model import ImportMapping, MatrixSpec
from xlmatrix.model.importing import LEAVE


class How(StrEnum):
    """How a word was understood."""

    MAPPED = "mapped"
    NAMED = "by its name"
    DEFAULT = "by default"
    UNKNOWN = "not known"
    LEFT = "left as it is"


@dataclass(slots=True)
class Word:
    """A word of the file: its meaning, how it came to it, how many rows have it, the first one."""

    meaning: str
    how: How
    rows: int = 0
    line: int = 0
    file: str = ""


#: Words for how bad it is, in every tool that was seen, from 1, the worst.
_RANKS: Final[Mapping[str, int]] = {
    word.replace("_", " "): rank
    for rank, words in enumerate(
        (
            "critical blocker urgent highest emergency immediate p0 p1 sev0 sev1 s1 1"
            " kritisch blockierend crítica crítico critique"
            " très_haute höchste sehr_hoch muy_alta más_alta",
            "high major p2 sev2 s2 2 hoch alta alto haute",
            "medium moderate normal p3 sev3 s3 3 mittel media medio moyenne média",
            "low minor p4 sev4 s4 4 niedrig gering baja bajo basse baixa",
            "lowest trivial planning none info informational p5 sev5 s5 5 niedrigste más_baja"
            " sehr_niedrig muy_baja très_basse",
        ),
        start=1,
    )
    for word in words.split()
}


def folded(text: str) -> str:
    """A word without what people vary: case, and how much space stands where."""
    return " ".join(text.split()).casefold()


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


@dataclass(slots=True)
class Meanings:
    """The words of one import.

    Without a spec severities and classes stay empty; states are known all the same.
    """

    form: Form
    mapping: ImportMapping
    spec: MatrixSpec | None = None
    words: dict[str, dict[str, Word]] = field(default_factory=dict)
    _states: dict[tuple[str, str, str], State] = field(default_factory=dict)
    _groups: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for setting in ("priority", "category", "state", "reason", "owner"):
            self.words.setdefault(setting, {})

    # -- severities

    def severity(self, word: str) -> str:
        """The id of the severity that a word stands for; "" leaves it to the class."""
        return self._word("priority", word, self._severity).meaning

    def _severity(self, word: str) -> Word:
        known = _keyed(self.mapping.priority)
        key = folded(word)
        plain, number = plain_word(word), _number(word)
        for tried in self._keys("priority", word):
            if tried in known:
                return Word(known[tried], How.MAPPED)
        if number and (same := [one for text, one in known.items() if _number(text) == number]):
            return Word(same[0], How.MAPPED)
        if self.spec is None:
            return Word("", How.NAMED)
        ids = {_bare(one.id): one.id for one in self.spec.severities}
        names = {folded(one.name): one.id for one in self.spec.severities}
        if (named := ids.get(_bare(word)) or names.get(key) or names.get(plain)) is not None:
            return Word(named, How.NAMED)
        if (default := self.mapping.default_severity) and default != LEAVE:
            return Word(default, How.DEFAULT if word else How.UNKNOWN)
        rank = self.rank(word)
        if rank is None:
            return Word("", How.UNKNOWN)
        return Word(self.spec.severities[min(rank, len(self.spec.severities)) - 1].id, How.DEFAULT)

    def rank(self, word: str) -> int | None:
        """How bad a word is, from 1, the worst; None for one that says nothing of it."""
        for tried in (folded(word), plain_word(word), _bare(word)):
            if tried in self.form.severities:
                return self.form.severities[tried]
        # Numbers run one way here and the other way there: only the tool's own table tells.
        plain = (plain_word(word), _bare(word))
        return next((_RANKS[one] for one in plain if one in _RANKS and not one.isdigit()), None)

    def severity_label(self, labels: Sequence[str]) -> str:
        """Of a ticket's labels the one that says its severity; the worst of several, "" for none.

        Labels say many things: only those count that the mapping names, or that are called like a
        severity of the matrix.
        """
        order = [one.id for one in self.spec.severities] if self.spec else []
        for how in (How.MAPPED, How.NAMED):
            found = {label: self._severity(label) for label in labels}
            said = {label: one.meaning for label, one in found.items() if one.how is how}
            told = [label for label, meaning in said.items() if meaning]
            for label in told:
                self.words["priority"].setdefault(label, found[label])
            if told:
                return min(told, key=lambda one: order.index(said[one]) if order else 0)
        return ""

    # -- classes

    def class_of(self, klass: str, category: str) -> str:
        """The name of the class of a ticket, by what it says of class and category."""
        return self._word("category", klass or category, self._class).meaning

    def _class(self, word: str) -> Word:
        if self.spec is None:
            return Word("", How.NAMED)
        names = {kind.id: kind.name for kind in self.spec.classes}
        known = _keyed(self.mapping.category)
        if folded(word) in known:
            return Word(names[known[folded(word)]], How.MAPPED)
        own = {folded(one): name for id_, name in names.items() for one in (id_, name)}
        if folded(word) in own:
            return Word(own[folded(word)], How.NAMED)
        if (default := self.mapping.default_class) and default != LEAVE:
            return Word(names[default], How.DEFAULT if word else How.UNKNOWN)
        return Word("", How.UNKNOWN)

    # -- states

    def state(self, word: str, reason: str = "", group: str = "") -> State | None:
        """What a state is to the clocks; None where nobody can tell.

        ``reason`` is what it waits for or why it ended, ``group`` a word for its group of states.
        """
        group = group or self._groups.get(folded(word), "")
        known = self._states.get((word, reason, group))
        if known is None:
            found = self._state(word, reason, group)
            if found is None:
                return None
            known = self._states[word, reason, group] = found
        return known

    def state_label(self, labels: Sequence[str]) -> str:
        """Of a ticket's labels the one that the mapping names as a state, "" for none."""
        told = [label for label in labels if self._is_mapped("state", label)]
        kinds = {label: state.kind for label in told if (state := self.state(label)) is not None}
        for label in kinds:
            self.hear("state", label, 0, "")
        for kind in (Kind.NOT_COUNTED, Kind.WAITING):
            if found := next((label for label in kinds if kinds[label] is kind), ""):
                return found
        return next(iter(kinds), "")

    def learn(self, words: Iterable[tuple[str, str]]) -> None:
        """Take from tickets of which group their states are: histories name the states alone."""
        for word, group in words:
            if word and group:
                self._groups.setdefault(folded(word), group)

    def hear(self, what: str, word: str, line: int, file: str) -> None:
        """Take note of a state, or a reason, that only a history may name."""
        known = self.words[what]
        if what == "reason":
            if word not in known and self._is_mapped("reason", word):
                known[word] = Word(word, How.MAPPED, 0, line, file)
            return
        if word not in known:
            state = self.state(word)
            known[word] = self._state_word(word, state, line, file)
        known[word].rows += known[word].how is How.UNKNOWN

    def ticket_state(self, word: str, reason: str, group: str, resolution: str) -> State | None:
        """What the state of a ticket is that also says why it ended."""
        if not (word or reason or group or resolution):
            return None
        if resolution:
            ended = self.state(word, resolution, group)
            if ended is not None and (ended.kind is Kind.NOT_COUNTED or not reason):
                return ended
        return self.state(word, reason, group)

    def _state(self, word: str, reason: str, group: str) -> State | None:
        mapped = _keyed(self.mapping.state)
        told = [mapped[tried] for tried in self._keys("state", word) if tried in mapped]
        if told:
            state: State | None = SETTINGS[told[0]]
        else:
            state = state_of(word, self.form.states) if word else None
            grouped = state_of(group, self.form.states) if group else None
            if grouped is not None and (
                state is None or self.form.group_decides or _at_odds(state, grouped)
            ):
                state = grouped
        return self._with_reason(state, reason) if reason else state

    def _with_reason(self, state: State | None, reason: str) -> State | None:
        mapped = _keyed(self.mapping.reason)
        told = [mapped[tried] for tried in self._keys("reason", reason) if tried in mapped]
        said = SETTINGS[told[0]] if told else reason_of(reason, self.form.reasons)
        if said is None or state is None:
            return state or said
        # What is awaited changes a pause, why it ended changes an end; neither the other.
        if said.kind is Kind.NOT_COUNTED:
            # Of two reasons not to count, the mapped one or the more exact one is told.
            as_well = state.kind is Kind.NOT_COUNTED and not told
            other = as_well and said != SETTINGS["duplicate"]
            return state if state.kind.running or other else said
        waits = state.kind is Kind.WAITING
        return said if waits and said.kind.running else state

    def count_states(self, lines: Iterable[tuple[str, str, str, int, str, int]]) -> None:
        """Count states with their reasons and groups, the first line, its file and the rows."""
        for word, reason, group, line, file, rows in lines:
            state = self.state(word, reason, group)
            if word:
                found = self.words["state"].get(word)
                if found is None:
                    found = self._state_word(word, state, line, file)
                    self.words["state"][word] = found
                found.rows += rows
            if reason and self._is_mapped("reason", reason):
                found = self.words["reason"].setdefault(
                    reason, Word(reason, How.MAPPED, 0, line, file)
                )
                found.rows += rows

    def _state_word(self, word: str, state: State | None, line: int, file: str) -> Word:
        if state is None:
            how = How.LEFT if self._is_left("state", word) else How.UNKNOWN
            return Word("", how, 0, line, file)
        how = How.MAPPED if self._is_mapped("state", word) else How.NAMED
        return Word(state.why.lower() or state.kind.value, how, 0, line, file)

    def covers(self, setting: str, key: str, word: str) -> bool:
        """Whether a mapping that has a key says by it what a word means."""
        number = _number(key) if setting == "priority" and word.isdigit() else ""
        return folded(key) in self._keys(setting, word) or (bool(number) and number == word)

    def _is_left(self, setting: str, word: str) -> bool:
        """Whether the mapping leaves a word, "" being the rows without one, as it is."""
        if not word:
            default = {
                "priority": self.mapping.default_severity, "category": self.mapping.default_class
            }  # fmt: skip
            return default.get(setting) == LEAVE
        left = (key for key, said in getattr(self.mapping, setting).items() if said == LEAVE)
        return any(self.covers(setting, key, word) for key in left)

    def _is_mapped(self, setting: str, word: str) -> bool:
        known = _keyed(getattr(self.mapping, setting))
        return any(tried in known for tried in self._keys(setting, word))

    def why(self, state: str, reason: str) -> str:
        """What a ticket waits for, by name where the tool has a number for it."""
        setting, word = ("reason", reason) if reason else ("state", state)
        return self.form.called.get(setting, {}).get(folded(word), word)

    def _keys(self, setting: str, word: str) -> tuple[str, ...]:
        """What a mapping may call a word: as it stands, without signs, its name or its number."""
        key, plain = folded(word), plain_word(word)
        names = self.form.called.get(setting, {})
        numbers = [number for number, name in names.items() if folded(name) in (key, plain)]
        return (key, plain, *numbers, *([folded(names[key])] if key in names else ()))

    # -- what was used

    def count(self, setting: str, word: str, line: int, file: str, rows: int = 1) -> None:
        """Count rows that have a word."""
        found = self.words[setting][word]
        if not found.rows:
            found.line, found.file = line, file
        found.rows += rows

    def unused(self) -> dict[str, list[str]]:
        """By setting, the keys of the mapping that no row had."""
        found: dict[str, list[str]] = {}
        for setting in ("priority", "category", "state", "reason"):
            met = {tried for word in self.words[setting] for tried in self._keys(setting, word)}
            numbers = {_number(word) for word in self.words[setting]} - {""}
            keys = [
                key
                for key, said in getattr(self.mapping, setting).items()
                if said != LEAVE
                and folded(key) not in met
                and not (setting == "priority" and _number(key) in numbers)
            ]
            if keys:
                found[setting] = keys
        return found

    def _word(self, setting: str, word: str, work_out: Callable[[str], Word]) -> Word:
        known = self.words[setting].get(word)
        if known is None:
            known = self.words[setting][word] = work_out(word)
            if known.how in (How.DEFAULT, How.UNKNOWN) and self._is_left(setting, word):
                known.how = How.LEFT
        return known


def _at_odds(state: State, group: State) -> bool:
    """Whether a word says that the work is over and its group that it is not, or the reverse."""
    return state.kind is not Kind.NOT_COUNTED and state.kind.ended is not group.kind.ended


def _keyed(mapping: Mapping[str, str]) -> dict[str, str]:
    """What a mapping says by its folded words, without those that it leaves."""
    return {folded(text): value for text, value in mapping.items() if value != LEAVE}


def _number(word: str) -> str:
    """The number before ``1 - Critical``, or the word itself where it is a number; else ""."""
    head = word.partition(" - ")[0].strip()
    return head if head.isascii() and head.isdigit() else ""
