"""The chosen message with its words filled in, and whether it can go out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final

from xlmatrix.formula import Expr, F, col, if_, iferror, lit, place_of, ref, this
from xlmatrix.model.guides import VERDICT_WORDS
from xlmatrix.rules.cells import RowCells, text_in
from xlmatrix.rules.guides import messages as rules
from xlmatrix.rules.guides.messages import Filled, Word
from xlmatrix.rules.incidents import public_state
from xlmatrix.rules.incidents.columns import NOT_COUNTED
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.form import Form
from xlmatrix.sheets.guides.comms_choice import (
    AUDIENCE,
    LOG_ROW,
    OUTSIDE,
    PHASE,
    Choice,
    pick,
)
from xlmatrix.sheets.guides.comms_words import WordCells
from xlmatrix.sheets.guides.log import cell_expr
from xlmatrix.sheets.plan import Formula, Table
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.guides import COMMS_WORDS, MESSAGES
from xlmatrix.tables.kinds import NUMBER
from xlmatrix.tables.validation import Paint

FILL_IN: Final = "fill in"
_LEFT: Final = "blanks left"
#: Excel nests no more than 64 calls.
_MOST_NESTED: Final = 20
_HEADERS: Final = ("Subject", "Text")
#: Where the row of the message is found, below the lists.
_AT: Final = (40, 20)


@dataclass(frozen=True, slots=True)
class Template:
    """The chosen message as written: where its row is found, and its texts as cells."""

    at: Expr
    cells: tuple[Expr, Expr]
    texts: tuple[str, str]
    id: str
    column: int

    def has(self, word: Expr) -> Expr:
        """Whether a word stands in it."""
        return F.OR(*(F.ISNUMBER(F.FIND(word, cell)) for cell in self.cells))

    def holds(self, word: str) -> bool:
        """The twin of :meth:`has`."""
        return any(word in text for text in self.texts)


def template_of(draft: Draft, messages: Form, found: int, expr: Expr, column: int) -> Template:
    """The chosen message in hidden cells of ``column``: its row, its subject, its text."""
    message = messages.rows[found - 1] if found else None
    draft.hidden_columns.add(column)
    draft.put(*_AT, Formula(expr, found or ""), "helper")
    place = ref(*_AT)
    texts = ["", ""]
    for offset, header in enumerate(_HEADERS):
        texts[offset] = text_in(message[header]) if message else ""
        cell = iferror(F.INDEX(col(MESSAGES.name, header), place) & "")
        shown = Formula(if_(place.filled(), cell), texts[offset])
        draft.put(2 + offset, column, shown, "helper")
    used = text_in(message["ID"]) if message else ""
    cells = (ref(2, column), ref(3, column))
    return Template(place, cells, (texts[0], texts[1]), used, column)


def words_form(choice: Choice, cells: WordCells, template: Template) -> Form:
    """The words in braces: what stands for each, unless somebody types over it."""
    form = Form(choice.scene, COMMS_WORDS, [word.braced for word in cells.words])
    known = {word.braced: word for word in cells.words}

    def mark(cell: Expr) -> tuple[Paint, ...]:
        needed = ref(cell.row, cell.column + 2, absolute=False)  # type: ignore[attr-defined]
        return (Paint(needed.eq(FILL_IN), "soon"),)

    form.given("Type over it", paints=mark)
    typed = this("Type over it")
    empty = F.TRIM(typed & "").eq("")
    place = place_of(this("Word"), cells.column(0))

    def word_of(row: RowCells) -> Word:
        return known.get(str(row["Word"]), Word("", ""))

    def says(row: RowCells) -> str:
        return text_in(row["Type over it"]) if _typed(row) else word_of(row).says

    def left(row: RowCells) -> int:
        used = template.holds(str(row["Word"]))
        return word_of(row).blanks if used and not _typed(row) else 0

    by_itself = iferror(F.INDEX(cells.column(2), place) & "")
    form.made(COMMS_WORDS["Stands for"].by(F.IF(empty, by_itself, typed & ""), says))
    count = iferror(F.INDEX(cells.column(3), place) + 0, lit(0))
    open_ = F.IF(F.AND(empty, template.has(this("Word"))), count, 0)
    form.made(hidden_step(_LEFT, open_, left, NUMBER))
    form.made(
        COMMS_WORDS["Needed"].by(
            if_(this(_LEFT) > 0, FILL_IN),
            lambda row: FILL_IN if row.counted(_LEFT) > 0 else "",
        )
    )
    form.fixed("Filled by", [cells.fills.get(word.braced, "the workbook") for word in cells.words])
    return form


def _typed(row: RowCells) -> bool:
    return bool(text_in(row["Type over it"]).strip(" "))


def put_filled(
    draft: Draft,
    choice: Choice,
    template: Template,
    table: Table,
    words: list[Word],
    place: tuple[int, int],
) -> Filled:
    """Subject and text ready to copy, from the row ``place`` to the last, and the verdict above."""
    row, last = place
    known = (template.id, choice.picks[AUDIENCE], choice.picks[PHASE])
    filled = rules.fill(known, template.texts, words, standing_of(choice))
    steps = _steps(draft, template, table, [(word.braced, word.says) for word in words])
    for offset, (header, text) in enumerate(zip(_HEADERS, (filled.subject, filled.text),
                                                strict=True)):  # fmt: skip
        first, end = (row, row) if offset == 0 else (row + 1, last)
        draft.put(first, 5, header if offset == 0 else "Message", "key")
        draft.merge(first, 5, end, 5)
        shown = if_(template.at.filled(), rules.tidy_expr(steps[offset]))
        draft.put(first, 6, Formula(shown, text), "formula.wrap")
        draft.merge(first, 6, end, 7)
    blanks = sum(word.blanks for word in words if word.braced in filled.needed)
    at = ref(4, template.column), ref(5, template.column)
    stops = Formula(rules.stops_expr(_reasons(choice, template)), filled.stops)
    draft.put(4, template.column, stops, "helper")
    draft.put(5, template.column, Formula(F.SUM(col(COMMS_WORDS.name, _LEFT)), blanks), "helper")
    shown = if_(template.at.filled(), rules.verdict_expr(*at))
    draft.put(row - 1, 7, Formula(shown, filled.verdict if template.id else ""), "bold")
    cell = ref(row - 1, 7, absolute=False)
    stopped = F.LEFT(cell, len(rules.NOT_READY)).eq(rules.NOT_READY)
    draft.paint(
        area(row - 1, 7, row - 1, 7),
        Paint(stopped, "bad"),
        Paint(cell.eq(rules.READY), "good"),
        Paint(cell.filled(), "soon"),
    )
    return filled


def standing_of(choice: Choice) -> rules.Standing:
    """What decides besides blanks whether a message can go out."""
    ended, going = _phases(choice)
    return rules.Standing(
        choice.is_outside,
        public_state.contradicted(text_in(choice.chosen.cell("Check"))),
        text_in(choice.chosen.cell("Public now")),
        frozenset(map(str.casefold, ended)),
        frozenset(map(str.casefold, going)),
        text_in(choice.chosen.cell("Status")) == NOT_COUNTED,
    )


def _phases(choice: Choice) -> tuple[list[str], list[str]]:
    """The phases of an incident that is resolved, and those of one that goes on."""
    shared = choice.shared
    ended = [one for one in shared.phases if one in shared.ended]
    return ended, [one for one in shared.phases if one not in shared.ended]


def words_as_typed(form: Form, cells: WordCells) -> list[Word]:
    """The words in the order of the table, as people have typed over them."""
    blanks = {word.braced: word.blanks for word in cells.words}
    return [
        Word(
            text_in(row["Word"]),
            text_in(row["Stands for"]),
            0 if _typed(row) else blanks.get(text_in(row["Word"]), 0),
        )
        for row in form.rows
    ]


def _steps(
    draft: Draft, template: Template, table: Table, pairs: list[tuple[str, str]]
) -> list[Expr]:
    """The last of the hidden cells in which words are replaced, for the subject and the text."""
    at: list[Expr] = list(template.cells)
    texts = list(template.texts)
    row = 10
    for begin in range(0, len(pairs), _MOST_NESTED):
        some = range(begin, min(begin + _MOST_NESTED, len(pairs)))
        for offset in range(2):
            expr = at[offset]
            for index in some:
                word = ref(table.row + 1 + index, table.column_of("Word"))
                says = ref(table.row + 1 + index, table.column_of("Stands for"))
                expr = F.SUBSTITUTE(expr, word, says)
            texts[offset] = rules.substituted(texts[offset], [pairs[index] for index in some])
            draft.put(row, template.column, Formula(expr, texts[offset]), "helper")
            at[offset] = ref(row, template.column)
            row += 1
    return at


def _reasons(choice: Choice, template: Template) -> list[Expr]:
    """The formulas of what stops a message, as :class:`rules.Standing` has them."""
    braced = [lit("{" + word + "}") for word in VERDICT_WORDS]
    checked = cell_expr("Check", LOG_ROW)
    odd = F.OR(*(F.ISNUMBER(F.FIND(said, checked)) for said in public_state.CONTRADICTIONS))
    now = cell_expr("Public now", LOG_ROW)
    is_over = now.eq(public_state.STATES[-1])
    ended, going = _phases(choice)
    listed, left = col(COMMS_WORDS.name, "Word"), col(COMMS_WORDS.name, _LEFT)
    bare = reduce(add, (F.SUMIF(listed, word, left) for word in rules.IMPACTS))
    return [
        cell_expr("Status", LOG_ROW).eq(NOT_COUNTED),
        F.AND(OUTSIDE, F.OR(*map(template.has, braced))),
        F.AND(OUTSIDE, odd),
        F.AND(now.filled(), F.NOT(is_over), _among(PHASE, ended)),
        F.AND(is_over, _among(PHASE, going)),
        F.AND(OUTSIDE, bare > 0),
    ]


def _among(label: str, words: list[str]) -> Expr:
    if not words:
        return lit(False)
    return F.OR(*(pick(label).eq(word) for word in words))
