"""What the spec accepts, on the lines of the Health sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import inf

from xlmatrix.model import judged_spec
from xlmatrix.model.checks.accept import covers, reasons
from xlmatrix.model.models import MatrixSpec
from xlmatrix.rules.lint.health_check import HealthCheck


def with_accepted(spec: MatrixSpec, lines: Iterable[HealthCheck]) -> list[HealthCheck]:
    """The lines with what may fail in each without making it open again.

    An entry without a place, for the line's own place (a severity and all in it) or for its sheet
    accepts the whole line. One for a place within accepts as many as it takes away in the spec.
    """
    if not spec.accept:
        return list(lines)
    taken = judged_spec(spec).accepted
    return [_accepted(spec, line, [f.path for f in taken if f.code == line.code]) for line in lines]


def _accepted(spec: MatrixSpec, line: HealthCheck, taken: list[str]) -> HealthCheck:
    entries = {n: entry for n, entry in enumerate(spec.accept) if entry.finding == line.code}
    whole = {
        n
        for n, entry in entries.items()
        if covers(spec, entry, line.path) or (entry.where or "").casefold() == line.sheet.casefold()
    }
    if whole:
        return replace(line, allowed=inf, reason=reasons(spec, whole), entries=frozenset(whole))
    inside = [path for path in taken if path.startswith(line.path)]
    used = {n for n, entry in entries.items() if any(covers(spec, entry, at) for at in inside)}
    return replace(line, allowed=len(inside), reason=reasons(spec, used), entries=frozenset(used))
