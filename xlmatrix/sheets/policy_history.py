"""Policy history: what earlier versions said; incidents opened under one keep it."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import F, col, iferror, lit, place_of, ref
from xlmatrix.model.targets import TARGETS
from xlmatrix.rules.holders import stands_expr
from xlmatrix.rules.names import policy_name
from xlmatrix.rules.policy import CODES
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula
from xlmatrix.sheets.policy import clock_words
from xlmatrix.tables.matrix import MATRIX
from xlmatrix.tables.people import ROLES

HISTORY: Final = "Policy history"
_HEADER: Final = 6


def history_sheets(scene: Scene) -> list[Drawn]:
    """Every version in words; no sheet where there was but one version."""
    if not scene.spec.history:
        return []
    draft = Draft(HISTORY)
    subtitle = "An incident keeps what was in force when it opened."
    heading(draft, "Policy history", subtitle)
    back_link(draft, 3, 2)
    draft.set_page(freeze=f"D{_HEADER + 1}", repeat_rows=f"{_HEADER}:{_HEADER}", landscape=True)
    for column in range(2, 5 + len(TARGETS)):
        draft.widths[column] = 11 if column < 5 else 15
    last = _roles(draft, scene, _classes(draft, scene, _targets(draft, scene)))
    last = _calendars(draft, scene, _teams(draft, scene, _rotations(draft, scene, last)))
    draft.set_page(area=area(1, 1, last, 4 + len(TARGETS)))
    return [Drawn(draft.plan(), {})]


def _targets(draft: Draft, scene: Scene) -> int:
    """The targets of every version, the present one last; gives the last row."""
    spec = scene.spec
    draft.row(_HEADER, 2, ["Version", "Effective", "Severity", *TARGETS.values()], "header")
    count = len(spec.severities)
    order = [*range(count, len(scene.context.policy.clocks)), *range(count)]
    labels = [*((one.version, one.effective) for one in spec.history)]
    labels.append((spec.policy.version, spec.policy.effective))
    for row, place in enumerate(order, start=_HEADER + 1):
        version, day = labels[(row - _HEADER - 1) // count]
        draft.put(row, 2, version, "key")
        draft.put(row, 3, day, "fixed.date")
        draft.put(row, 4, spec.severities[place % count].id, "fixed.center")
        for column, code in enumerate(CODES.values(), start=5):
            words = clock_words(scene, scene.context.policy.clocks[place][code])
            expr = F.INDEX(policy_name(code, "T"), place + 1) & ""
            draft.put(row, column, Formula(expr, words), "formula.wrap")
    return _HEADER + len(order)


def _classes(draft: Draft, scene: Scene, last: int) -> int:
    """The classes that had another severity before; gives the last row."""
    spec = scene.spec
    changed = [
        (version, kind, before.severity)
        for version in spec.history
        for kind in spec.classes
        if (before := version.classes.get(kind.id)) and before.severity
    ]
    if not changed:
        return last
    draft.row(last + 2, 2, ["Version", "Effective", "Class", "Severity", "Now"], "header")
    for row, (version, kind, severity) in enumerate(changed, start=last + 3):
        draft.put(row, 2, version.version, "key")
        draft.put(row, 3, version.effective, "fixed.date")
        draft.put(row, 4, kind.id, "fixed.center")
        draft.put(row, 5, severity, "fixed.center")
        place = place_of(lit(kind.id), col(MATRIX.name, "ID"))
        now = iferror(F.INDEX(col(MATRIX.name, "Severity"), place) & "")
        draft.put(row, 6, Formula(now, kind.severity), "formula.center")
    return last + 2 + len(changed)


def _roles(draft: Draft, scene: Scene, last: int) -> int:
    """The roles that others held before; gives the last row."""
    spec = scene.spec
    changed = [
        (version, role, before)
        for version in spec.history
        for role in spec.roles
        if (before := version.roles.get(role.id))
    ]
    if not changed:
        return last
    headers = ["Version", "Effective", "Role", "Primary", "Backup", "Primary now", "Backup now"]
    draft.row(last + 2, 2, headers, "header")
    for row, (version, role, before) in enumerate(changed, start=last + 3):
        draft.put(row, 2, version.version, "key")
        draft.put(row, 3, version.effective, "fixed.date")
        draft.put(row, 4, role.name, "fixed.wrap")
        draft.put(row, 5, before.primary, "fixed")
        draft.put(row, 6, before.backup, "fixed")
        place = place_of(ref(row, 4), col(ROLES.name, "Role"))
        for column, (part, person) in enumerate(
            (("Primary", role.primary), ("Backup", role.backup)), start=7
        ):
            now = stands_expr(part, place)
            draft.put(row, column, Formula(now, person or ""), "formula")
    return last + 2 + len(changed)


def _rotations(draft: Draft, scene: Scene, last: int) -> int:
    """The turns that people took before; gives the last row."""
    spec = scene.spec
    told = [(version, one) for version in spec.history for one in version.on_call or ()]
    told = [(version, one) for version, one in told if one not in spec.on_call]
    if not told:
        return last
    headers = ["Version", "Effective", "Role", "Turns", "From", "Taken by"]
    draft.row(last + 2, 2, headers, "header")
    for row, (version, one) in enumerate(told, start=last + 3):
        draft.put(row, 2, version.version, "key")
        draft.put(row, 3, version.effective, "fixed.date")
        draft.put(row, 4, spec.role(one.role).name, "fixed.wrap")
        draft.put(row, 5, str(one.every), "fixed")
        draft.put(row, 6, one.start, "fixed.date")
        draft.put(row, 7, ", ".join(one.people), "fixed")
    return last + 2 + len(told)


def _teams(draft: Draft, scene: Scene, last: int) -> int:
    """The teams in which others were before; gives the last row."""
    changed = [
        (version, team, before)
        for version in scene.spec.history
        for team in scene.spec.teams
        if (before := version.teams.get(team.id))
    ]
    if not changed:
        return last
    draft.row(last + 2, 2, ["Version", "Effective", "Team", "People"], "header")
    for row, (version, team, before) in enumerate(changed, start=last + 3):
        draft.put(row, 2, version.version, "key")
        draft.put(row, 3, version.effective, "fixed.date")
        draft.put(row, 4, team.name, "fixed.wrap")
        draft.put(row, 5, ", ".join(before.members), "fixed")
    return last + 2 + len(changed)


def _calendars(draft: Draft, scene: Scene, last: int) -> int:
    """The calendars that had other hours on the days before; gives the last row."""
    spec = scene.spec
    ends = [*(version.effective for version in spec.history[1:]), spec.policy.effective]
    changed = [
        (version, until, calendar, before)
        for version, until in zip(spec.history, ends, strict=True)
        for calendar in spec.calendars
        if (before := version.calendars.get(calendar.id))
    ]
    if not changed:
        return last
    draft.row(last + 2, 2, ["Version", "Days before", "Calendar", "Hours"], "header")
    for row, (version, until, calendar, before) in enumerate(changed, start=last + 3):
        draft.put(row, 2, version.version, "key")
        draft.put(row, 3, until, "fixed.date")
        draft.put(row, 4, calendar.name, "fixed.wrap")
        draft.put(row, 5, before.hours, "fixed")
    return last + 2 + len(changed)
