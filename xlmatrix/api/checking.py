"""Everything wrong or doubtful about a spec or about a workbook in use."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from xlmatrix.api.stamps import as_of_stamp
from xlmatrix.errors import Finding, FindingsError, Level
from xlmatrix.model import MatrixSpec, check_spec, load
from xlmatrix.regen import read_book
from xlmatrix.rules.ladder.coverage import coverage_findings
from xlmatrix.tables.kinds import stamp_of

_WORKBOOKS: Final = (".xlsx", ".xlsm")
_ZIP: Final = b"PK\x03\x04"
#: A horizon that ends sooner than this is worth a new one.
FEWEST_DAYS: Final = 60


def check(path: str | os.PathLike[str], *, today: date | None = None) -> tuple[Finding, ...]:
    """Every finding about a spec or a workbook that xlmatrix made, errors included.

    Parameters
    ----------
    path
        A spec in YAML, or an ``.xlsx`` or ``.xlsm`` whose inputs are read as they stand.
    today
        The date the horizon is judged on; None takes today in the matrix's zone. A workbook whose
        *As of* is frozen is judged at that time.

    Raises
    ------
    XlmatrixError
        For a file that is neither.
    """
    if is_workbook(Path(path)):
        return _check_workbook(Path(path), today)
    try:
        loaded = load(path)
    except FindingsError as error:
        return error.findings
    spec = loaded.spec
    found = list(loaded.findings)
    found += coverage_findings(spec, loaded.where(("on_call",)))
    found += _ends_soon(spec, loaded.where(("horizon", "end")), today)
    return tuple(found)


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook by its name or its first bytes."""
    if path.suffix.lower() in _WORKBOOKS:
        return True
    try:
        # A pipe that nobody writes to would be waited for.
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_ZIP)) == _ZIP
    except (OSError, ValueError):
        return False


def _ends_soon(spec: MatrixSpec, where: str, today: date | None) -> list[Finding]:
    now = today or (as_of_stamp(None, spec.zone) or datetime.now(ZoneInfo(spec.zone))).date()
    left = (spec.horizon.end - now).days
    if left >= FEWEST_DAYS:
        return []
    said = f"the horizon ends on {spec.horizon.end}, in {left} days"
    if left < 0:
        said = f"the horizon ended on {spec.horizon.end}, {-left} days ago"
    mend = "Write a later end and build or regenerate the workbook"
    return [Finding(Level.WARNING, "horizon-ends", said, where, mend, "horizon.end")]


def _check_workbook(path: Path, today: date | None) -> tuple[Finding, ...]:
    # Reading and planning a workbook takes a second of imports that a spec does without.
    from xlmatrix.sheets.book import plan_book
    from xlmatrix.sheets.health import NAME, read_lines
    from xlmatrix.sheets.strict import strict_findings

    used = read_book(path)
    spec = used.spec
    frozen = stamp_of(used.typed.get(("", "AsOf_Input", "")))
    if frozen is None:
        frozen = datetime.now(ZoneInfo(spec.zone)).replace(microsecond=0, tzinfo=None)
    if today is not None:
        frozen = datetime.combine(today, frozen.time())
    plan = plan_book(spec, used.log, as_of=frozen, created=frozen, typed=used.typed)
    found = [*used.findings, *check_spec(spec, str(path))]
    found += strict_findings(plan, spec, str(path))
    health = next(sheet for sheet in plan.sheets if sheet.name == NAME)
    for line in read_lines(health):
        level = Level.WARNING if line.state == "fix" else Level.NOTE
        count = "" if line.found == 1 else f" ({line.found:g})"
        where = f"{path}!{line.sheet}"
        found.append(Finding(level, "health", f"{line.check}{count}", where, line.mend))
    return tuple(dict.fromkeys(found))
