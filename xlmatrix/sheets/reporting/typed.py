"""What people typed about reports: rules, scope, moments and notices, read as formulas read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import floor
from typing import Final

from xlmatrix.model.obligations import (
    END_OF_YEAR,
    FILING,
    MEMBER,
    MEMBER_FACT,
    TRIGGER,
    Fact,
    Obligation,
)
from xlmatrix.rules.cells import number_of, text_in, word_in
from xlmatrix.rules.instants import EPOCH_S
from xlmatrix.rules.reporting.counting import MOST
from xlmatrix.rules.reporting.outcome import NEVER
from xlmatrix.rules.reporting.rows import (
    ClockRow,
    RuleRow,
    asks_of,
    condition_text,
    row_of,
    trimmed,
)
from xlmatrix.sheets.inputs import plain
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Value
from xlmatrix.sheets.reporting.authorities import Authorities
from xlmatrix.tables.kinds import stamp_s
from xlmatrix.tables.meaning import place_in
from xlmatrix.tables.obligations import NOTICES, OBLIGATIONS
from xlmatrix.tables.reporting import FURTHER, MOMENTS, RULES, SCOPE, clock_headers
from xlmatrix.worktime.serials import moment_of

#: Ready rows of the tables of notices and of moments.
READY_NOTICES: Final = 8
READY_MOMENTS: Final = 16


def added_keys(
    scene: Scene, table: str, known: Iterable[str], first: str, *, nameless: bool = False
) -> list[str]:
    """The keys of a table's rows as they stand: the known ones, then those that people added.

    People delete and rename rows; whoever says what is typed names all rows in ``first`` or none.
    A row that has no name yet is left out unless ``nameless`` asks for it; its key is empty.
    """
    typed = dict.fromkeys(
        key for name, key, _ in scene.typed if name == table and (key or nameless)
    )
    stated = any(name == table and header == first for name, _, header in scene.typed)
    return list(typed if stated else dict.fromkeys([*known, *typed]))


def rule_cells(scene: Scene) -> dict[str, dict[str, Value]]:
    """What stands in the table of rules, by key and column."""
    full = {one.id: _offered(one) for one in scene.spec.obligations.resolved()}
    return {
        key: {
            column.id: scene.value(RULES.name, key, column.id, full.get(key, {}).get(column.id))
            for column in RULES.typed
        }
        | {"ID": scene.value(RULES.name, key, "ID", key)}
        for key in added_keys(scene, RULES.name, full, "ID", nameless=True)
    }


def _offered(full: Obligation) -> dict[str, Value]:
    """What the spec says of a rule, by column."""
    cells: dict[str, Value] = {
        "Counts from": full.after if full.after != TRIGGER else None,
        "Takes": full.take if full.clocks else None,
        "Ends": full.ends if full.ends != "clock" else None,
        "Series until": full.until,
        "Rolls if": condition_text(full.roll_if) or None,
        "Zone": full.zone,
        "Holidays": full.calendar,
        "Applies if": condition_text(full.applies_to) or None,
        "Reportable if": condition_text(full.when) or None,
        "One report": full.group,
        "Standing": full.force,
        "In force from": full.effective,
        "In force to": full.until_date,
        "Source read": full.read,
        "Read again after days": full.stale_after if full.read else None,
        "May change on": full.posture_date,
        "Inference": "yes" if full.inference else None,
        "Question": full.asks,
        "Before missing it": full.will_miss,
    }
    for number, clock in zip(FURTHER, full.clocks, strict=False):
        header = clock_headers(number)
        cells |= {
            header["mode"]: clock.mode,
            header["after"]: clock.after,
            header["amount"]: clock.amount or None,
            header["unit"]: clock.unit,
            header["when"]: condition_text(clock.when) or None,
            header["lapses"]: clock.lapses,
        }
    return cells


def whole(value: Value) -> int:
    """The amount that a clock counts: no part of one, and none below zero."""
    return floor(min(max(number_of(plain(value)) or 0, 0), MOST))


def text(value: Value) -> str:
    """The text of a cell, "" for an error value."""
    return word_in(plain(value))


def condition(value: Value) -> str:
    """The text of a condition; what an error value asks, nobody answers."""
    return text_in(plain(value))


@dataclass(frozen=True, slots=True)
class TypedRule:
    """An obligation as it stands in the workbook, with the place of its row of rules from 1."""

    cell: Value
    regime: str
    article: str
    recipient: str
    row: RuleRow
    rules_row: int | None


def typed_rules(scene: Scene) -> list[TypedRule]:
    """The obligations as they stand, in the order of their table."""
    full = {one.id: one for one in scene.spec.obligations.resolved()}
    rules = list(rule_cells(scene).values())
    ids = [plain(cells["ID"]) for cells in rules]
    roles = {role.id: role.name for role in scene.spec.roles}
    found = []
    for key in added_keys(scene, OBLIGATIONS.name, full, "ID"):
        one = full.get(key)
        default: Mapping[str, Value] = (
            {}
            if one is None
            else {
                "Regime": one.regime,
                "Recipient": one.recipient,
                "Article": one.article,
                "Amount": one.amount or None,
                "Unit": one.unit,
                "Roll": one.roll,
                "Decider": roles.get(one.decider or ""),
            }
        )
        cells = {
            header: scene.value(OBLIGATIONS.name, key, header, default.get(header))
            for header in _READ
        }
        cell = scene.value(OBLIGATIONS.name, key, "ID", key)
        place = place_in(plain(cell), ids)
        asked = rules[place - 1] if place is not None else {}
        row = _row(text(cell), cells, asked)
        regime, article, recipient = (text(cells[header]) for header in _READ[:3])
        found.append(TypedRule(cell, regime, article, recipient, row, place))
    return found


#: Columns of obligations that clocks and pages read.
_READ: Final = ("Regime", "Article", "Recipient", "Amount", "Unit", "Roll", "Decider")


def _row(id_: str, cells: Mapping[str, Value], asked: Mapping[str, Value]) -> RuleRow:
    def said(header: str, default: str = "") -> str:
        return text(asked.get(header)).lower() or default

    first = ClockRow(
        said("Counts from", TRIGGER), whole(cells["Amount"]), text(cells["Unit"]).lower()
    )
    return RuleRow(
        id_,
        (first, *(_clock(asked, number) for number in FURTHER)),
        said("Takes", "earliest"),
        said("Series until"),
        said("Ends", "clock"),
        text(cells["Roll"]).lower() or "none",
        asks_of(condition(asked.get("Rolls if"))),
        text(asked.get("Zone")),
        text(asked.get("Holidays")),
        asks_of(condition(asked.get("Applies if"))),
        asks_of(condition(asked.get("Reportable if"))),
        said("One report"),
        said("Standing", "in force"),
        day(asked.get("In force from")),
        day(asked.get("In force to")),
        day(asked.get("May change on")),
        day(asked.get("Source read")),
        _stale_on(asked),
        said("Inference") == "yes",
        text(cells["Decider"]),
    )


def _clock(asked: Mapping[str, Value], number: int) -> ClockRow:
    cells = {field: asked.get(header) for field, header in clock_headers(number).items()}
    return ClockRow(
        text(cells["after"]).lower(),
        whole(cells["amount"]),
        text(cells["unit"]).lower(),
        text(cells["mode"]).lower() or "also",
        asks_of(condition(cells["when"])),
        text(cells["lapses"]).lower(),
    )


def day(value: Value) -> date | None:
    """The date of a cell; None for what is none."""
    seconds = stamp_s(plain(value))
    return None if seconds is None else moment_of((seconds + EPOCH_S) / 86_400).date()


def _stale_on(asked: Mapping[str, Value]) -> date | None:
    read, after = (
        day(asked.get("Source read")),
        number_of(plain(asked.get("Read again after days"))),
    )
    if read is None or after is None:
        return None
    return date.fromordinal(min(read.toordinal() + floor(max(after, 0)) + 1, date.max.toordinal()))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table of moments: what it speaks of, and the instant or the answer.

    ``key`` is ``incident|what`` as formulas compare it; ``at`` is an epoch second. ``answer`` is ""
    for what is no answer to its fact.
    """

    key: str
    cells: Mapping[str, Value]
    name: str
    shown_key: str = ""
    zone_number: int = 1
    at: int | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that people said of scope, moments and facts."""

    scope: Mapping[str, str]
    lines: Sequence[Line] = field(default_factory=tuple)

    @property
    def member(self) -> str:
        """The member state of the matrix."""
        return self.scope.get(MEMBER_FACT, "")

    def answers(self, incident: str) -> dict[str, str]:
        """The answers for an incident, the matrix's among them and before them."""
        prefix = f"{incident}|".casefold()
        own: dict[str, str] = {}
        for line in self.lines:
            if line.key.startswith(prefix):
                own.setdefault(line.key.removeprefix(prefix), line.answer)
        return own | dict(self.scope)

    def moments(self, incident: str) -> dict[str, int | str]:
        """When each moment of an incident was, the earliest of several."""
        prefix = f"{incident}|".casefold()
        found: dict[str, int | str] = {}
        for line in self.lines:
            if not line.key.startswith(prefix):
                continue
            moment = line.key.removeprefix(prefix)
            before = found.get(moment)
            if line.at is not None:
                found[moment] = line.at if not isinstance(before, int) else min(line.at, before)
            elif before is None:
                found[moment] = NEVER if line.answer.lower() == NEVER else ""
        return found


