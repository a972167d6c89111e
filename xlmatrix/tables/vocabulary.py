"""What the words in a cell name: people, roles, severities, and the fixed choices of a list.

A template may rename a severity, a class, a role or a calendar; every cell of a kind that names one
is then renamed with it, see :mod:`xlmatrix.regen.merging.migrate`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from xlmatrix.formula import Name, name
from xlmatrix.model.duration import UNITS as DURATION_UNITS
from xlmatrix.model.ladder import SHARE_UNITS
from xlmatrix.model.targets import TARGETS as LABELS
from xlmatrix.tables.validation import Refuse, Validation


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a kind of cell.

    Attributes
    ----------
    id
        What the words name: ``role``, ``person``, ...
    source
        The defined name over the list behind the dropdown; None for words without one.
    what
        Completes "Choose ... from the list".
    renamed
        Whether a new template may rename these words.
    by_id
        Whether a cell holds ids, not names.
    between
        What stands between several words in one cell; "" where a cell holds one.
    words
        The words themselves where they are fixed, in the order of the list.
    also
        Words that a sheet writes and nobody chooses.
    """

    id: str
    source: Name | None = None
    what: str = ""
    renamed: bool = False
    by_id: bool = False
    between: str = ""
    words: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def many(self, between: str = ", ") -> Self:
        """The same words, several in a cell."""
        return replace(self, between=between)

    @property
    def list_name(self) -> str:
        """The defined name over the list."""
        if self.source is None:
            raise ValueError(f"there is no list of words for {self.id}")
        return self.source.text

    @property
    def offered(self) -> bool:
        """Whether a cell can offer a list: there is one, and the cell holds one word of it."""
        return self.source is not None and not self.between

    def dropdown(self, *, warn: bool = False, hint: str = "", what: str = "") -> Validation:
        """The validation: one of the list.

        ``warn`` lets other words in after a question, ``what`` replaces the vocabulary's own.

        Raises
        ------
        ValueError
            Where there is no list, or where a cell holds several words.
        """
        if self.between:
            raise ValueError(f"a cell holds several words for {self.id}")
        said = what or self.what
        return Validation(
            "list",
            Name(self.list_name),
            title=f"Not {said}"[:32],
            message=f"Choose {said} from the list.",
            hint=hint,
            refuse=Refuse.WARN if warn else Refuse.STOP,
        )


def listed(id_: str, source: str, what: str, *words: str) -> Vocabulary:
    """Fixed choices behind a defined name; without ``words`` a sheet says which."""
    return Vocabulary(id_, name(source), what, words=words)


