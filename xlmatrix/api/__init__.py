"""What the command line and the add-in call: load, check, build, deadline, new."""

from __future__ import annotations

from xlmatrix.api.after_action import drill_report
from xlmatrix.api.briefing import Paper, brief, checklist
from xlmatrix.api.budgeting import Budgeted, budget
from xlmatrix.api.building import Built, build
from xlmatrix.api.checking import Checked, check, checked
from xlmatrix.api.comparing import Difference, Written, diff, rescue, spec_of
from xlmatrix.api.drafting import new, template, templates
from xlmatrix.api.drilling import (
    DrillBook,
    Verdict,
    drill_card,
    drill_simulation,
    drill_verdicts,
    drills,
    free_record,
    record_output,
    write_record,
)
from xlmatrix.api.due import deadline
from xlmatrix.api.due_columns import deadlines
from xlmatrix.api.explained import Explained
from xlmatrix.api.explaining import explain
from xlmatrix.api.import_saving import save as save_import
from xlmatrix.api.import_saving import target_of as import_target
from xlmatrix.api.importing import TicketImport, import_tickets, mappings_of, undecided
from xlmatrix.api.invitations import Invitations, drill_calendar, drill_invitations
from xlmatrix.api.merging import MergedCopies, merge
from xlmatrix.api.messaging import message, messages
from xlmatrix.api.notice_calendar import notice_calendar
from xlmatrix.api.noticed import Noticed, ReportShown
from xlmatrix.api.noticing import notices
from xlmatrix.api.proved import proof_document, proof_lines
from xlmatrix.api.proving import prove
from xlmatrix.api.regenerating import Regenerated, regenerate
from xlmatrix.api.rewriting import Recalculated, recalc
from xlmatrix.api.stamp_files import StampWritten, stamp
from xlmatrix.api.table_frames import frames
from xlmatrix.api.ticket_frames import read_incidents, read_tickets
from xlmatrix.api.updating import Updated, update
from xlmatrix.model import load
from xlmatrix.routes import Dress

__all__ = [
    "Budgeted",
    "Built",
    "Checked",
    "Difference",
    "Dress",
    "DrillBook",
    "Explained",
    "Invitations",
    "MergedCopies",
    "Noticed",
    "Paper",
    "Recalculated",
    "Regenerated",
    "ReportShown",
    "StampWritten",
    "TicketImport",
    "Updated",
    "Verdict",
    "Written",
    "brief",
    "budget",
    "build",
    "check",
    "checked",
    "checklist",
    "deadline",
    "deadlines",
    "diff",
    "drill_calendar",
    "drill_card",
    "drill_invitations",
    "drill_report",
    "drill_simulation",
    "drill_verdicts",
    "drills",
    "explain",
    "frames",
    "free_record",
    "import_target",
    "import_tickets",
    "load",
    "mappings_of",
    "merge",
    "message",
    "messages",
    "new",
    "notice_calendar",
    "notices",
    "proof_document",
    "proof_lines",
    "prove",
    "read_incidents",
    "read_tickets",
    "recalc",
    "record_output",
    "regenerate",
    "rescue",
    "save_import",
    "spec_of",
    "stamp",
    "template",
    "templates",
    "undecided",
    "update",
    "write_record",
]
