"""The working brief: what managers need of the matrix, on two to four pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from xlmatrix.errors import Finding, Level, plural
from xlmatrix.model import IncidentClass, MatrixSpec, Severity, Step
from xlmatrix.model.calendars import step_seconds
from xlmatrix.model.targets import TARGETS, TargetName
from xlmatrix.papers.blocks import Block, Bullets, Document, Grid, Section, Text
from xlmatrix.rules.holders import Holders
from xlmatrix.rules.incidents.columns import LATE, OPEN_STATUSES, SOON
from xlmatrix.sheets.access import things
from xlmatrix.sheets.drill_view import drill_view
from xlmatrix.sheets.guides import checklist_lines
from xlmatrix.sheets.guides.checklist import progress_of
from xlmatrix.sheets.guides.vendors import bounds_form, retirements_form, vendors_form
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.reporting.order import open_reports
from xlmatrix.sheets.reporting.reports import desk
from xlmatrix.tables.vendors import VENDOR_SETTINGS
from xlmatrix.worktime.serials import EPOCH

#: What is longer is cut, and the rest counted: a brief is read to its end.
MOST_GAPS: Final = 8
MOST_STEPS: Final = 5
MOST_DRILLS: Final = 3
MOST_REPORTS: Final = 8
_EPOCH: Final = datetime(1970, 1, 1)
_SHOWN_TARGETS: Final[tuple[TargetName, ...]] = (
    "acknowledge",
    "first_response",
    "customer_first",
    "contain",
    "mitigate",
    "resolve",
    "review",
)


def compose(
    scene: Scene, findings: Sequence[Finding], accepted: Sequence[Finding] = ()
) -> Document:
    """The brief of a matrix.

    Parameters
    ----------
    scene
        The matrix with its log and what people typed; the brief speaks of its *As of*.
    findings
        What a check of the matrix found; errors and warnings become open gaps.
    accepted
        What the spec accepts, each with its reason; none of them is an open gap.
    """
    spec = scene.spec
    sections = [
        Section("What this is for", (Text(_purpose(spec)), *_now(scene))),
        Section("The matrix at a glance", (_severities(spec), _classes(spec))),
        Section("Who is called, and who is who", (_ladder(spec), _roles(spec), *_access(scene))),
        Section("Open gaps", tuple(_gaps(scene, findings, accepted))),
        Section("Next drills", tuple(_drills(scene))),
        Section("Reporting duties", (*_reports(scene), *_obligations(spec))),
        Section("Decisions needed", tuple(_decisions(scene, findings))),
    ]
    return Document(
        title=spec.title,
        subtitle="Working brief",
        organisation=spec.organisation,
        made=scene.context.as_of,
        zone=spec.zone,
        sections=tuple(sections),
        author=spec.author,
    )


def _purpose(spec: MatrixSpec) -> str:
    worst = spec.severities[0]
    count = sum(kind.severity == worst.id for kind in spec.classes)
    return (
        f"When an AI system fails, misbehaves or leaks, this matrix says who answers, by when, and "
        f"who is called next. It sorts {len(spec.classes)} kinds of incident into "
        f"{len(spec.severities)} severities; {count} of them begin as {worst.id} "
        f"({worst.name.lower()}). It was made for {spec.scope.impact} use with "
        f"{spec.scope.interactions} interactions a month and {spec.scope.on_call} on-call, and is "
        f"reviewed {spec.scope.review}. Policy {spec.policy.version} holds from "
        f"{spec.policy.effective}; deadlines can be computed until {spec.horizon.end}. "
        f"All times are {spec.zone}."
    )


def _now(scene: Scene) -> list[Block]:
    status = scene.frame["Status"]
    opened = int(np.isin(status, OPEN_STATUSES).sum())
    if not any(scene.frame.log.texts["ID"]):
        return []
    late, soon = int((status == LATE).sum()), int((status == SOON).sum())
    return [
        Text(
            f"At this time {plural(opened, 'incident is', 'incidents are')} open: {late} with "
            f"something overdue, {soon} with something due soon."
        )
    ]


def _severities(spec: MatrixSpec) -> Grid:
    shown = [t for t in _SHOWN_TARGETS if any(s.targets.get(t) for s in spec.severities)]
    rows = tuple(
        (f"{level.id} {level.name}", *(_within(level, target) for target in shown))
        for level in spec.severities
    )
    headers = ("Severity", *(TARGETS[target] for target in shown))
    return Grid("Targets by severity, from detection", headers, rows)


def _within(level: Severity, name: TargetName) -> str:
    target = level.targets.get(name)
    return str(target.within) if target else "–"


def _classes(spec: MatrixSpec) -> Grid:
    headers = ("Class", "Severity", "Respond", "Escalate", "Owner", "Backup", "Customers")
    rows = tuple(_class_row(spec, kind) for kind in spec.classes)
    return Grid("Every class of incident", headers, rows, (27, 8, 9, 11, 16, 16, 17))


def _class_row(spec: MatrixSpec, kind: IncidentClass) -> tuple[str, ...]:
    level, holders = spec.severity(kind.severity), Holders.of(spec)
    role = spec.role(spec.owners_for(kind).response).name
    step, first = level.escalation, level.targets.get("customer_first")
    window = kind.customer_update or (f"first {first.within}" if first else "on request")
    return (
        f"{kind.id} {kind.name}",
        level.id,
        str(level.targets.first_response.within),
        str(step.after) if step else "–",
        holders.primary(role),
        holders.backup(role) or "nobody",
        window,
    )


def _ladder(spec: MatrixSpec) -> Grid:
    holders = Holders.of(spec)
    rows = []
    for level in spec.severities:
        for step in level.ladder:
            whom, who = _called(spec, level, step, holders)
            at_once = step_seconds(spec, level, step.after) == 0
            after = "at once" if at_once else f"after {step.after}"
            rows.append((level.id, after, whom, who or "nobody", step.channel))
    headers = ("Severity", "When", "Role", "Who", "By")
    return Grid("The ladder: called until acknowledged", headers, tuple(rows), (10, 17, 28, 30, 15))


def _called(spec: MatrixSpec, severity: Severity, step: Step, holders: Holders) -> tuple[str, str]:
    """The role or team of a step, and who of it is called where the class has no owner."""
    if step.team is not None:
        team = spec.team(step.team)
        return team.name, ", ".join(team.members)
    role = spec.role_called(step, spec.owners_for(None, severity))
    name = spec.role(role or "").name
    people = [holders.primary(name), holders.backup(name)]
    wanted = {"primary": people[:1], "backup": people[1:], "both": people}[step.contact]
    return name, ", ".join(filter(None, wanted))


def _roles(spec: MatrixSpec) -> Grid:
    reach = {p.name: p.phone or p.email or p.chat or "" for p in spec.people}
    rows = tuple(
        (role.name, role.primary, reach.get(role.primary, ""), role.backup or "nobody",
         reach.get(role.backup or "", ""))
        for role in spec.roles
    )  # fmt: skip
    headers = ("Role", "Primary", "Reached by", "Backup", "Reached by")
    return Grid("Roles", headers, rows, (24, 19, 19, 19, 19))


def _access(scene: Scene) -> list[Grid]:
    rows = tuple((thing.name, thing.where, thing.who) for thing in things(scene))
    headers = ("Thing", "Where", "Who has access")
    return [Grid("Where to go, and who can get in", headers, rows, (20, 45, 35))] if rows else []


def _gaps(scene: Scene, findings: Sequence[Finding], accepted: Sequence[Finding]) -> list[Block]:
    found = [f for f in findings if f.level in (Level.ERROR, Level.WARNING)]
    blocks: list[Block] = []
    if found:
        lines = [f"{finding.what}. {finding.mend}." for finding in found[:MOST_GAPS]]
        rest = len(found) - MOST_GAPS
        if rest > 0:
            lines.append(f"And {rest} more; a check of the matrix lists them all.")
        blocks.append(Bullets(tuple(lines)))
    else:
        none = "no gap that is not accepted" if accepted else "no gap"
        blocks.append(Text(f"A check of the matrix finds {none}."))
    if accepted:
        blocks.append(Text("Accepted, and why:"))
        lines = [f"{finding.what}. Accepted: {finding.accepted}" for finding in accepted]
        blocks.append(Bullets(tuple(dict.fromkeys(lines))))
    if scene.spec.checklist is not None:
        done, total, late = progress_of(checklist_lines(scene))
        blocks.append(Text(f"Checklist: {done} of {total} steps done, {late} overdue."))
    return blocks


def _drills(scene: Scene) -> list[Block]:
    view = drill_view(scene)
    if view is None:
        return [Text("No drills are planned in this matrix.")]
    now = (scene.context.as_of - EPOCH).total_seconds()
    ahead = sorted((r for r in view.rows if r.planned_s >= now), key=lambda r: r.planned_s)
    if not ahead:
        return [Text("No drill lies ahead: plan the next twelve months.")]
    rows = tuple(
        (
            f"{EPOCH + timedelta(seconds=row.planned_s):%Y-%m-%d %H:%M}",
            row.scenario,
            row.found.severity if row.found else "",
            row.facilitator or "nobody",
        )
        for row in ahead[:MOST_DRILLS]
    )
    caption = f"The next of {len(ahead)} planned drills"
    return [Grid(caption, ("When", "Scenario", "Severity", "Facilitator"), rows, (20, 45, 12, 23))]


def _reports(scene: Scene) -> list[Block]:
    """What must be told by when as it stands, first due first."""
    if not scene.spec.obligations.rules:
        return []
    found = [one for _, one in open_reports(desk(scene)) if one.rule is not None]
    if not found:
        return []
    zone = scene.context.zone
    rows = tuple(
        (
            f"{_EPOCH + timedelta(seconds=int(zone.to_local(one.safe))):%Y-%m-%d %H:%M}"
            if one.runs and one.safe is not None
            else "no time yet",
            one.judged.state,
            one.incident or "–",
            one.rule.recipient,
            one.rule.row.id,
            one.detail,
        )
        for one in found[:MOST_REPORTS]
        if one.rule is not None
    )
    headers = ("Tell them by", "State", "Incident", "Whom", "Duty", "How it stands")
    caption = f"Reports due, the first of {len(found)}"
    return [Grid(caption, headers, rows, (16, 9, 13, 20, 16, 26))]


def _obligations(spec: MatrixSpec) -> list[Block]:
    duties = spec.obligations.resolved()
    if not duties:
        return [Text("No reporting duty is switched on in this matrix. Counsel confirms that.")]
    roles = {role.id: role.name for role in spec.roles}
    rows = tuple(
        (
            " ".join(filter(None, (duty.regime, duty.article))),
            duty.trigger,
            duty.recipient,
            duty.period,
            roles.get(duty.decider or spec.obligations.decider or "", "nobody"),
            "verify" if duty.verify else "checked",
        )
        for duty in duties
    )
    headers = ("Duty", "From", "To", "Within", "Decided by", "Standing")
    note = "Not legal advice: counsel confirms every line marked verify before it is relied on."
    return [
        Grid("Each runs from its own trigger", headers, rows, (22, 28, 18, 11, 13, 8)),
        Text(note),
    ]


def _decisions(scene: Scene, findings: Sequence[Finding]) -> list[Block]:
    lines = [
        *_about_gaps(scene, findings),
        *_about_vendors(scene),
        *_about_duties(scene.spec),
        *_about_steps(scene),
    ]
    if not lines:
        return [Text("None at present.")]
    return [Bullets(tuple(lines), tick=True)]


def _about_gaps(scene: Scene, findings: Sequence[Finding]) -> list[str]:
    count = sum(finding.level in (Level.ERROR, Level.WARNING) for finding in findings)
    gaps = plural(count, "open gap", "open gaps")
    lines = [f"Close or accept the {gaps} above, each with an owner and a date."] if count else []
    lone = [role.name for role in scene.spec.roles if not role.backup]
    if lone:
        lines.append(f"Name a backup for: {', '.join(lone)}.")
    return lines


def _about_vendors(scene: Scene) -> list[str]:
    if not scene.spec.vendors:
        return []
    bounds = bounds_form(scene)
    days = scene.value(VENDOR_SETTINGS.name, "Fallback test holds", "Value", 30)
    holds = float(days) if isinstance(days, int | float) else 0.0
    rows = [r for r in vendors_form(scene, bounds, {}, holds).rows if r.filled("Vendor")]
    lines = []
    for header, flag, ask in (
        ("Speed", "slower than ours", "Buy faster support or lengthen the target"),
        ("Speed", "no figure", "Ask for a support time in the contract"),
        ("Fallback check", "no fallback", "Choose a fallback"),
        ("Fallback check", "never tested", "Test the fallback for the first time"),
        ("Fallback check", "test again", "Test the fallback again"),
    ):
        named = [str(row["Vendor"]) for row in rows if row[header] == flag]
        if named:
            lines.append(f"{ask}: {', '.join(named)}.")
    for row in retirements_form(scene).rows:
        if row["Check"] == "no change open":
            lines.append(
                f"Open a change: {row['Notice']} retires in {row.number('Days left'):g} days."
            )
    return lines


def _about_duties(spec: MatrixSpec) -> list[str]:
    duties = [duty for duty in spec.obligations.resolved() if duty.verify]
    if not duties:
        return []
    said = plural(len(duties), "reporting duty", "reporting duties")
    return [f"Let counsel confirm {said} and who decides on each."]


def _about_steps(scene: Scene) -> list[str]:
    if scene.spec.checklist is None:
        return []
    waiting = ("overdue", "renew", "open")
    lines = [r for r in checklist_lines(scene) if str(r["State"]).casefold() in waiting]
    lines.sort(key=lambda row: waiting.index(str(row["State"]).casefold()))
    said = [f"{row['Step']} ({row['Owner'] or 'no owner'})." for row in lines[:MOST_STEPS]]
    rest = len(lines) - MOST_STEPS
    return [*said, f"And {rest} more steps of the checklist."] if rest > 0 else said