SEVERITIES: Final = Vocabulary(
    "severity", name("List_Severities"), "a severity", renamed=True, by_id=True
)
CLASSES: Final = Vocabulary("class", name("List_Classes"), "a class of the matrix", renamed=True)
CLASS_IDS: Final = Vocabulary("class id", renamed=True, by_id=True)
ROLES: Final = Vocabulary("role", name("List_Roles"), "a role of the Owners sheet", renamed=True)
CALENDARS: Final = Vocabulary("calendar", name("List_Calendars"), "a calendar", renamed=True)
TEAMS: Final = Vocabulary("team")
PEOPLE: Final = Vocabulary("person", name("List_People"), "a person of the directory")
INCIDENTS: Final = Vocabulary("incident", name("List_Incidents"), "an incident")
UNITS: Final = listed("unit", "List_Units", "a unit", *DURATION_UNITS)
YES_NO: Final = listed("yes or no", "List_YesNo", "yes or no", "yes", "no")
YES, NO = YES_NO.words
#: Whom of a role a ladder's step calls.
CONTACTS: Final = listed(
    "contact", "List_Contacts", "primary, backup or both",
    "primary", "backup", "both",
)  # fmt: skip
#: What a ladder's cell may name: the owners of the class, roles and teams.
CALLED: Final = replace(listed("called", "List_Called", "an owner, a role or a team"), renamed=True)
#: A step runs on its severity's calendar, which no calendar day is measured by.
LADDER_UNITS: Final = listed(
    "unit of a step", "List_Ladder_Units", "a unit",
    *(unit for unit in DURATION_UNITS if unit != "days"), *SHARE_UNITS,
)  # fmt: skip
CHANNELS: Final = listed("channel", "List_Channels", "a channel")
UNTIL: Final = listed(
    "until", "List_Until", "what ends the call",
    "acknowledged", "resolved", "always",
)  # fmt: skip
PAUSE_REASONS: Final = listed("reason to pause", "List_Pause_Reasons", "a reason")
CHANGE_POLICIES: Final = listed("policy of a change", "List_Change_Policies", "a policy")
NOTICE_INCIDENTS: Final = listed("incident", "List_Notice_Incidents", "an incident of the log")
OBLIGATIONS: Final = listed("obligation", "List_Obligations", "an obligation of the list below")
DECISIONS: Final = listed("decision", "List_Decisions", "report or no report")
NOTICE_UNITS: Final = listed("unit of a notice", "List_NoticeUnits", "a unit")
ROLLS: Final = listed("roll", "List_Rolls", "a roll")
#: What happens in an incident and starts a clock; ``filing: ID`` and ``end of year: ...`` besides.
MOMENTS: Final = listed("moment", "List_Moments", "a moment")
#: A moment or a fact of one incident.
HAPPENED: Final = listed("moment or fact", "List_Happened", "a moment or a fact")
#: What a condition may ask for.
FACTS: Final = listed("fact", "List_Facts", "a fact")
TAKES: Final = listed(
    "clock that is due", "List_Takes", "earliest or latest",
    "earliest", "latest",
)  # fmt: skip
CLOCK_MODES: Final = listed(
    "mode of a clock", "List_Clock_Modes", "also or instead",
    "also", "instead",
)  # fmt: skip
FORCES: Final = listed(
    "standing of a law", "List_Forces", "a standing",
    "in force", "enacted", "bill", "voluntary", "uncertain",
)  # fmt: skip
#: Zones of authorities; blank for the matrix's.
AUTHORITY_ZONES: Final = listed("authority's zone", "List_Authority_Zones", "a zone")
#: Zones of the workbook in which something may be typed.
ZONES_THERE: Final = listed("zone of a stamp", "List_Zones", "a zone")
AUTHORITY_CALENDARS: Final = listed(
    "authority's holidays", "List_Authority_Calendars", "holidays of an authority"
)
TRIAGE_INCIDENTS: Final = listed("incident", "List_Triage_Incidents", "an incident of the log")
RACI: Final = listed("RACI letter", "List_RACI", "a letter")
SCENARIOS: Final = listed("scenario", "List_Scenarios", "a scenario")
SEATS: Final = listed("seat", "List_Seats", "P or B", "P", "B")
DRILL_CLOCKS: Final = listed(
    "clock of a drill", "List_Drill_Clocks", "a clock of a drill",
    "acknowledge", "escalate", "draft", "decide", "contain",
)  # fmt: skip
DRILLS: Final = listed("drill", "List_Drills", "a drill of the plan")
VENDORS: Final = listed("vendor", "List_Vendors", "a vendor")
TARGETS: Final = listed("target", "List_Targets", "a target", *LABELS.values())
CHECKLIST: Final = listed(
    "status of a step", "List_Checklist", "a status",
    "open", "in progress", "done", "not needed",
)  # fmt: skip
CONTROLS: Final = listed("control", "List_Controls", "a control of the review")
TEST_UNITS: Final = listed(
    "unit of a test", "List_Test_Units", "a unit",
    "s", "min", "h", "points",
)  # fmt: skip
EFFECTIVENESS: Final = listed("effectiveness", "List_Effectiveness", "an effectiveness")
ANSWERS: Final = listed("answer", "List_Answers", "an answer", "yes", "partly", "no")
STAGES: Final = listed("stage", "List_Stages", "a stage")
PARTS: Final = listed(
    "part of a split", "List_Parts", "primary or fallback",
    "primary", "fallback",
)  # fmt: skip
TRAFFIC: Final = listed("stage of traffic", "List_Traffic", "a stage")
#: What outsiders are told of an incident, in the order in which it goes.
PUBLIC_STATES: Final = listed(
    "public state", "List_Public_States", "a public state",
    "investigating", "identified", "mitigating", "monitoring", "resolved",
)  # fmt: skip
#: Why an incident of the log counts for nothing.
NOT_COUNTED: Final = listed(
    "reason not to count", "List_Not_Counted", "a reason",
    "Cancelled", "Duplicate", "Rejected", "Test", "Maintenance",
)  # fmt: skip
AUDIENCES: Final = listed("audience", "List_Audiences", "an audience")
#: Audiences that may read our verdict on our own clocks.
INSIDERS: Final = listed("insider", "List_Insiders", "an audience inside")
NOTICE_FIELDS: Final = listed("obligation", "List_Notice_Fields", "an obligation with fields")
PHASES: Final = listed("phase", "List_Phases", "a phase")
COMMS_INCIDENTS: Final = listed("incident", "Comms_Incidents", "an incident")
INJECTION_INCIDENTS: Final = listed("incident", "Injection_Incidents", "an incident")
VECTORS: Final = listed("vector", "List_Vectors", "a vector")
ARCHITECTURES: Final = listed("architecture", "List_Architectures", "where it took hold")
AUDIT: Final = listed(
    "answer of the audit", "List_Audit", "an answer",
    "yes", "partly", "no", "not asked",
)  # fmt: skip
KPI_KINDS: Final = listed(
    "kind of KPI", "List_Kpi_Kinds", "a kind",
    "ratio", "per thousand", "lift", "difference", "share",
)  # fmt: skip
STANDINGS: Final = Vocabulary("standing", what="verify or published")
#: What stands beside a calendar that is always open.
NEVER_CLOSED: Final = "never closed"
HOLIDAY_MODES: Final = replace(
    listed("holiday mode", "List_Holiday_Modes", "what a holiday closes"), also=(NEVER_CLOSED,)
)
HOLIDAY_CALENDARS: Final = replace(
    listed("calendar or all", "List_Holiday_Calendars", "a calendar"), renamed=True
)
