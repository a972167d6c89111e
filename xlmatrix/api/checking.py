"""Everything wrong or doubtful about a spec or about a workbook in use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from xlmatrix.api.law_findings import release_findings, sheet_law_findings, spec_law_findings
from xlmatrix.api.rehearsing import sheet_faults, spec_faults
from xlmatrix.api.stamps import as_of_stamp
from xlmatrix.api.zones import computer_zone_findings, workbook_zone_findings
from xlmatrix.errors import Finding, FindingsError, Level
from xlmatrix.model import MatrixSpec, judged_spec, load
from xlmatrix.model.base import Problem, path_text
from xlmatrix.model.checks.accept import judged, unused
from xlmatrix.model.findings import KINDS, Seen
from xlmatrix.package.kinds import is_workbook
from xlmatrix.regen import read_book
from xlmatrix.regen.carrying.beside import below_logs
from xlmatrix.regen.merging.overlay import as_typed
from xlmatrix.rules.ladder.coverage import coverage_findings
from xlmatrix.rules.lint.health_check import ACCEPTED, FIX, HealthCheck
from xlmatrix.rules.lint.typed import said_once
from xlmatrix.rules.proof.proving import proof_of
from xlmatrix.rules.proof.summary import findings as proof_findings
from xlmatrix.tables.kinds import stamp_of
from xlmatrix.worktime.database import zone_info
from xlmatrix.worktime.zones import now_in

#: A horizon that ends sooner than this is worth a new one.
FEWEST_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: what is ``open``, and what the spec has ``accepted`` with a reason."""

    open: tuple[Finding, ...]
    accepted: tuple[Finding, ...] = ()


def check(
    path: str | os.PathLike[str], *, today: date | None = None, quick: bool = False
) -> tuple[Finding, ...]:
    """Every open finding about a spec or a workbook, errors included; see :func:`checked`."""
    return checked(path, today=today, quick=quick).open


def checked(
    path: str | os.PathLike[str], *, today: date | None = None, quick: bool = False
) -> Checked:
    """Every finding about a spec or a workbook that xlmatrix made, errors and accepted ones too.

    Parameters
    ----------
    path
        A spec in YAML, or an ``.xlsx`` or ``.xlsm`` whose inputs are read as they stand.
    today
        The date the horizon is judged on; None takes today in the matrix's zone. A workbook whose
        *As of* is frozen is judged at that time.
    quick
        Whether to leave out the proof of who is called.

    Raises
    ------
    XlmatrixError
        For a file that is neither.
    """
    if is_workbook(Path(path)):
        return _check_workbook(Path(path), today, quick=quick)
    try:
        loaded = load(path)
    except FindingsError as error:
        return Checked(error.findings)
    spec = loaded.spec
    found = spec_faults(spec, loaded.where)
    found += coverage_findings(spec, loaded.where(("on_call",)))
    day = today or (as_of_stamp(None, spec.zone) or datetime.now(zone_info(spec.zone))).date()
    found += _ends_soon(spec, loaded.where(("horizon", "end")), day)
    found += spec_law_findings(spec, loaded.where, day)
    if not quick:
        found += proof_findings(proof_of(spec), loaded.where)
    told = judged(spec, found)
    found = [*loaded.findings, *told.open]
    found += computer_zone_findings(spec, loaded.where(("zone",)))
    for idle in unused(spec, told.used, _seen(quick, Seen.CHECK)):
        found.append(_finding(idle, loaded.where(idle.path)))
    return Checked(tuple(found), (*loaded.accepted, *told.accepted))


def _ends_soon(spec: MatrixSpec, where: str, today: date) -> list[Finding]:
    left = (spec.horizon.end - today).days
    if left >= FEWEST_DAYS:
        return []
    said = f"the horizon ends on {spec.horizon.end}, in {left} days"
    if left < 0:
        said = f"the horizon ended on {spec.horizon.end}, {-left} days ago"
    mend = "Write a later end and build or regenerate the workbook"
    return [Finding(Level.WARNING, "horizon-ends", said, where, mend, "horizon.end")]


