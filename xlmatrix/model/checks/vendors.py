"""A vendor's support answers in time for our own targets."""

from __future__ import annotations

from collections.abc import Iterator

from xlmatrix.model.base import Problem, warning
from xlmatrix.model.checks.order import clock_of, usable
from xlmatrix.model.checks.starts import Clock, Starts
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.severity import Severity
from xlmatrix.model.targets import Target, TargetName
from xlmatrix.model.vendors import SupportResponse, Vendor


def check(spec: MatrixSpec, starts: Starts) -> Iterator[Problem]:
    """Targets that a vendor's response bounds and that are due before it, for some start or all."""
    for place, vendor in enumerate(spec.vendors):
        response = vendor.support_response
        if response is None:
            continue
        slow = [
            said
            for severity, name, target in bounded(spec, vendor)
            if (said := _later(starts, response, severity, name, target))
        ]
        if slow:
            answer = starts.words(Clock(response.within, response.calendar))
            yield warning(
                "vendor-slower",
                ("vendors", place, "support_response"),
                f"{vendor.name} answers within {answer}, later than {', '.join(slow)}",
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


def _later(
    starts: Starts, response: SupportResponse, severity: Severity, name: TargetName, target: Target
) -> str:
    """The target with a start that shows that it is due before the vendor answers, else ""."""
    ours = clock_of(severity, target)
    later = starts.later(Clock(response.within, response.calendar), ours)
    if later is None:
        return ""
    said = f"{severity.id} {name.replace('_', ' ')}"
    if later.first is None:
        return f"{said} ({target.within})"
    first, how = later.first, "always" if later.every else "at times"
    return (
        f"{said} ({starts.words(ours)}; {how}: opened {first.opened}, due {first.other_due},"
        f" answered by {first.one_due})"
    )
