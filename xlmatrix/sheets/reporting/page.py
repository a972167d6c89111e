"""The sheet Report now: for one incident, who must be told what by when, and what is still open."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import BLANK, Expr, F, col, exact, if_, iferror, lit, name, ref, this
from xlmatrix.rules.logs.log_rows import log_row
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import laid_out
from xlmatrix.sheets.parts import Drawn, back_link, heading
from xlmatrix.sheets.plan import Formula, Value, Visibility
from xlmatrix.sheets.reporting.moments import moment_table
from xlmatrix.sheets.reporting.notices import state_paints
from xlmatrix.sheets.reporting.obligations import SPARE_RULES
from xlmatrix.sheets.reporting.order import RANKED, rank_of
from xlmatrix.sheets.reporting.reports import (
    Desk,
    Report,
    full_of,
    no_report,
    notice_reports,
    reports_of,
)
from xlmatrix.sheets.reporting.state_steps import state_exprs
from xlmatrix.sheets.reporting.steps import step_exprs
from xlmatrix.sheets.reporting.typed import text
from xlmatrix.sheets.reporting.values import (
    Cells,
    excel,
    given_values,
    state_values,
    step_values,
    stepped,
)
from xlmatrix.sheets.reporting.workdays import MUST_IDS, MUST_SAY, must_say
from xlmatrix.tables.incidents import INCIDENTS
from xlmatrix.tables.kinds import choice
from xlmatrix.tables.obligations import NOTICES, OBLIGATIONS
from xlmatrix.tables.reporting import MOMENTS, REPORTS, RULES
from xlmatrix.tables.vocabulary import NOTICE_INCIDENTS

NAME: Final = "Report now"
HIDDEN: Final = "Reports"
#: The incident that is chosen, and the one that the page speaks of.
CHOICE: Final = "Report_Incident_Input"
INCIDENT: Final = name("Report_Incident")
_REPORTS_HEADER: Final = name("Reports_Header")
_PLACE: Final = F.ROW() - F.ROW(_REPORTS_HEADER)
_HEAD, _LEFT = 7, 2
#: The column of the page that holds the place of the report that a line shows.
_HELPER: Final = 11
_NO_TIME: Final = 10**14
#: Behind all of them.
_BLANK: Final = 5 * 10**14
_PER_RANK: Final = 10**6
_PER_PLACE: Final = 1000


def chosen_incident(found: Desk) -> str:
    """The incident that the page speaks of: the one chosen, else that of the report due first."""
    chosen = found.scene.typed.get(("", CHOICE, ""))
    if text(chosen):
        return text(chosen)
    running = [
        (one.safe * _PER_PLACE + place, one.incident)
        for place, one in enumerate(notice_reports(found), start=1)
        if one.runs and one.safe is not None
    ]
    if running:
        return min(running)[1]
    return text(found.told.lines[0].cells["Incident"]) if found.told.lines else ""


def _incident_expr(chosen: Expr) -> Expr:
    order = col(NOTICES.name, "open order")
    first = F.INDEX(col(NOTICES.name, "Incident"), F.MATCH(F.MIN(order), order, 0))
    spoken = F.INDEX(col(MOMENTS.name, "Incident"), 1)
    default = if_(F.COUNT(order) > 0, iferror(first & ""), iferror(spoken & ""))
    return if_(iferror(chosen & "").eq(""), default, iferror(chosen & ""))


def page_sheet(found: Desk) -> Drawn:
    """The page, which is computed on :func:`steps_sheet`."""
    incident = chosen_incident(found)
    reports = _reports(found, incident)
    return _page(found, incident, reports, _values(found, reports))


def steps_sheet(found: Desk) -> Drawn:
    """The hidden sheet of every report of the chosen incident."""
    return _hidden(found, _values(found, _reports(found, chosen_incident(found))))


def _reports(found: Desk, incident: str) -> list[Report]:
    # Rows that people add among the obligations show at once.
    spare = [no_report(found, incident)] * SPARE_RULES
    return [*reports_of(found, incident), *spare]


def _own_exprs() -> dict[str, Expr]:
    """The steps that say what the notices have of a report of the chosen incident."""
    here = INCIDENT & "|" & this("Obligation")
    row = F.MATCH(exact(here), col(NOTICES.name, "file key"), 0)
    latest = F.SUMPRODUCT(
        F.MAX(col(NOTICES.name, "file key").eq(here) * col(NOTICES.name, "filed s"))
    )

    def of(header: str) -> Expr:
        return if_(this("notice").filled(), F.INDEX(col(NOTICES.name, header), this("notice")))

    return {
        "incident text": INCIDENT,
        "notice": if_(INCIDENT.ne(""), iferror(row)),
        "rule row": if_(this("Obligation").ne(""), _PLACE),
        "trigger s": of("trigger s"),
        "trigger of": of("trigger of"),
        "decision text": of("decision text"),
        "decided": of("decided"),
        "filed before s": if_(
            F.AND(this("until").ne(""), INCIDENT.ne("")), if_(latest > 0, latest)
        ),
        "reported s": if_(this("until").ne(""), BLANK, of("reported s")),
    }


def _order_expr() -> Expr:
    ranks: Expr = lit(len(RANKED))
    for rank, fine in reversed(list(enumerate(RANKED))):
        ranks = if_(this("fine").eq(fine), rank, ranks)
    timed = this("safe s") * _PER_PLACE + _PLACE
    ranked = if_(this("runs").eq(1), timed, _NO_TIME + ranks * _PER_RANK + _PLACE)
    return if_(this("Obligation").eq(""), _BLANK + _PLACE, ranked)


def _values(found: Desk, reports: list[Report]) -> list[Cells]:
    keys = [notice.file_key.casefold() for notice in found.notices]
    judged = state_values(found, reports)
    answers = []
    for place, (report, cells) in enumerate(zip(reports, judged, strict=True), start=1):
        id_ = "" if report.rule is None else report.rule.row.id
        key = f"{report.incident}|{id_}".casefold()
        notice: Value = keys.index(key) + 1 if report.incident and key in keys else ""
        answers.append(
            {
                "Obligation": id_,
                "Must say": _must_say(found, report),
                **given_values(report),
                "notice": notice,
                "order": _order(report, place),
                **step_values(found, report),
                **cells,
            }
        )
    return answers


def _order(report: Report, place: int) -> int:
    if report.place is None:
        return _BLANK + place
    if report.runs:
        return int(str(excel(report.safe))) * _PER_PLACE + place
    return _NO_TIME + rank_of(report) * _PER_RANK + place


def _must_say(found: Desk, report: Report) -> str:
    """The fields that the notice must have, as the law's list has them."""
    full = full_of(found, report)
    return "" if full is None else must_say(full)