def _finding(problem: Problem, where: str) -> Finding:
    path = path_text(problem.path)
    return Finding(problem.level, problem.code, problem.what, where, problem.mend, path)


def _seen(quick: bool, *always: Seen) -> tuple[Seen, ...]:
    """What such a check comes upon: whatever it leaves out may be accepted all the same."""
    return always if quick else (*always, Seen.PROOF)


def _check_workbook(path: Path, today: date | None, *, quick: bool) -> Checked:
    # Reading and planning a workbook takes a second of imports that a spec does without.
    from xlmatrix.sheets.book import make_scene, plan_book
    from xlmatrix.sheets.drill_view import drill_view
    from xlmatrix.sheets.strict import strict_findings

    used = read_book(path)
    spec = used.spec
    frozen = stamp_of(used.typed.get(("", "AsOf_Input", "")))
    if frozen is None:
        frozen = now_in(spec.zone)
    if today is not None:
        frozen = datetime.combine(today, frozen.time())
    plan = plan_book(
        spec, used.log, as_of=frozen, created=frozen, typed=used.typed, below=below_logs(used)
    )
    plan, _, flagged = as_typed(plan, used.inputs, used.stamp.base)
    told = judged_spec(spec, str(path))
    found = [
        *said_once(used.findings, [one.finding() for one in flagged]),
        *told.open,
        *strict_findings(plan, spec, str(path)),
    ]
    beside: tuple[Finding, ...] = ()
    entries: frozenset[int] = frozenset()
    if spec.drills is not None or spec.obligations.rules:
        scene = make_scene(spec, used.log, as_of=frozen, created=frozen, typed=used.typed)
        view = drill_view(scene)
        found += sheet_faults(spec, view, str(path)) if view is not None else []
        read = sheet_law_findings(scene, str(path), frozen.date())
        released = release_findings(scene, used.stamp.base.tables, str(path))
        law = judged(spec, [*read, *released])
        found += law.open
        beside, entries = law.accepted, law.used
    found += workbook_zone_findings(used, "Regenerate the workbook")
    found += computer_zone_findings(spec, str(path))
    # The proof itself says more than its lines of Health.
    failing = [one for one in plan.health if one.found > 0 and not _is_said(one)]
    proof = [] if quick else proof_findings(proof_of(spec, used.typed), lambda _: str(path))
    proved = judged(spec, proof)
    found += proved.open
    taken = [line for line in failing if line.state == ACCEPTED]
    found += [line_finding(line, path) for line in failing if line.state != ACCEPTED]
    entries = proved.used.union(entries, *(line.entries for line in taken))
    for idle in unused(spec, entries, _seen(quick, Seen.CHECK, Seen.WORKBOOK)):
        found.append(_finding(idle, str(path)))
    accepted = [
        *told.accepted,
        *beside,
        *proved.accepted,
        *(line_finding(line, path) for line in taken),
    ]
    return Checked(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(accepted)))


def _is_said(line: HealthCheck) -> bool:
    """Whether findings say more than the line: the proof's, and what is flagged beside a cell."""
    kind = KINDS.get(line.code)
    return bool(line.homes) or (kind is not None and kind.seen is Seen.PROOF)


def line_finding(line: HealthCheck, path: Path) -> Finding:
    """A line of the Health sheet that fails, as a finding."""
    level = Level.WARNING if line.bad == FIX else Level.NOTE
    count = "" if line.found == 1 else f" ({float(line.found):g})"
    first = f", the first: {line.example.removesuffix('.')}" if line.example else ""
    said = f"{line.check}{count}{first}"
    accepted = line.reason if line.state == ACCEPTED else ""
    where = f"{path}!{line.sheet}"
    return Finding(level, line.code or "health", said, where, line.mend, accepted=accepted)
