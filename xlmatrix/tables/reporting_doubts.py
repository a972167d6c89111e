"""What may be wrong with a row about reports: conditions, answers, moments, times of a zone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from xlmatrix.formula import Expr, F, col, exact, lit, name, place_among_texts, this
from xlmatrix.formula.errors import ERRORS
from xlmatrix.model.obligations import MOST_ASKED, law
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.doubt import Doubt, Lists, Row
from xlmatrix.tables.flags import HALF
from xlmatrix.tables.kinds import Raw, number_of, text_of
from xlmatrix.tables.meaning import place_in
from xlmatrix.worktime.serials import ZONE_SCALE

#: The answer to a question that nobody can answer yet.
NOT_KNOWN: Final = "not known"
#: Steps of a row: the answer that counts, and of a moment the number of its zone.
TOLD: Final = "told"
THERE: Final = "there"
_SCOPE: Final = "tScope"
_EARLY, _LATE = "Tz_KeyW1", "Tz_KeyW0"
_DIGITS: Final = "0123456789"
#: Longer than every cell.
_ALL: Final = 32_767
_HOUR: Final = re.compile(r"clock|day|([01]\d|2[0-3]):[0-5]\d")
_MEND: Final = "fact = answer, answer; fact = answer"


def fact_step(condition: str, part: int) -> str:
    """The step that holds the fact of a condition's part, from 1."""
    return f"{condition} fact {part}"


def answers_step(condition: str, part: int) -> str:
    """The step that holds the answers of a condition's part between commas."""
    return f"{condition} answers {part}"


# --- rules ----------------------------------------------------------------------------------------


