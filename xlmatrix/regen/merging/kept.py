"""What incidents of before keep, in words: the lines of the report about versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlmatrix.model.history import PolicyVersion
from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.sheets.policy_history import HISTORY

#: How many classes a line names.
_MOST: Final = 8


def version_lines(base: MatrixSpec, new: MatrixSpec) -> list[Change]:
    """A line for the version that the old workbook's policy became, or that got more to say."""
    known = {one.effective: one for one in base.history}
    since = f"from {new.policy.effective} on; incidents opened before keep"
    told = [
        (version, kept)
        for version in new.history
        if (kept := _kept(version, known.get(version.effective)))
    ]
    return [
        Change(
            Outcome.TAKEN,
            "",
            f"version {new.policy.version}",
            "",
            note=f"{since} {_listed(kept)} of version {version.version}",
            sheet=HISTORY,
        )
        # Older versions only say more of the same.
        for version, kept in told[-1:]
    ]


def _kept(version: PolicyVersion, before: PolicyVersion | None) -> list[str]:
    """What a version says that it did not say before."""
    found = []
    if version.targets and (before is None or before.targets != version.targets):
        found.append("the targets")
    was = before.classes if before else {}
    kinds = [
        f"{kind} ({one.severity})"
        for kind, one in version.classes.items()
        if one.severity and was.get(kind) != one
    ]
    if kinds:
        more = f" and {len(kinds) - _MOST} more" if len(kinds) > _MOST else ""
        found.append(f"the severity of {', '.join(kinds[:_MOST])}{more}")
    return found


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(parts)
