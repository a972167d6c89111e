"""The codes of all findings: how much each matters, where it is seen, and what it says.

``docs/findings.md`` is made from this list, and a test holds the sources to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from xlmatrix.errors import Level

_E, _W, _N = Level.ERROR, Level.WARNING, Level.NOTE


class Seen(StrEnum):
    """Who comes upon a finding."""

    SPEC = "loading a spec"
    CHECK = "check of a spec, Health in a workbook"
    PROOF = "check, unless it is quick; Health in a workbook"
    WORKBOOK = "Health in a workbook"
    FILE = "reading a file"
    MAKING = "build, regenerate and the add-in"
    IMPORT = "reading an export"


@dataclass(frozen=True, slots=True)
class Kind:
    """One code. ``health`` is whether a line of the Health sheet has it too."""

    code: str
    level: Level
    seen: Seen
    about: str
    health: bool = False

    @property
    def acceptable(self) -> bool:
        """Whether ``accept`` may take such a finding away: what is doubtful, not what is wrong."""
        judged = self.seen in (Seen.SPEC, Seen.CHECK, Seen.PROOF, Seen.WORKBOOK)
        return judged and self.level is not _E and not self.code.startswith("accept-")


_KINDS: Final = (
    Kind("unreadable", _E, Seen.FILE, "The file is missing or is neither a spec nor a workbook"),
    Kind("yaml-key", _E, Seen.FILE, "A key is not text"),
    Kind("duplicate-key", _E, Seen.FILE, "A key stands twice in one place"),
    Kind("schema-*", _E, Seen.FILE, "A value is missing, unknown, or not of the kind expected"),
    Kind("dangling", _E, Seen.SPEC, "An id or a name points at nothing", health=True),
    Kind("duplicate", _E, Seen.SPEC, "An id or a name is listed twice", health=True),
    Kind("renamed", _E, Seen.SPEC, "A former id is the id of another now"),
    Kind("horizon", _E, Seen.SPEC, "The horizon is empty or too long"),
    Kind("zone", _E, Seen.SPEC, "There is no such time zone"),
    Kind("hours", _E, Seen.SPEC, "Working hours cannot be read"),
    Kind("holidays", _E, Seen.SPEC, "There are no such public holidays"),
    Kind("copies-differ", _E, Seen.FILE, "Two copies that are merged say otherwise of one thing"),
    Kind("always-closed", _W, Seen.SPEC, "A calendar is open 24x7 and closes on holidays"),
    Kind("outside-horizon", _W, Seen.SPEC, "A date changes nothing: it lies outside the horizon"),
    Kind("policy-outside", _W, Seen.SPEC, "The policy takes effect outside the horizon"),
    Kind("order", _E, Seen.SPEC, "A later target is due before an earlier one, for every start",
         health=True),
    Kind("order-sometimes", _W, Seen.SPEC,
         "On two calendars a later target is due before an earlier one, for some starts"),
    Kind("order-across", _E, Seen.SPEC, "A worse severity is the slower one, for every start",
         health=True),
    Kind("order-across-sometimes", _W, Seen.SPEC,
         "On two calendars a worse severity is the slower one, for some starts"),
    Kind("history-order", _E, Seen.SPEC, "A version of the policy does not follow the one before"),
    Kind("history-class", _E, Seen.SPEC, "An earlier version names a class there is not"),
    Kind("history-role", _E, Seen.SPEC, "An earlier version names a role there is not"),
    Kind("history-team", _E, Seen.SPEC, "An earlier version names a team there is not"),
    Kind("history-severity", _E, Seen.SPEC, "An earlier version names a severity there is not"),
    Kind("history-calendar", _E, Seen.SPEC, "An earlier version names a calendar there is not"),
    Kind("ladder-empty", _W, Seen.SPEC, "A severity calls nobody", health=True),
    Kind("ladder-order", _W, Seen.SPEC, "Steps of a ladder stand out of order"),
    Kind("share", _E, Seen.SPEC, "A share of a target is no time of the ladder"),
    Kind("name-clash", _E, Seen.SPEC, "A role or a team has a name that means something else"),
    Kind("ladder-family", _W, Seen.SPEC, "A step is for families that no class has"),
    Kind("escalation-late", _W, Seen.SPEC, "A call comes too late to save a target", health=True),
    Kind("ladder-repeat", _W, Seen.WORKBOOK, "A step asks for more passes than there are",
         health=True),
    Kind("no-primary", _W, Seen.WORKBOOK, "A role has no primary", health=True),
    Kind("no-backup", _W, Seen.SPEC, "A role that is called or owns incidents has no backup",
         health=True),
    Kind("backup-is-primary", _E, Seen.SPEC, "The backup of a role is its primary", health=True),
    Kind("no-contact", _W, Seen.SPEC, "A person cannot be reached in two ways", health=True),
    Kind("no-owner", _W, Seen.WORKBOOK, "A class has no owner", health=True),
    Kind("no-severity", _W, Seen.WORKBOOK, "A class has no severity", health=True),
    Kind("class-backup", _W, Seen.WORKBOOK, "The backup of a class is its owner", health=True),
    Kind("on-call-gap", _W, Seen.SPEC, "Targets run while nobody is on call", health=True),
    Kind("on-call-hours", _E, Seen.SPEC, "A rotation has hours and a calendar"),
    Kind("override-overlaps", _W, Seen.SPEC, "An override has no effect: it overlaps another"),
    Kind("override-backup", _W, Seen.SPEC, "An override names one person as primary and backup"),
    Kind("coverage-gap", _W, Seen.CHECK, "A role that is needed has nobody", health=True),
    Kind("proof-nobody", _W, Seen.PROOF, "A call finds nobody", health=True),
    Kind("proof-owner-late", _W, Seen.PROOF,
         "The response owner is not called before the first response is due", health=True),
    Kind("proof-same-person", _W, Seen.PROOF,
         "Somebody is called twice in a row, as primary and as backup", health=True),
    Kind("proof-outside-hours", _W, Seen.PROOF, "Somebody is called outside of their hours",
         health=True),
    Kind("proof-late-step", _W, Seen.PROOF,
         "A step comes after the deadline that it should save", health=True),
    Kind("proof-exhausted", _W, Seen.PROOF,
         "A ladder ends before resolve is due, and nobody takes over", health=True),
    Kind("proof-no-sponsor", _W, Seen.PROOF,
         "The worst severity never reaches the executive sponsor", health=True),
    Kind("proof-nights", _W, Seen.PROOF, "Somebody has more nights in a row than agreed",
         health=True),
    Kind("proof-never-serves", _W, Seen.PROOF, "Somebody of a rotation never serves",
         health=True),
    Kind("proof-uneven", _W, Seen.PROOF, "Somebody serves twice as much as the others",
         health=True),
    Kind("horizon-ends", _W, Seen.CHECK, "The horizon ends soon or has ended", health=True),
    Kind("no-decider", _W, Seen.SPEC, "Nobody decides whether an obligation applies", health=True),
    Kind("obligation-moved", _W, Seen.SPEC, "An obligation is listed by a former id"),
    Kind("unknown-fact", _W, Seen.SPEC, "There is no such fact or answer"),
    Kind("unknown-moment", _W, Seen.SPEC, "There is no such moment for a clock to count from"),
    Kind("unknown-authority", _W, Seen.SPEC, "There is no such zone or calendar of an authority"),
    Kind("no-filing", _W, Seen.SPEC, "A clock counts from a report that the matrix does not have"),
    Kind("never-in-force", _W, Seen.SPEC, "An obligation ends before it begins"),
    Kind("scope-contradicts", _W, Seen.SPEC, "Two answers about the matrix contradict each other"),
    Kind("law-changed", _W, Seen.CHECK, "A law has reached the date on which it may have changed"),
    Kind("law-data", _W, Seen.WORKBOOK, "A published obligation says otherwise in this release"),
    Kind("source-stale", _W, Seen.CHECK, "The source of an obligation must be read again"),
    Kind("scope-open", _N, Seen.CHECK, "Nobody has said which obligations apply"),
    Kind("message-verdict", _W, Seen.SPEC, "A message would tell outsiders our own verdict"),
    Kind("nothing-to-leave-out", _W, Seen.SPEC, "What is to be left out is not there"),
    Kind("unconfirmed", _N, Seen.WORKBOOK, "Counsel has not confirmed an obligation", health=True),
    Kind("report-overdue", _W, Seen.WORKBOOK, "A report is late, or due now", health=True),
    Kind("notice-odd", _N, Seen.WORKBOOK, "A notice has an odd entry", health=True),
    Kind("severity-never", _W, Seen.SPEC,
         "The rules of a class cover every case: its own severity never holds"),
    Kind("rules-contradict", _W, Seen.SPEC, "Two rules of a class contradict each other"),
    Kind("text-figure", _W, Seen.SPEC, "A text says another time than the target it speaks of"),
    Kind("secret", _W, Seen.SPEC, "Something looks like a password or a token"),
    Kind("vendor-slower", _W, Seen.SPEC, "A vendor answers after a target that depends on it",
         health=True),
    Kind("holidays-missing", _W, Seen.SPEC, "A calendar has no holiday in some year", health=True),
    Kind("unknown-code", _W, Seen.SPEC, "A published framework has no such code"),
    Kind("drill-late-inject", _E, Seen.CHECK, "An inject comes when its drill is over"),
    Kind("drill-unreachable", _E, Seen.CHECK, "An inject asks for what is late already"),
    Kind("drill-story", _E, Seen.CHECK, "A scenario's injects contradict its severity"),
    Kind("drill-hours", _W, Seen.CHECK, "On-call is 24x7 and no drill is outside working hours"),
    Kind("duplicate-scenario", _W, Seen.SPEC, "A drill's scenario is listed twice"),
    Kind("shared-content", _E, Seen.SPEC, "The shared content of a guide cannot be read"),
    Kind("raci-accountable", _W, Seen.SPEC, "A phase has no or several accountable roles"),
    Kind("raci-responsible", _W, Seen.SPEC, "A phase has no responsible role"),
    Kind("accept-unknown", _E, Seen.SPEC, "There is no finding of that code to accept"),
    Kind("accept-refused", _E, Seen.SPEC, "A finding of that code cannot be accepted"),
    Kind("accept-unused", _W, Seen.SPEC, "What is accepted is not found"),
    Kind("override-idle", _W, Seen.WORKBOOK, "An override has no effect", health=True),
    Kind("shift-stranger", _W, Seen.WORKBOOK, "A shift is held by a stranger", health=True),
    Kind("log-odd", _N, Seen.WORKBOOK, "A row of a log has an odd entry", health=True),
    Kind("below-table", _W, Seen.WORKBOOK, "Something is typed below a log, where it counts for"
         " nothing", health=True),
    Kind("override-reason", _N, Seen.WORKBOOK, "A severity was overridden without a reason",
         health=True),
    Kind("strict-dst", _E, Seen.FILE, "A stamp occurs twice or never, where the spec is strict"),
    Kind("typed-odd", _W, Seen.FILE, "Cells hold what means nothing there", health=True),
    Kind("typed-date", _W, Seen.FILE, "A cell holds no date"),
    Kind("typed-stamp", _W, Seen.FILE, "A cell holds no date and time, or one to come"),
    Kind("typed-time", _W, Seen.FILE, "A cell holds no time of day, or shifts overlap"),
    Kind("typed-number", _W, Seen.FILE, "A cell holds no number, or one that cannot be meant"),
    Kind("typed-share", _W, Seen.FILE, "A cell holds no share"),
    Kind("typed-amount", _W, Seen.FILE, "A cell holds no amount, or one that cannot be meant"),
    Kind("typed-word", _W, Seen.FILE, "A cell holds a word that its list does not have"),
    Kind("typed-error", _W, Seen.FILE, "A cell holds an error value"),
    Kind("typed-half", _W, Seen.FILE, "A row has no effect: what it needs is missing"),
    Kind("typed-twice", _W, Seen.FILE, "A row has no effect: another above it says the same"),
    Kind("typed-ground", _W, Seen.FILE, "A claim or a test of a control has no ground"),
    Kind("typed-idle", _W, Seen.FILE, "A cell asks for what has no effect there"),
    Kind("typed-there", _W, Seen.FILE, "A time that the clock of its zone shows twice or never"),
    Kind("key-twice", _W, Seen.FILE, "A row's key stands twice in a table"),
    Kind("workbook-mended", _N, Seen.FILE, "Something of a workbook was read in spite of damage"),
    Kind("stays-in-workbook", _N, Seen.MAKING, "No spec holds this: it stays in the workbook"),
    Kind("horizon-stretched", _N, Seen.MAKING, "The horizon was stretched to hold the incidents"),
    Kind("zone-changed", _W, Seen.MAKING, "A workbook's clock changes are not the zone data's"),
    Kind("zone-moves", _W, Seen.MAKING, "Deadlines move with the clock of the matrix's zone"),
    Kind("zone-data", _N, Seen.MAKING, "The computer's own zone data are older and differ"),
    Kind("no-stamp", _N, Seen.MAKING, "A workbook without its stamp cannot be regenerated"),
    Kind("no-address", _W, Seen.MAKING, "Somebody's e-mail address is none: no invitation"),
    Kind("unchecked", _N, Seen.MAKING, "Further checks wait until cells are mended"),
    Kind("import-acknowledged", _N, Seen.IMPORT, "How Acknowledged was found"),
    Kind("import-approximate", _N, Seen.IMPORT, "A stamp that is only nearly known"),
    Kind("import-aside", _N, Seen.IMPORT, "A record that is no ticket, such as a pull request"),
    Kind("import-category", _N, Seen.IMPORT, "A category that nobody mapped"),
    Kind("import-characters", _N, Seen.IMPORT, "Characters that a workbook cannot hold"),
    Kind("import-clock-change", _N, Seen.IMPORT, "A time that the clock shows twice or never"),
    Kind("import-closed", _N, Seen.IMPORT, "Closed is taken as Resolved"),
    Kind("import-columns", _N, Seen.IMPORT, "Columns that are not read"),
    Kind("import-counts", _N, Seen.IMPORT, "How many rows were read and used"),
    Kind("import-currency", _E, Seen.IMPORT, "Amounts of several currencies in one file"),
    Kind("import-date", _W, Seen.IMPORT, "A stamp that cannot be read"),
    Kind("import-date-only", _N, Seen.IMPORT, "Dates without a time"),
    Kind("import-duplicate", _W, Seen.IMPORT, "A second row of an id"),
    Kind("import-encoding", _N, Seen.IMPORT, "The file is not UTF-8"),
    Kind("import-history", _W, Seen.IMPORT, "A history that cannot be used as it stands"),
    Kind("import-id", _W, Seen.IMPORT, "A row without an id"),
    Kind("import-incident", _W, Seen.IMPORT, "A log speaks of incidents that are not there"),
    Kind("import-labels", _N, Seen.IMPORT, "Labels that nobody mapped"),
    Kind("import-long-text", _W, Seen.IMPORT, "A text longer than a cell holds"),
    Kind("import-mapping", _N, Seen.IMPORT, "What of a mapping is not used"),
    Kind("import-not-counted", _N, Seen.IMPORT, "Tickets that count for nothing"),
    Kind("import-nothing", _E, Seen.IMPORT, "No row can be used"),
    Kind("import-order", _W, Seen.IMPORT, "A stamp lies before the opening"),
    Kind("import-owner", _N, Seen.IMPORT, "An owner whom the spec does not list"),
    Kind("import-pages", _W, Seen.IMPORT, "The file is one page of several"),
    Kind("import-priority", _N, Seen.IMPORT, "A priority that nobody mapped"),
    Kind("import-severity", _W, Seen.IMPORT, "A severity that the spec lacks"),
    Kind("import-spend", _E, Seen.IMPORT, "A row of spend that cannot be read"),
    Kind("import-state", _W, Seen.IMPORT, "A state that is not known or not so"),
    Kind("import-tool", _W, Seen.IMPORT, "An export of another tool than before"),
    Kind("import-unknown", _N, Seen.IMPORT, "What a form of file can never tell"),
    Kind("import-unused", _N, Seen.IMPORT, "What a mapping says that nothing answers to"),
    Kind("import-waiting", _N, Seen.IMPORT, "A ticket that waits, and since when"),
    Kind("import-width", _W, Seen.IMPORT, "A row with too many or too few fields"),
    Kind("import-zone", _N, Seen.IMPORT, "In which zone stamps without one were read"),
)  # fmt: skip

#: Every code; ``schema-*`` stands for all that begin so.
KINDS: Final[Mapping[str, Kind]] = {kind.code: kind for kind in _KINDS}


def kind_of(code: str) -> Kind | None:
    """What is declared of a code; None for one that there is not."""
    return KINDS.get("schema-*" if code.startswith("schema-") else code)
