"""The whole workbook: every sheet in the order a manager reads them, and the names between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from xlmatrix.errors import XlmatrixError
from xlmatrix.formula import Expr
from xlmatrix.model.calendars import build_calendar
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.column import twins_of
from xlmatrix.rules.frame import Context, Frame
from xlmatrix.rules.incidents.columns import incident_columns
from xlmatrix.rules.ladder.oncall import held, plan_of
from xlmatrix.rules.logs.histories import Histories
from xlmatrix.rules.logs.incident_log import MOST_INCIDENTS, IncidentLog, too_many
from xlmatrix.rules.logs.line import ROWS
from xlmatrix.rules.logs.present import is_second_passing
from xlmatrix.rules.logs.side_columns import REOPENINGS
from xlmatrix.rules.policy import compile_policy
from xlmatrix.sheets.card import NAME as CARD
from xlmatrix.sheets.card import card_sheet
from xlmatrix.sheets.flags import marked
from xlmatrix.sheets.health import DrawnHealth, health_sheet
from xlmatrix.sheets.hidden import calendar_sheet, week_sheet
from xlmatrix.sheets.histories import (
    CHANGES,
    COMPARE,
    PAUSES,
    REOPENED,
    RESERVE,
    SPARE,
    changes_sheet,
    compare_sheet,
    pauses_sheet,
    reopened_sheet,
)
from xlmatrix.sheets.hours import holidays_sheet, hours_sheet
from xlmatrix.sheets.incidents import incidents_sheet
from xlmatrix.sheets.ladder import ladder_sheet
from xlmatrix.sheets.lines import line_sheets
from xlmatrix.sheets.lists import lists_sheet
from xlmatrix.sheets.matrix import matrix_sheet
from xlmatrix.sheets.optional import Offer, optional_sheets
from xlmatrix.sheets.owners import owners_sheet
from xlmatrix.sheets.parts import Drawn, Scene, Typed
from xlmatrix.sheets.plan import BookPlan, Formula
from xlmatrix.sheets.policy import policy_sheet
from xlmatrix.sheets.policy_history import HISTORY, history_sheets
from xlmatrix.sheets.reporting.offers import hidden_sheets
from xlmatrix.sheets.rota import rota_sheets
from xlmatrix.sheets.severity import severity_sheet
from xlmatrix.sheets.start import start_sheet
from xlmatrix.sheets.steering import SOON_NAME, SOON_S, soon_s
from xlmatrix.sheets.tz import tz_sheet
from xlmatrix.sheets.version import versioned
from xlmatrix.worktime import Zone

#: Blank ready rows below the last incident.
SPARE_INCIDENTS: Final = 25
#: The formula of a paused clock asks each calendar's own pauses, 480 characters apiece, and Excel
#: takes 8,192: with more calendars it would fit in no cell.
MOST_CALENDARS: Final = 15


def plan_book(
    spec: MatrixSpec,
    log: IncidentLog,
    *,
    as_of: datetime | None,
    created: datetime,
    typed: Typed | None = None,
    below: Mapping[str, int] | None = None,
    lines: bool = True,
    hidden: bool = True,
    zone: Zone | None = None,
) -> BookPlan:
    """The plan of a workbook.

    Parameters
    ----------
    as_of
        Naive wall-clock time in the matrix's zone for the *As of* cell; None leaves the cell blank,
        so that the workbook shows the present, and caches what it showed at ``created``.
    created
        When the workbook is made, in the same terms.
    typed
        Values of input cells that the spec has no place for, by (table, row key, column).
    below
        How many cells stay typed below the tables of the logs, by table.
    lines
        Whether to plan the hidden lines of the clocks; a plan that is read and not written does
        without a third of the work.
    hidden
        Whether to plan hidden sheets at all, in none of which people type.
    zone
        The spec's zone by another table than the newest.
    """
    scene = make_scene(spec, log, as_of=as_of, created=created, typed=typed, zone=zone)
    scene = replace(scene, below=below or {})
    optional = optional_sheets(scene)
    shown = _shown_sheets(scene, optional)
    start = start_sheet(scene, _contents(spec, shown, optional))
    first = _hidden_sheets(scene, lines=lines) if hidden else []
    drawn = [*first, start, *shown]
    book = BookPlan(
        sheets=tuple(sheet.plan for sheet in drawn),
        names=_names(drawn),
        title=spec.title,
        organisation=spec.organisation,
        author=spec.author or "",
        subject="AI incident class, severity, owners and clocks",
        created=_in_utc(scene, created),
        active=len(first),
        health=next(sheet.lines for sheet in shown if isinstance(sheet, DrawnHealth)),
    )
    book = marked(book)[0]
    return versioned(book) if hidden else book


def _in_utc(scene: Scene, wall: datetime) -> datetime:
    """A time on the wall clock as file properties have it."""
    at_s = scene.context.zone.to_utc(int((wall - datetime(1970, 1, 1)).total_seconds()))
    return datetime.fromtimestamp(at_s, UTC).replace(tzinfo=None)


def _shown_sheets(scene: Scene, optional: list[Offer]) -> list[Drawn]:
    """What a manager reads behind Start, in order."""
    severities = [severity_sheet(scene, n + 1) for n in range(len(scene.spec.severities))]
    shown = [
        matrix_sheet(scene),
        *severities,
        incidents_sheet(scene),
        card_sheet(scene),
        pauses_sheet(scene),
        changes_sheet(scene),
        reopened_sheet(scene),
        compare_sheet(scene),
        *history_sheets(scene),
        *(sheet for sheet, _ in optional),
        owners_sheet(scene),
        hours_sheet(scene),
        holidays_sheet(scene),
        lists_sheet(scene),
    ]
    shown.insert(len(severities) + 2, health_sheet(scene, shown))
    return shown


def _hidden_sheets(scene: Scene, *, lines: bool) -> list[Drawn]:
    """What formulas read. They stand first: all others follow from them."""
    calendar, last_rows = calendar_sheet(scene)
    return [
        tz_sheet(scene),
        week_sheet(scene, last_rows),
        calendar,
        policy_sheet(scene),
        ladder_sheet(scene),
        *rota_sheets(scene),
        *(line_sheets(scene) if lines else ()),
        *hidden_sheets(scene),
    ]


def make_scene(
    spec: MatrixSpec,
    log: IncidentLog,
    *,
    as_of: datetime | None,
    created: datetime,
    typed: Typed | None = None,
    zone: Zone | None = None,
) -> Scene:
    """The context and the frame of a workbook, blank ready rows included.

    Raises
    ------
    XlmatrixError
        For more calendars or rows than a workbook's formulas reach.
    """
    if len(spec.calendars) > MOST_CALENDARS:
        raise XlmatrixError(
            f"{len(spec.calendars)} calendars, and a workbook's formulas choose among"
            f" {MOST_CALENDARS} at most",
            where="calendars",
            mend="Share calendars between severities, or give each region a workbook of its own",
        )
    context = Context(
        spec=spec,
        policy=compile_policy(spec),
        calendars=[
            build_calendar(spec, calendar.id, zone=zone, before=True) for calendar in spec.calendars
        ],
        as_of=as_of or created,
        soon_s=soon_s((typed or {}).get(("", SOON_NAME, ""), SOON_S // 60)),
    )
    context.plan = plan_of(spec, context.zone, typed, before=True)
    context.turns = held(spec, context.zone, context.plan, before=True)
    twins = twins_of(incident_columns(spec))
    frame = Frame(context, log.with_spare(SPARE_INCIDENTS), twins)
    frame.histories = Histories.read(typed or {}, SPARE, policy=spec.policy.severity_change)
    _refuse_overlong(frame)
    # The formulas know no more of the present than its wall clock and what the logs say of it.
    context.as_of = context.as_of.replace(fold=int(is_second_passing(frame)))
    return Scene(spec, context, frame, as_of, typed or {})


def _refuse_overlong(frame: Frame) -> None:
    """Say that a log is too long before its rows no longer fit the keys that sort them."""
    logs = frame.histories
    both, again = len(logs.pauses) + len(logs.reopened), len(logs.reopened) > SPARE[-1]
    for name, height, most in (
        ("incidents", len(frame), MOST_INCIDENTS),
        ("pauses", len(logs.pauses), ROWS - 1),
        ("severity changes", len(logs.changes), REOPENINGS - 1),
        ("reopenings", len(logs.reopened), ROWS - REOPENINGS - 1),
        # Both stand in one line, the reopenings behind all pauses that there is room for.
        ("pauses and reopenings", both if again else 0, ROWS - 1 - sum(RESERVE)),
    ):
        if height > most:
            raise too_many(height, name, most, where="the logs")


def _names(drawn: list[Drawn]) -> dict[str, Expr]:
    names: dict[str, Expr] = {}
    for sheet in drawn:
        for known, target in sheet.names.items():
            if known in names:
                raise ValueError(f"the name {known} is defined twice")
            names[known] = target
    return names


def _contents(
    spec: MatrixSpec, shown: list[Drawn], optional: list[Offer]
) -> list[tuple[str, str | Formula]]:
    purposes: dict[str, str | Formula] = {
        "Matrix": "Every incident class: severity, clocks, owners",
        "Incidents": "What is open, who acts by when, and the whole log",
        "Health": "What to mend in this matrix",
        CARD: "One incident: its targets and their warnings",
        PAUSES: "Time spent waiting: clocks that stand still",
        CHANGES: "Who changed a severity, when and why",
        REOPENED: "Ended cycles of incidents that came back",
        HISTORY: "What earlier versions of the policy said",
        COMPARE: "Deadlines after a change under each policy",
        "Owners": "Who holds which role, and how to reach them",
        "Hours": "Working hours of each calendar",
        "Holidays": "Dates on which nobody works",
        "Lists": "Choices behind the dropdowns",
    }
    severities = {
        severity.id: f"{severity.name}: owners, ladder, open incidents, targets"
        for severity in spec.severities
    }
    known = purposes | severities | {sheet.plan.name: text for sheet, text in optional}
    return [(sheet.plan.name, known[sheet.plan.name]) for sheet in shown]
