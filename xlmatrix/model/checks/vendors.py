"""A vendor's support answers in time for our own targets."""

from __future__ import annotations

from collections.abc import Iterator

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Problem, warning
from xlmatrix.model.calendars import day_seconds, weekly_hours
from xlmatrix.model.checks.order import usable
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import Target, TargetName
from xlmatrix.model.vendors import Vendor

_DAY_S = 86_400


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """Targets that a vendor's response bounds and that are shorter than it."""
    for place, vendor in enumerate(spec.vendors):
        response = vendor.support_response
        if response is None:
            continue
        slow = [
            f"{severity.id} {name.replace('_', ' ')} ({target.within})"
            for severity, name, target in bounded(spec, vendor)
            if slower(spec, vendor, severity, target)
        ]
        if slow:
            yield warning(
                "vendor-slower",
                ("vendors", place, "support_response"),
                f"{vendor.name} answers within {response.within}, later than {', '.join(slow)}",
                "Buy a faster support plan, prepare a fallback, or lengthen the target",
            )


def bounded(spec: MatrixSpec, vendor: Vendor) -> Iterator[tuple[Severity, TargetName, Target]]:
    """The targets that cannot be faster than the vendor: of the severities its classes have."""
    kinds = [k for k in spec.classes if not vendor.bounds.classes or k.id in vendor.bounds.classes]
    levels = {kind.severity for kind in kinds}
    for severity in spec.severities:
        for name in vendor.bounds.targets:
            target = severity.targets.get(name)
            if severity.id in levels and target is not None and usable(target):
                yield severity, name, target


def slower(spec: MatrixSpec, vendor: Vendor, severity: Severity, target: Target) -> bool:
    """Whether the vendor's response takes longer than a target, each at its longest day."""
    response = vendor.support_response
    if response is None:
        return False
    try:
        ours = _seconds(spec, target.within.days, target, severity)
        if response.within.days is not None:
            return response.within.days * _DAY_S > ours
        calendar = response.calendar
        day = day_seconds(spec.calendar(calendar)) if calendar else _DAY_S
        theirs = response.within.working_seconds(day)
        if calendar and not weekly_hours(spec.calendar(calendar)).always:
            # Their hours stand still while ours run: each full day of theirs is one of the clock.
            same = severity.calendar_of(target) == calendar
            theirs = theirs if same else theirs // day * _DAY_S + theirs % day
        return theirs > ours
    except XlmatrixError:
        return False


def _seconds(spec: MatrixSpec, days: int | None, target: Target, severity: Severity) -> int:
    if days is not None:
        return days * _DAY_S
    return target.within.working_seconds(day_seconds(spec.calendar(severity.calendar_of(target))))
