"""The words in braces of the messages: what stands for each by itself, in hidden cells of Comms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from xlmatrix.formula import Expr, F, exact, if_, iferror, lit, ref, span
from xlmatrix.model.guides import VERDICT_WORDS
from xlmatrix.model.messages import CommsContent
from xlmatrix.rules import names
from xlmatrix.rules.guides.messages import WITHHELD, Word
from xlmatrix.rules.guides.updates import next_update, next_update_expr
from xlmatrix.rules.incidents.public_state import STATES
from xlmatrix.rules.incidents.steps import CUSTOMER, INTERNAL, RESOLVE
from xlmatrix.rules.instants import serial
from xlmatrix.rules.words import stamp, stamp_expr
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.guides.comms_choice import LOG_ROW, OUTSIDE, Choice
from xlmatrix.sheets.guides.log import cell_expr
from xlmatrix.sheets.plan import Formula, Value

_NOT_YET: Final = "[time]"
#: What an incident fills in by itself: the word in braces and the column of the log.
TEXTS: Final = {
    "id": "ID",
    "title": "Title",
    "class": "Class",
    "severity": "Severity",
    "state": "Public now",
    "status": "Status",
    "owner": "Response owner",
    "speaker": "Comms owner",
    "next_step": "Next step",
    "breaches": "Breaches",
}
STAMPS: Final = {
    "opened": "Opened",
    "resolved": "Resolved",
    "last_update": "Last update",
    "next_due": "Next due",
    "review_due": "Review due",
}
#: The update that is due next once this message is sent, by the code of its target.
UPDATES: Final = {"next_update": CUSTOMER.code, "internal_due": INTERNAL.code}
#: Columns of which nothing is an answer too.
_MAY_BE_NONE: Final = ("next_step", "breaches")
ANY: Final = "any"
#: What the log says for the next update, in cells that no release used before.
_OF_UPDATES: Final = ((2, 43), (3, 43))


@dataclass(slots=True)
class WordCells:
    """The hidden cells, one row a word from the first: the word, raw, text, how many blanks."""

    draft: Draft
    choice: Choice
    first: int
    words: list[Word] = field(default_factory=list)
    fills: dict[str, str] = field(default_factory=dict)
    """Who fills a word, where the workbook does not."""

    def __post_init__(self) -> None:
        self.draft.hidden_columns.update(range(self.first, self.first + 4))

    def add(
        self, name: str, shown: Value | Formula, blanks: int | Formula = 0, raw: Any = None
    ) -> None:
        """One more word."""
        row = len(self.words) + 1
        text, count = (
            value.value if isinstance(value, Formula) else value for value in (shown, blanks)
        )
        word = Word("{" + name + "}", str(text or ""), int(count))  # type: ignore[arg-type]
        self.words.append(word)
        self.draft.put(row, self.first, word.braced, "helper")
        if raw is not None:
            self.draft.put(row, self.first + 1, raw, "helper")
        self.draft.put(row, self.first + 2, shown, "helper")
        self.draft.put(row, self.first + 3, blanks, "helper")

    def column(self, offset: int) -> Expr:
        """The cells of all words: 0 the word, 2 what it says, 3 how many blanks."""
        column = self.first + offset
        return span(1, column, len(self.words), column)

    def of_people(self, shared: CommsContent) -> None:
        """What only a person knows."""
        for place in shared.typed:
            self.add(place.name, place.hint or None, 0 if place.optional else 1)
            about = f": {place.about}" if place.about else ""
            self.fills["{" + place.name + "}"] = (
                f"you, or nobody{about}" if place.optional else "you"
            )

    def of_log(self) -> None:
        """What the incident says by itself."""
        for name, header in (*TEXTS.items(), *STAMPS.items()):
            raw = ref(len(self.words) + 1, self.first + 1)
            value = self.choice.chosen.cell(header)
            if name in STAMPS:
                self._time(name, Formula(cell_expr(header, LOG_ROW), value))
                continue
            inside = name in VERDICT_WORDS
            hint = "none" if name in _MAY_BE_NONE else f"[{name}]"
            told: Expr = if_(raw.filled(), raw & "", hint)
            text = str(value or hint)
            bare = F.IF(raw.filled(), 0, 0 if name in _MAY_BE_NONE else 1)
            blanks = 0 if name in _MAY_BE_NONE or value not in ("", None) else 1
            if inside:
                told, bare = (
                    F.IF(OUTSIDE, WITHHELD, told),
                    F.IF(OUTSIDE, 1, bare),
                )
                text, blanks = (WITHHELD, 1) if self.choice.is_outside else (text, blanks)
            self.add(
                name,
                Formula(told, text),
                Formula(bare, blanks),
                Formula(cell_expr(header, LOG_ROW), value),
            )

    def of_updates(self) -> None:
        """By when the next update comes after this one."""
        asked = "policy row", f"{RESOLVE.code} done s"
        values = [self.choice.chosen.cell(header) for header in asked]
        for place, header, value in zip(_OF_UPDATES, asked, values, strict=True):
            self.draft.put(*place, Formula(cell_expr(header, LOG_ROW), value), "helper")
        self.draft.hidden_columns.update(column for _, column in _OF_UPDATES)
        row, ended = (ref(*place) for place in _OF_UPDATES)
        context = self.choice.scene.context
        for name, code in UPDATES.items():
            value = next_update(context, code, *values)
            self._time(name, Formula(next_update_expr(code, row, ended), value))

    def _time(self, name: str, raw: Formula) -> None:
        """A point in time as text, a blank where there is none."""
        cell = ref(len(self.words) + 1, self.first + 1)
        known = isinstance(raw.value, int | float)
        told = F.IF(F.ISNUMBER(cell), stamp_expr(cell), if_(cell.filled(), cell & "", _NOT_YET))
        text = stamp(float(raw.value)) if known else str(raw.value or _NOT_YET)  # type: ignore[arg-type]
        blanks = Formula(F.IF(cell.filled(), 0, 1), 0 if raw.value not in ("", None) else 1)
        self.add(name, Formula(told, text), blanks, raw)

    def of_state(self, shared: CommsContent) -> None:
        """The public state as a clause."""
        clauses = shared.states
        column = self.first + 5
        for row, state in enumerate(STATES, start=1):
            self.draft.put(row, column, state, "helper")
            self.draft.put(row, column + 1, clauses.get(state, state), "helper")
        self.draft.hidden_columns.update((column, column + 1))
        place = next(i for i, word in enumerate(self.words, start=1) if word.braced == "{state}")
        raw = ref(place, self.first + 1)
        listed = span(1, column, len(STATES), column)
        said = F.INDEX(span(1, column + 1, len(STATES), column + 1), F.MATCH(raw, listed, 0))
        state = str(self.choice.chosen.cell("Public now"))
        text = clauses.get(state, state) or "[state]"
        self.add(
            "state_says",
            Formula(iferror(said, lit("[state]")), text),
            Formula(if_(raw.filled(), 0, lit(1)), 0 if state else 1),
        )

    def of_workbook(self) -> None:
        """What is the same for every incident."""
        now = stamp(serial(self.choice.scene.context.as_of))
        self.add("now", Formula(stamp_expr(names.AS_OF), now))
        self.add("organisation", self.choice.scene.spec.organisation)
        self.add("zone", self.choice.scene.spec.zone)

    def of_family(self, shared: CommsContent) -> None:
        """Whole sentences, by the family of the incident's class."""
        group: dict[str, str] = {
            one: name for name, many in shared.families.items() for one in many
        }
        groups = [ANY, *shared.families]
        column = self.first + 7
        kinds = self.choice.scene.spec.classes
        place_of = {kind.name: groups.index(group.get(kind.family or "", ANY)) + 1
                    for kind in kinds}  # fmt: skip
        for row, (known, number) in enumerate(place_of.items(), start=1):
            self.draft.put(row, column, known, "helper")
            self.draft.put(row, column + 1, number, "helper")
        told = str(self.choice.chosen.cell("Class") or "").casefold()
        mine = next((n for known, n in place_of.items() if known.casefold() == told), 1)
        place = next(i for i, word in enumerate(self.words, start=1) if word.braced == "{class}")
        raw = ref(place, self.first + 1)
        height = len(place_of)
        found = F.MATCH(exact(raw & ""), span(1, column, height, column), 0)
        family = F.INDEX(span(1, column + 1, height, column + 1), found)
        self.draft.put(1, column + 2, Formula(iferror(family, lit(1)), mine), "helper")
        self.draft.hidden_columns.update(range(column, column + 3 + len(shared.sentences)))
        for offset, sentence in enumerate(shared.sentences, start=3):
            texts = [sentence.texts.get(name, sentence.texts.get(ANY, "")) for name in groups]
            for row, text in enumerate(texts, start=1):
                self.draft.put(row, column + offset, text or None, "helper")
            cells = span(1, column + offset, len(groups), column + offset)
            said = F.INDEX(cells, ref(1, column + 2)) & ""
            self.add(sentence.name, Formula(said, texts[mine - 1]))