def rule_doubts(conditions: Sequence[str]) -> Callable[[Sequence[str]], tuple[Doubt, ...]]:
    """The doubts of a row of rules, which has these conditions."""

    def doubts(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
        parsed = [one for one in conditions if fact_step(one, 1) in column_ids]
        return (
            _not_listed("ID", words.OBLIGATIONS, "ID is none of the obligations"),
            _no_end(),
            *(doubt for one in parsed for doubt in _condition_doubts(one)),
        )

    return doubts


def _not_listed(header: str, vocabulary: words.Vocabulary, said: str) -> Doubt:
    cell, listed = this(header), name(vocabulary.list_name)
    found = lit(1) / F.INDEX(listed, place_among_texts(cell, listed)).eq(cell)

    def holds(row: Row, _: Sequence[Row], lists: Lists) -> bool:
        value = row.get(header)
        return not _empty(value) and place_in(value, lists(vocabulary.list_name)) is None

    return Doubt("typed-word", said, F.AND(cell.filled(), F.ISERROR(found)), holds)


def _no_end() -> Doubt:
    cell = F.LOWER(this("Ends") & "")

    def among(place: int, count: int, signs: str) -> Expr:
        return F.ISNUMBER(F.FIND(F.MID(cell, place, count), lit(signs)))

    hour = F.AND(
        F.LEN(cell).eq(5), F.MID(cell, 3, 1).eq(":"), among(1, 1, "012"), among(2, 1, _DIGITS),
        among(4, 1, "012345"), among(5, 1, _DIGITS),
        F.NOT(among(1, 2, "24 25 26 27 28 29")),
    )  # fmt: skip
    fine = F.OR(cell.eq(""), cell.eq("clock"), cell.eq("day"), hour)
    return Doubt(
        "typed-time",
        "Ends is neither clock, nor day, nor an hour such as 17:30",
        F.NOT(fine),
        lambda row, _, __: (
            not _empty(row.get("Ends")) and not _HOUR.fullmatch(_text(row, "Ends").lower())
        ),
    )


def _condition_doubts(condition: str) -> Iterator[Doubt]:
    parts = range(1, MOST_ASKED + 1)
    facts = [this(fact_step(condition, part)) for part in parts]
    known = name(words.FACTS.list_name)
    strange = [F.AND(one.ne(""), F.ISERROR(F.MATCH(exact(one), known, 0))) for one in facts]

    def unknown(row: Row, _: Sequence[Row], lists: Lists) -> bool:
        named = [_text(row, fact_step(condition, part)) for part in parts]
        listed = lists(words.FACTS.list_name)
        return any(one != "" and place_in(one, listed) is None for one in named)

    said = f"{condition} asks for a fact that there is not: it stays open"
    yield Doubt("typed-word", said, F.OR(*strange), unknown)
    silent = [
        F.AND(fact.ne(""), this(answers_step(condition, part)).eq(",,"))
        for part, fact in zip(parts, facts, strict=True)
    ]

    def unanswered(row: Row, _: Sequence[Row], __: Lists) -> bool:
        return any(
            _text(row, fact_step(condition, part)) != ""
            and _text(row, answers_step(condition, part)) == ",,"
            for part in parts
        )

    yield Doubt("typed-half", f"{condition} is not {_MEND}", F.OR(*silent), unanswered)
    yield _too_many(condition)


def _too_many(condition: str) -> Doubt:
    """More facts than the sheet has room for, of which the first count."""
    cell = this(condition) & ""
    behind: Expr = cell
    for _ in range(MOST_ASKED):
        behind = F.MID(behind, F.FIND(";", behind) + 1, _ALL)
    more = F.IFERROR(F.TRIM(behind).ne(""), lit(False))

    def holds(row: Row, _: Sequence[Row], __: Lists) -> bool:
        return any(part.strip(" ") for part in _text(row, condition).split(";")[MOST_ASKED:])

    return Doubt("typed-word", f"{condition} has more than {MOST_ASKED} facts", more, holds)


# --- answers --------------------------------------------------------------------------------------


def scope_doubts(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
    """The doubts of an answer about the matrix."""
    clashes = (_clash(clash.scope, clash.says) for clash in law().clashes)
    return (*_slip(column_ids), *clashes)


def _slip(column_ids: Sequence[str]) -> Iterator[Doubt]:
    """An answer that is none: the step of the row that holds what counts is empty."""
    if TOLD in column_ids:
        said = _plain(this("Answer"))
        yield Doubt(
            "typed-word",
            "Not one of the answers: counts as not known",
            F.AND(said.ne(""), said.ne(NOT_KNOWN), this(TOLD).eq("")),
            lambda row, _, __: (
                _told(row.get("Answer")) not in ("", NOT_KNOWN) and _text(row, TOLD) == ""
            ),
        )


def _clash(scope: object, says: str) -> Doubt:
    """Answers that contradict each other, said beside the last of them."""
    asked: list[tuple[str, tuple[str, ...]]] = list(dict(scope).items())  # type: ignore[call-overload]
    *others, (last, wanted) = asked
    facts, given = col(_SCOPE, "Fact"), col(_SCOPE, "Answer")
    here = F.OR(*(_plain(this("Answer")).eq(one.lower()) for one in wanted))
    there = [
        sum_of([F.COUNTIFS(facts, lit(fact), given, lit(one)) for one in answers]) > 0
        for fact, answers in others
    ]

    def holds(row: Row, _: Sequence[Row], lists: Lists) -> bool:
        pairs = zip(lists(f"{_SCOPE}[Fact]"), lists(f"{_SCOPE}[Answer]"), strict=True)
        said = {(text_of(fact).casefold(), text_of(one).casefold()) for fact, one in pairs}
        return (
            _text(row, "Fact").casefold() == last.casefold()
            and _told(row.get("Answer")) in [one.lower() for one in wanted]
            and all(
                any((fact.casefold(), one.casefold()) in said for one in answers)
                for fact, answers in others
            )
        )

    when = F.AND(this("Fact").eq(last), here, *there)
    return Doubt("scope-contradicts", says[0].upper() + says[1:], when, holds)


def sum_of(parts: Sequence[Expr]) -> Expr:
    """The sum of some counts."""
    total = parts[0]
    for one in parts[1:]:
        total = total + one
    return total


# --- moments --------------------------------------------------------------------------------------


def moment_doubts(column_ids: Sequence[str]) -> tuple[Doubt, ...]:
    """The doubts of a line about an incident."""
    answer, when = _plain(this("Answer")), this("When")
    bare = F.AND(this("What").filled(), when.empty(), answer.eq(""))
    found = [
        _not_listed("Incident", words.NOTICE_INCIDENTS, "Incident is not in the log"),
        Doubt(
            HALF,
            "When or Answer is missing",
            bare,
            lambda row, _, __: (
                not _empty(row.get("What"))
                and _empty(row.get("When"))
                and _told(row.get("Answer")) == ""
            ),
        ),
        *_slip(column_ids),
    ]
    return (*found, _odd_there("When")) if THERE in column_ids else tuple(found)


def _odd_there(header: str) -> Doubt:
    """A time that the clock of its zone shows twice or never."""
    key = this(THERE) * ZONE_SCALE + F.ROUND(this(header) * 86_400, 0)
    odd = F.MATCH(key, name(_EARLY), 1).ne(F.MATCH(key, name(_LATE), 1))
    when = F.IF(F.ISNUMBER(this(header)), F.IFERROR(odd, lit(False)), lit(False))

    def holds(row: Row, _: Sequence[Row], lists: Lists) -> bool:
        serial, there = number_of(row.get(header)), number_of(row.get(THERE))
        if serial is None or there is None:
            return False
        wanted = there * ZONE_SCALE + int(serial * 86_400 + 0.5)
        early, late = ([number_of(one) or 0 for one in lists(known)] for known in (_EARLY, _LATE))
        return bisect_right(early, wanted) != bisect_right(late, wanted)

    said = f"The clock shows {header} twice or never: taken as the earlier time"
    return Doubt("typed-there", said, when, holds)


# --- cells ----------------------------------------------------------------------------------------


def _plain(cell: Expr) -> Expr:
    return F.LOWER(F.TRIM(cell & ""))


def _told(cell: Raw) -> str:
    """The twin of :func:`_plain`."""
    return " ".join(part for part in text_of(cell).split(" ") if part).lower()


def _text(row: Row, header: str) -> str:
    cell = row.get(header)
    return "" if cell in ERRORS else text_of(cell)


def _empty(cell: Raw) -> bool:
    return cell is None or cell == ""