def facts_asked(scene: Scene) -> tuple[list[Fact], list[Fact]]:
    """The facts that the spec's rules ask for: of the matrix, and of an incident; each once.

    What people typed over a rule counts from the next regeneration: a list offers no slips.
    """
    known = scene.spec.obligations.every_fact()
    wanted: dict[str, None] = {}
    rows = _spec_rows(scene)
    for row in rows:
        wanted |= dict.fromkeys(one.fact for one in row.asked)
    follows = any(MEMBER in (row.zone, row.calendar) for row in rows)
    if follows and MEMBER_FACT in known:
        wanted = {MEMBER_FACT: None, **wanted}
    facts = [known[fact] for fact in wanted if fact in known]
    return (
        [fact for fact in facts if fact.of == "matrix"],
        [fact for fact in facts if fact.of == "incident"],
    )


def answers_of(fact: Fact) -> str:
    """What answers a fact, between commas, as formulas look for it."""
    return f",{','.join(fact.answers)},".lower()


def answered(fact: Fact | None, said: str) -> str:
    """What is said of a fact, "" for what is none of its answers: nothing is decided by a slip."""
    known = fact is None or f",{trimmed(said)}," in answers_of(fact)
    return " ".join(part for part in said.split(" ") if part) if known else ""


def asked_words(fact: Fact) -> str:
    """A question with the answers to choose from."""
    return f"{fact.asks} ({', '.join(fact.answers)})"


