"""What the words in a cell name: people, roles, severities, and the fixed choices of a list.

A template may rename a severity, a class, a role or a calendar; every cell of a kind that names one
is then renamed with it, see :mod:`xlmatrix.regen.merging.migrate`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from xlmatrix.formula import Name, name
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
    """

    id: str
    source: Name | None = None
    what: str = ""
    renamed: bool = False
    by_id: bool = False
    between: str = ""

    def many(self, between: str = ", ") -> Self:
        """The same words, several in a cell."""
        return replace(self, between=between)

    @property
    def list_name(self) -> str:
        """The defined name over the list."""
        if self.source is None:
            raise ValueError(f"there is no list of words for {self.id}")
        return self.source.text

    def dropdown(self, *, warn: bool = False, hint: str = "", what: str = "") -> Validation | None:
        """The validation: one of the list; None where there is no list or a cell holds several.

        ``warn`` lets other words in after a question, ``what`` replaces the vocabulary's own.
        """
        if self.source is None or self.between:
            return None
        said = what or self.what
        return Validation(
            "list",
            self.source,
            title=f"Not {said}"[:32],
            message=f"Choose {said} from the list.",
            hint=hint,
            refuse=Refuse.WARN if warn else Refuse.STOP,
        )


def listed(id_: str, source: str, what: str) -> Vocabulary:
    """Fixed choices behind a defined name."""
    return Vocabulary(id_, name(source), what)


SEVERITIES: Final = Vocabulary(
    "severity", name("List_Severities"), "a severity", renamed=True, by_id=True
)
CLASSES: Final = Vocabulary("class", name("List_Classes"), "a class of the matrix", renamed=True)
CLASS_IDS: Final = Vocabulary("class id", renamed=True, by_id=True)
ROLES: Final = Vocabulary("role", name("List_Roles"), "a role of the Owners sheet", renamed=True)
CALENDARS: Final = Vocabulary("calendar", name("List_Calendars"), "a calendar", renamed=True)
PEOPLE: Final = Vocabulary("person", name("List_People"), "a person of the directory")
INCIDENTS: Final = Vocabulary("incident", name("List_Incidents"), "an incident")
UNITS: Final = listed("unit", "List_Units", "a unit")
YES_NO: Final = listed("yes or no", "List_YesNo", "yes or no")
CONTACTS: Final = listed("contact", "List_Contacts", "primary or backup")
CHANNELS: Final = listed("channel", "List_Channels", "a channel")
UNTIL: Final = listed("until", "List_Until", "what ends the call")
PAUSE_REASONS: Final = listed("reason to pause", "List_Pause_Reasons", "a reason")
CHANGE_POLICIES: Final = listed("policy of a change", "List_Change_Policies", "a policy")
NOTICE_INCIDENTS: Final = listed("incident", "List_Notice_Incidents", "an incident of the log")
OBLIGATIONS: Final = listed("obligation", "List_Obligations", "an obligation of the list below")
DECISIONS: Final = listed("decision", "List_Decisions", "report or no report")
NOTICE_UNITS: Final = listed("unit of a notice", "List_NoticeUnits", "a unit")
ROLLS: Final = listed("roll", "List_Rolls", "a roll")
TRIAGE_INCIDENTS: Final = listed("incident", "List_Triage_Incidents", "an incident of the log")
RACI: Final = listed("RACI letter", "List_RACI", "a letter")
SCENARIOS: Final = listed("scenario", "List_Scenarios", "a scenario")
SEATS: Final = listed("seat", "List_Seats", "P or B")
DRILLS: Final = listed("drill", "List_Drills", "a drill of the plan")
VENDORS: Final = listed("vendor", "List_Vendors", "a vendor")
TARGETS: Final = listed("target", "List_Targets", "a target")
CHECKLIST: Final = listed("status of a step", "List_Checklist", "a status")
EFFECTIVENESS: Final = listed("effectiveness", "List_Effectiveness", "an effectiveness")
ANSWERS: Final = listed("answer", "List_Answers", "an answer")
STAGES: Final = listed("stage", "List_Stages", "a stage")
AUDIT: Final = listed("answer of the audit", "List_Audit", "an answer")
KPI_KINDS: Final = listed("kind of KPI", "List_Kpi_Kinds", "a kind")
HOLIDAY_MODES: Final = listed("holiday mode", "List_Holiday_Modes", "what a holiday closes")
HOLIDAY_CALENDARS: Final = listed("calendar or all", "List_Holiday_Calendars", "a calendar")