def _hidden(found: Desk, values: list[Cells]) -> Drawn:
    draft = Draft(HIDDEN, visibility=Visibility.HIDDEN, protected=True)
    exprs = _own_exprs() | step_exprs(scoped=found.scoped) | state_exprs(REPORTS.name, _PLACE)
    exprs |= {"order": _order_expr(), "Obligation": _id_expr(), "Must say": _must_expr()}
    draft.table(laid_out(REPORTS, 1, 1, stepped(REPORTS, exprs, values), filtered=False))
    return Drawn(draft.plan(), {_REPORTS_HEADER.text: ref(1, 1, HIDDEN)})


def _must_expr() -> Expr:
    place = F.MATCH(exact(this("Obligation")), MUST_IDS, 0)
    return iferror(F.INDEX(MUST_SAY, place) & "")


def _id_expr() -> Expr:
    cell = F.INDEX(col(OBLIGATIONS.name, "ID"), _PLACE)
    return iferror(if_(cell.filled(), cell & ""))


#: The columns of the page: title, width, the look of its cells.
_COLUMNS: Final = (
    ("Tell them by", 21, "fixed.weekday"),
    ("State", 13, "fixed.center"),
    ("Whom", 24, "fixed.wrap"),
    ("How it stands", 38, "fixed.wrap"),
    ("The question", 32, "fixed.wrap"),
    ("What", 24, "fixed.wrap"),
    ("Time left", 14, "fixed.center"),
    ("Due by law", 21, "fixed.weekday"),
    ("What it must say", 70, "fixed.wrap"),
)


