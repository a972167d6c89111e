"""From the exports of a tool to a table of incidents, with what the user has to decide."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, get_args

from xlmatrix.api.import_questions import Question, questions_of, with_answers
from xlmatrix.api.sources import Spec, paths_among, read_source
from xlmatrix.errors import Finding, Level, XlmatrixError, listed, plural
from xlmatrix.exchange import Tickets, tickets_of
from xlmatrix.exchange.tickets.reading import COUNTS
from xlmatrix.exchange.tickets.stamps import DateOrder
from xlmatrix.exchange.tools.plain import PLAIN
from xlmatrix.model import (
    ImportMapping,
    MatrixSpec,
    checked_mappings,
    dump_mappings,
    load_mappings,
)
from xlmatrix.model.importing import LEAVE, Tool
from xlmatrix.worktime import Zone

Progress = Callable[[str], None]
#: A mapping file, or mappings by tool, plain values as a file has them or models.
Mapped = str | os.PathLike[str] | Mapping[str, Any]
_MOST_LISTED: Final = 20
_MOST_IDLE: Final = 5


@dataclass(frozen=True, slots=True)
class Given:
    """What an import is made from: as of :func:`import_tickets`."""

    export: Any
    matrix: MatrixSpec | None
    mappings: Mapping[str, ImportMapping]
    mapping_file: Path | None
    format: str | None
    zone: str | None
    date_order: DateOrder | None

    @property
    def called(self) -> str:
        """The export, as an error names it."""
        names = [Path(one).name for one in paths_among(self.export)[:_MOST_LISTED]]
        return ", ".join(names) or "the export"


@dataclass(frozen=True, slots=True)
class TicketImport:
    """The tickets of one import.

    Attributes
    ----------
    tickets
        The tables, the counts of each file, how each word was understood, the findings.
    questions
        What the user may decide, each with the default that was taken.
    own
        The mapping of the tool with which it was read.
    answers
        What was decided, by question.
    """

    given: Given
    tickets: Tickets
    questions: tuple[Question, ...]
    own: ImportMapping
    answers: Mapping[Question, str] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is to be said of the files and of the mapping."""
        own = self.given
        given = own.mapping_file or own.mappings or None
        said = mapping_notes(given, own.mappings, self.tickets, own.matrix)
        return (*self.tickets.findings, *said)

    @property
    def defaults(self) -> dict[Question, str]:
        """Every question with its default."""
        return {question: question.default for question in self.questions}

    @property
    def kept(self) -> ImportMapping:
        """The mapping with the answers: what makes the next import mean the same unasked."""
        own = with_answers(self.own, self.answers)
        zone = self.given.zone
        naive = any(one.naive and not one.zone_fixed for one in self.tickets.files)
        return own.model_copy(update={"zone": zone}) if zone and naive else own

    @property
    def decided(self) -> dict[str, ImportMapping] | None:
        """The same by its tool, for a workbook of these tickets; None where nobody decided."""
        tool, given = self.tickets.tool, self.given
        said = self.answers or given.date_order or given.zone or tool in given.mappings
        return {tool: self.kept} if said else None

    @property
    def mapping(self) -> str:
        """The same as the text of a file; "" where nothing was to be decided."""
        decided = self.answers or self.given.date_order or self.given.zone
        return dump_mappings({self.tickets.tool: self.kept}) if decided else ""

    def answered(
        self, answers: Mapping[Question, str], progress: Progress | None = None
    ) -> TicketImport:
        """The import with answers; read again where one is another than the default."""
        made = replace(self, answers=dict(answers))
        if all(answer == question.default for question, answer in answers.items()):
            return made
        given = replace(
            self.given, mappings={**self.given.mappings, self.tickets.tool: made.kept}, zone=None
        )
        tickets = _read(given, progress)
        return replace(made, tickets=tickets)

    def to_dict(self) -> dict[str, Any]:
        """Everything but the tickets themselves, as values for JSON; findings apart."""
        tickets = self.tickets
        frame = tickets.incidents
        return {
            "tool": tickets.tool,
            "files": [
                {
                    "file": one.name,
                    "form": one.form,
                    "zone": one.zone,
                    **{name: getattr(one, name) for name in COUNTS},
                    "fields": [taken._asdict() for taken in one.taken],
                }
                for one in tickets.files
            ],
            "rows": tickets.totals,
            "states": dict(Counter(frame["state"])),
            "severities": counts_of(self, "severity"),
            "classes": counts_of(self, "class"),
            "logs": {
                "pauses": len(tickets.pauses),
                "changes": len(tickets.changes),
                "reopened": len(tickets.reopened),
            },
            "words": {
                setting: [
                    {"word": word, "meaning": found.meaning, "how": found.how.value,
                     "rows": found.rows, "where": f"{found.file}:{found.line}"}
                    for word, found in words.items()
                    if found.rows
                ]
                for setting, words in tickets.meanings.words.items()
                if words
            },
            "questions": [
                {"setting": one.setting, "word": one.word, "asks": one.asks,
                 "choices": list(one.choices), "default": one.default, "rows": one.rows,
                 "where": one.where, "answer": self.answers.get(one)}
                for one in self.questions
            ],
            "mapping": {
                tickets.tool: self.kept.model_dump(mode="json", exclude_defaults=True)
            },
        }  # fmt: skip