def anchors_asked(scene: Scene) -> list[str]:
    """What the spec's rules count from or end with, each once: moments, filings, ends of years."""
    wanted: dict[str, None] = {}
    for row in _spec_rows(scene):
        named = [row.until, *(one.after for one in row.clocks), *(one.lapses for one in row.clocks)]
        wanted |= dict.fromkeys(one for one in named if one not in ("", TRIGGER))
    return list(wanted)


def moments_asked(scene: Scene) -> list[str]:
    """The moments behind them that people note, each once; no filings."""
    inner = (anchor.removeprefix(END_OF_YEAR) for anchor in anchors_asked(scene))
    wanted = dict.fromkeys(one for one in inner if one and not one.startswith(FILING))
    known = scene.spec.obligations.every_moment()
    return [known[one].id if one in known else one for one in wanted if one != TRIGGER]


def moments_said(scene: Scene) -> list[str]:
    """What the moments of :func:`moments_asked` mean; the word itself for one of one's own."""
    known = scene.spec.obligations.every_moment()
    asked = moments_asked(scene)
    return [known[one.lower()].says if one.lower() in known else one for one in asked]


def happened_words(scene: Scene) -> dict[str, str]:
    """The moments and the facts of an incident that the rules ask for, with what each means."""
    moments = zip(moments_asked(scene), moments_said(scene), strict=True)
    return {**dict(moments), **{fact.id: asked_words(fact) for fact in facts_asked(scene)[1]}}


def _spec_rows(scene: Scene) -> list[RuleRow]:
    return [row_of(full) for full in scene.spec.obligations.resolved()]


def told(scene: Scene, places: Authorities) -> Told:
    """What people said, from the sheets."""
    matrix, _ = facts_asked(scene)
    scope = {fact.id.lower(): answered(fact, scope_answer(scene, fact)) for fact in matrix}
    return Told(scope, tuple(moment_lines(scene, places)))


def scope_answer(scene: Scene, fact: Fact) -> str:
    """What stands as the answer to a question of the matrix."""
    given = scene.spec.obligations.scope.get(fact.id)
    return text(scene.value(SCOPE.name, fact.id, "Answer", given))


def moment_lines(scene: Scene, places: Authorities) -> list[Line]:
    """The rows of the table of moments, ready ones too."""
    known = [f"M{number:02}" for number in range(1, READY_MOMENTS + 1)]
    facts = {fact.id.lower(): fact for fact in facts_asked(scene)[1]}
    return [
        _line(scene, key, places, facts)
        for key in dict.fromkeys([*known, *added_keys(scene, MOMENTS.name, known, "Line")])
    ]


def _line(scene: Scene, name: str, places: Authorities, facts: Mapping[str, Fact]) -> Line:
    cells = {column.id: scene.value(MOMENTS.name, name, column.id) for column in MOMENTS.typed}
    incident, what = text(cells["Incident"]), text(cells["What"])
    key = f"{incident}|{what}" if incident and what else ""
    wall = stamp_s(plain(cells["When"]))
    number = places.zone_number(text(cells["Zone"]), "")
    at = None if wall is None or not key else int(places.zones[number - 1].to_utc(wall))
    answer = answered(facts.get(what.lower()), text(cells["Answer"]))
    return Line(key.casefold(), cells, name, key, number, at, answer)


def notice_keys(scene: Scene) -> list[str]:
    """The keys of the rows of notices, ready ones first."""
    known = [f"N{number:02}" for number in range(1, READY_NOTICES + 1)]
    added = dict.fromkeys(key for table, key, _ in scene.typed if table == NOTICES.name and key)
    return [*known, *(key for key in added if key not in known)]