def _page(found: Desk, incident: str, reports: list[Report], values: list[Cells]) -> Drawn:
    draft = Draft(NAME)
    heading(
        draft,
        "Report now",
        "One incident: who must be told what by when. Work from the top; counsel decides.",
    )
    back_link(draft, 3, _LEFT)
    chosen = found.scene.typed.get(("", CHOICE, ""))
    draft.put(5, _LEFT, "Incident", "label")
    draft.choose(5, 3, chosen, choice(NOTICE_INCIDENTS, NOTICE_INCIDENTS.dropdown(warn=True)))
    shown = Formula(_incident_expr(ref(5, 3)), incident)
    draft.put(5, 4, shown, "bold")
    draft.put(5, 5, Formula(_title_expr(), _title(found, incident)), "bold")
    draft.put(
        4,
        _LEFT,
        f"Empty means the incident of the report due first. Times are {found.scene.spec.zone}, as "
        "of the instant on Start.",
        "note",
    )
    draft.put(
        6,
        _LEFT,
        "No time or no answer yet? Type it under Moments and facts, below this list; what the law "
        "takes you for stands on Scope. Each question decides whether to report at all.",
        "note",
    )
    for column, (title, _, _) in enumerate(_COLUMNS, start=_LEFT):
        draft.put(_HEAD, column, title, "header")
    order = sorted(range(len(values)), key=lambda place: int(str(values[place]["order"])))
    named = [place for place in order if values[place]["Obligation"]]
    for rank in range(1, len(values) + 1):
        place = named[rank - 1] if rank <= len(named) else None
        _line(draft, found, rank, place, reports, values)
    last = _HEAD + len(values)
    state = ref(_HEAD + 1, _LEFT + 1, absolute=False)
    detail = ref(_HEAD + 1, _LEFT + 3, absolute=False)
    draft.paint(area(_HEAD + 1, _LEFT + 1, last, _LEFT + 1), *state_paints(state, detail))
    row = last + 2
    draft.put(row, _LEFT, "Moments and facts", "heading")
    draft.put(
        row + 1,
        _LEFT,
        "What happened when, and the answers for one incident. A moment that did not happen: "
        "Answer no. A fact: Answer only. On another clock: name its zone.",
        "note",
    )
    table = draft.table(moment_table(found, row + 2, _LEFT))
    for column, (_, width, _) in enumerate(_COLUMNS, start=_LEFT):
        draft.widths[column] = max(width, draft.widths.get(column, 0))
    draft.hidden_columns.add(_HELPER)
    draft.set_page(
        area=area(1, 1, table.last_row, _LEFT + len(_COLUMNS) - 1), zoom=90,
        freeze=f"A{_HEAD + 1}",
    )  # fmt: skip
    return Drawn(draft.plan(), {CHOICE: ref(5, 3, NAME), INCIDENT.text: ref(5, 4, NAME)})


def _line(
    draft: Draft,
    found: Desk,
    rank: int,
    place: int | None,
    reports: list[Report],
    values: list[Cells],
) -> None:
    """One line of the page: the report of a rank."""
    row = _HEAD + rank
    order = col(REPORTS.name, "order")
    ids = F.COUNTIF(col(REPORTS.name, "Obligation"), "?*")
    ranked = if_(ids >= rank, F.MATCH(F.SMALL(order, rank), order, 0))
    draft.put(row, _HELPER, Formula(ranked, "" if place is None else place + 1), "helper")
    at = ref(row, _HELPER)

    def of(table: str, header: str) -> Expr:
        return F.INDEX(col(table, header), at)

    def rule(header: str) -> Expr:
        return iferror(F.INDEX(col(RULES.name, header), of(REPORTS.name, "rules row")) & "")

    article = iferror(of(OBLIGATIONS.name, "Article") & "")
    regime = iferror(of(OBLIGATIONS.name, "Regime") & "")
    what = regime & if_(article.ne(""), lit(", ") & article)
    what = what & " (" & of(REPORTS.name, "Obligation") & ")"
    missed = rule("Before missing it")
    told = iferror(of(REPORTS.name, "Must say") & "")
    says = told & if_(F.AND(told.ne(""), missed.ne("")), ". ") & missed
    exprs = (
        of(REPORTS.name, "Safe due"),
        of(REPORTS.name, "State"),
        iferror(of(OBLIGATIONS.name, "Recipient") & ""),
        of(REPORTS.name, "Detail"),
        rule("Question"),
        iferror(what),
        of(REPORTS.name, "Time left"),
        of(REPORTS.name, "Due by law"),
        says,
    )
    shown = (
        [""] * len(exprs) if place is None else _line_values(found, reports[place], values[place])
    )
    for column, (expr, value, (_, _, look)) in enumerate(
        zip(exprs, shown, _COLUMNS, strict=True), start=_LEFT
    ):
        draft.put(row, column, Formula(if_(at.filled(), expr), value), look)


def _title_expr() -> Expr:
    """The title of the incident that is shown."""
    title = iferror(F.INDEX(col(INCIDENTS.name, "Title"), log_row(INCIDENT)) & "")
    return if_(INCIDENT.ne(""), title)


def _title(found: Desk, incident: str) -> str:
    """The twin of :func:`_title_expr`."""
    texts = found.scene.frame.log.texts
    known = [one.casefold() for one in texts["ID"]]
    wanted = incident.casefold()
    return texts["Title"][known.index(wanted)] if incident and wanted in known else ""


def _line_values(found: Desk, report: Report, cells: Cells) -> list[Value]:
    assert report.rule is not None
    key = report.rule.row.id
    article = text(report.rule.article)
    regime = report.rule.regime
    asked = found.rule_cells[report.rule.rules_row - 1] if report.rule.rules_row else {}
    missed, must = text(asked.get("Before missing it")), str(cells["Must say"])
    says = must + (". " if must and missed else "") + missed
    return [
        cells["Safe due"],
        cells["State"],
        report.rule.recipient,
        cells["Detail"],
        text(asked.get("Question")),
        regime + (f", {article}" if article else "") + f" ({key})",
        cells["Time left"],
        cells["Due by law"],
        says,
    ]