def import_tickets(
    given: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Any,
    spec: Spec | None = None,
    *,
    mapping: Mapped | None = None,
    format: str | None = None,  # noqa: A002
    zone: str | None = None,
    date_order: DateOrder | None = None,
    progress: Progress | None = None,
) -> TicketImport:
    """Read the exports of one tool, with what the user may decide about them.

    Parameters
    ----------
    given, spec, mapping
        As of :func:`xlmatrix.read_incidents`.
    format
        A tool or one of its forms; None tells by the content.
    zone
        The zone of stamps that name none, whatever a mapping says; None leaves it to that, else to
        the spec, else to UTC.
    date_order
        How dates are written that end with their year, whatever a mapping says.
    progress
        Called with what is being done.

    Raises
    ------
    DateOrderError
        Nothing decides whether the dates are day-first or month-first.
    XlmatrixError
        A file, the mapping or the zone cannot be used; or the files are of several tools.
    FindingsError
        Not one row can be used.
    """
    if zone is not None:
        Zone.load(zone)
    matrix = None if spec is None else read_source(spec)[1]
    path = Path(mapping) if isinstance(mapping, str | os.PathLike) else None
    said = Given(
        given,
        matrix,
        {} if mapping is None else mappings_of(mapping, matrix),
        path,
        format,
        zone,
        date_order,
    )
    tickets = _read(said, progress)
    own = _effective(said).get(tickets.tool) or ImportMapping()
    decided = tickets.tool in said.mappings
    # A zone that the user has named is decided.
    asked = own.model_copy(update={"zone": zone}) if zone else own
    return TicketImport(said, tickets, questions_of(tickets, matrix, asked, decided=decided), own)


def mappings_of(mapping: Mapped, spec: MatrixSpec | None) -> Mapping[str, ImportMapping]:
    """The mappings of a file, or those that are given.

    Raises
    ------
    XlmatrixError
        As of :func:`xlmatrix.model.load_mappings`, and for what is neither.
    """
    if isinstance(mapping, str | os.PathLike):
        return load_mappings(mapping, spec)
    return checked_mappings(mapping, spec)


def kept_mappings(mappings: Mapping[str, ImportMapping] | None) -> dict[str, Any]:
    """Mappings as a workbook keeps them, so that the next export is understood alike."""
    return {
        tool: one.model_dump(mode="json", exclude_defaults=True)
        for tool, one in (mappings or {}).items()
    }


def remembered_mappings(
    kept: Mapping[str, Any], spec: MatrixSpec
) -> Mapping[str, ImportMapping] | None:
    """The mappings that a workbook kept, without severities and classes that it has no more.

    None where it kept none.
    """
    severities = {LEAVE, *(one.id for one in spec.severities)}
    classes = {LEAVE, *(one.id for one in spec.classes)}
    found: dict[str, ImportMapping] = {}
    for tool, data in kept.items():
        one = ImportMapping.model_validate(data)
        found[tool] = one.model_copy(
            update={
                "priority": {k: v for k, v in one.priority.items() if v in severities},
                "category": {k: v for k, v in one.category.items() if v in classes},
                "default_severity": one.default_severity
                if one.default_severity in severities
                else None,
                "default_class": one.default_class if one.default_class in classes else None,
            }
        )
    return found or None


