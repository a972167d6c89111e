"""The proof in a few lines: one a kind of gap, however many roles and classes it concerns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from xlmatrix.errors import Finding, Level
from xlmatrix.model.base import Path, path_text
from xlmatrix.rules.ladder.coverage import shown, union
from xlmatrix.rules.proof.fairness import ROTA_KINDS
from xlmatrix.rules.proof.kinds import KINDS, Kind
from xlmatrix.rules.proof.whole import Case, Proof

#: Everything that is looked for: code, how a gap reads, what to do about it.
SOUGHT: Final = (
    *((kind.code, kind.label, kind.mend) for kind in KINDS),
    *((code, label, mend) for code, (label, mend) in ROTA_KINDS.items()),
)
#: What the Coverage sheet says of a kind of which there is a gap, and of one without.
GAP: Final = "gap"
NONE: Final = "none"
#: How an incident without a class is named.
WITHOUT_CLASS: Final = "no class"


@dataclass(frozen=True, slots=True)
class Found:
    """One kind of gap over the whole matrix.

    ``count`` of ``total`` pairs of a class and a severity have it, or so many people of rotations.
    ``share`` is that of the openings for which at least one pair has it; None for people.
    """

    code: str
    label: str
    mend: str
    count: int
    total: int
    first_s: int | None = None
    share: float | None = None
    example: str = ""
    path: Path = ()

    @property
    def unit(self) -> str:
        """What is counted."""
        return "people" if self.code in ROTA_KINDS else "class × severity"


def summary(proof: Proof) -> tuple[Found, ...]:
    """Every kind of gap that is looked for, in the order shown; those without one have count 0."""
    return (
        *(_of_ladders(proof, kind) for kind in KINDS),
        *(_of_rotas(proof, code, label, mend) for code, (label, mend) in ROTA_KINDS.items()),
    )


def findings(proof: Proof, where: Callable[[Path], str]) -> list[Finding]:
    """A warning for every kind of gap that there is; ``where`` gives the place of a path."""
    found = []
    for one in summary(proof):
        if one.count:
            mend = one.mend
            said = f"{one.label}: {told(proof, one)}"
            place = path_text(one.path)
            found.append(Finding(Level.WARNING, one.code, said, where(one.path), mend, place))
    return found


def told(proof: Proof, found: Found) -> str:
    """How many, since when, how much of the time, and the first of them in words."""
    parts = [f"{found.count} of {found.total} {found.unit}"]
    if found.first_s is not None:
        parts.append(f"first {shown(proof.zone, found.first_s)}")
    if found.share is not None:
        parts.append(f"{share_text(found.share)} of the time")
    return ", ".join(parts) + (f" ({found.example})" if found.example else "")


def share_text(share: float) -> str:
    """A share in per cent that never says 0 or 100 of what is neither."""
    percent = share * 100
    if percent < 0.1:
        return "under 0.1 %"
    if 99.9 < percent < 100:
        return "99.9 %"
    return f"{percent:.0f} %" if percent in (0, 100) else f"{percent:.1f} %"


def first_case(proof: Proof, code: str) -> tuple[Case, int] | None:
    """The case whose gap comes first, and the opening at which it does; the worst severity wins."""
    cases = [(case, int(case.gaps[code].start_s[0])) for case in proof.concerned(code)]
    return min(cases, key=lambda pair: pair[1], default=None)


def union_share(proof: Proof, code: str) -> float:
    """The share of the openings for which at least one case has a kind of gap."""
    many = [
        list(zip(gap.start_s.tolist(), gap.end_s.tolist(), strict=True))
        for case in proof.concerned(code)
        for gap in [case.gaps[code]]
    ]
    total = sum(end - start for start, end in union(many))
    return total / (proof.high_s - proof.low_s)


def case_name(class_id: str) -> str:
    """A class by its id, or that there is none."""
    return class_id or WITHOUT_CLASS


def _of_ladders(proof: Proof, kind: Kind) -> Found:
    cases = proof.concerned(kind.code)
    first = first_case(proof, kind.code)
    if first is None:
        return Found(kind.code, kind.label, kind.mend, 0, proof.total)
    case, opening_s = first
    severity = [one.id for one in proof.spec.severities].index(case.severity)
    return Found(
        kind.code,
        kind.label,
        kind.mend,
        sum(len(one.classes) for one in cases),
        proof.total,
        opening_s,
        union_share(proof, kind.code),
        f"{case_name(case.classes[0])} at {case.severity}: {_people(case, opening_s)}",
        ("severities", severity, "ladder"),
    )


def _people(case: Case, opening_s: int) -> str:
    """Who is called first, second and last, and who owns the response."""
    said = []
    for rank in ("first", "second", "last"):
        if names := case.who_at(rank, opening_s):
            said.append(f"{rank} {' and '.join(names)}")
    owner = case.owner_at(opening_s)
    return f"{owner or 'nobody'} owns the response, " + (
        f"called are {', '.join(said)}" if said else "nobody is called"
    )


def _of_rotas(proof: Proof, code: str, label: str, mend: str) -> Found:
    gaps = [gap for gap in proof.rotas if gap.code == code]
    people = {person.casefold() for one in proof.spec.on_call for person in one.people}
    people |= {gap.person.casefold() for gap in gaps}
    if not gaps:
        return Found(code, label, mend, 0, len(people))
    first = min(gaps, key=lambda gap: gap.first_s)
    count = len({gap.person.casefold() for gap in gaps})
    return Found(
        code, label, mend, count, len(people), first.first_s, None, first.said,
        ("on_call", first.place),
    )  # fmt: skip