def tickets_within(given: Any) -> Any:
    """The tickets of an import; whatever else incidents are given as, as it is."""
    return given.tickets if isinstance(given, TicketImport) else given


def mapping_notes(
    mapping: Mapped | None,
    mappings: Mapping[str, ImportMapping],
    tickets: Tickets,
    spec: MatrixSpec | None,
) -> tuple[Finding, ...]:
    """What is to be said of a mapping that somebody gave, in one line; nothing of the spec's own.

    ``mappings`` are those that it holds.
    """
    if mapping is None:
        return ()
    tool = tickets.tool
    where = os.fspath(mapping) if isinstance(mapping, str | os.PathLike) else "mapping"
    if tool not in mappings:
        what = f"it says nothing of {tool}, of which the tickets are; it is of {_named(mappings)}"
        mend = f"Name the mapping of {tool}, or leave it out"
        return (Finding(Level.WARNING, "import-unused", what, where, mend),)
    own = spec.imports.get(tool) if spec is not None else None  # type: ignore[call-overload]
    said = []
    if own is not None and own != mappings[tool]:
        said.append(f"import.{tool} of the spec is not used")
    if idle := [f"'{key[:40]}'" for keys in tickets.meanings.unused().values() for key in keys]:
        said.append(f"no row has {listed(idle, ', ', _MOST_IDLE)}")
    if not said:
        return ()
    mend = "Nothing to do unless a word is misspelt, or the spec's own is meant"
    return (Finding(Level.NOTE, "import-mapping", "; ".join(said), where, mend),)


def plain_note(tickets: Tickets, spec: MatrixSpec) -> tuple[Finding, ...]:
    """That a plain table is read by none of the mappings that the spec has for tools."""
    tools = [f"import.{tool}" for tool in spec.imports if tool != tickets.tool]
    if tickets.tool != PLAIN.tool or not tools:
        return ()
    first = tickets.files[0]
    verb = "is" if len(tools) == 1 else "are"
    what = f"{first.form}; {listed(tools, ', ')} of the spec {verb} not used"
    mend = f"Nothing to do; words of such a table are mapped under import.{PLAIN.tool}"
    return (Finding(Level.NOTE, "import-mapping", what, first.name, mend),)


def _named(mappings: Mapping[str, ImportMapping]) -> str:
    return listed(mappings, ", ") or "no tool"


def _effective(given: Given) -> dict[str, ImportMapping]:
    """The mapping of every tool."""
    own = given.matrix.imports if given.matrix else {}
    mappings = {**{str(tool): one for tool, one in own.items()}, **given.mappings}
    if given.date_order is None and given.zone is None:
        return mappings
    said: dict[str, Any] = {}
    if given.date_order is not None:
        said["date_order"] = given.date_order
    if given.zone is not None:
        said["zone"] = None
    return {
        tool: (mappings.get(tool) or ImportMapping()).model_copy(update=said)
        for tool in get_args(Tool)
    }


def _read(given: Given, progress: Progress | None) -> Tickets:
    return tickets_of(
        given.export, given.matrix, mapping=_effective(given), format=given.format,
        zone=given.zone, progress=progress,
    )  # fmt: skip


def counts_of(found: TicketImport, column: str) -> dict[str, int]:
    """How many incidents that count have each value of a column, in the matrix's order."""
    frame = found.tickets.incidents
    counted = Counter(frame[column][frame["not_counted"] == ""])
    matrix = found.given.matrix
    order: list[str] = []
    if matrix is not None:
        severities = [one.id for one in matrix.severities]
        order = severities if column == "severity" else [one.name for one in matrix.classes]
    known = [one for one in order if one in counted]
    return {one: counted[one] for one in [*known, *sorted(counted.keys() - set(known))]}


def undecided(found: TicketImport) -> XlmatrixError:
    """What stops an import that nobody can answer for: every question, and the two ways on."""
    open_ = [f"{one.key} ({one.default})" for one in found.questions]
    return XlmatrixError(
        f"{plural(len(open_), 'thing is', 'things are')} to be decided (in brackets what is taken "
        "by default): " + listed(open_, ", ", _MOST_LISTED),
        where=found.given.called,
        mend="Take the defaults with --yes, or answer in a file: --mapping FILE; --json lists the "
        "questions with their choices",
    )
