"""The proof as people and scripts read it: lines for a terminal, a document for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from xlmatrix.model.base import path_text
from xlmatrix.rules.proof.schedule import Call, Seat
from xlmatrix.rules.proof.summary import Found, case_name, summary, told
from xlmatrix.rules.proof.whole import RANKS, Case, Proof


def proof_lines(proof: Proof) -> Iterator[str]:
    """One line a kind of gap, one a person who takes turns, and the verdict."""
    spec, found = proof.spec, summary(proof)
    yield (
        f"{len(spec.classes)} classes and no class × {len(spec.severities)} severities,"
        f" every instant from {spec.horizon.start} to {spec.horizon.end} ({spec.zone})"
    )
    for one in found:
        yield f"gap   {one.label}: {told(proof, one)}" if one.count else f"none  {one.label}"
    for load in proof.loads:
        if load.rotates:
            yield (
                f"      {load.person}: {load.hours:.1f} h on call a week ({load.most_hours:.1f} at"
                f" most), {load.nights:.1f} nights ({load.most_nights} at most),"
                f" {load.in_a_row} in a row at most"
            )
    kinds = sum(bool(one.count) for one in found)
    yield "no gap" if not kinds else f"{kinds} {'kind' if kinds == 1 else 'kinds'} of gap"


def proof_document(proof: Proof) -> dict[str, Any]:
    """The whole proof: every kind, every case with its openings, every person."""
    spec = proof.spec
    return {
        "title": spec.title,
        "zone": spec.zone,
        "from": _iso(proof, proof.low_s),
        "to": _iso(proof, proof.high_s),
        "pairs": proof.total,
        "kinds": [_kind(proof, one) for one in summary(proof)],
        "cases": [_case(proof, case) for case in proof.cases],
        "rotations": [
            asdict(gap) | {"path": f"on_call[{gap.place}]", "first_s": _iso(proof, gap.first_s)}
            for gap in proof.rotas
        ],
        "people": [asdict(load) for load in proof.loads],
    }


def _iso(proof: Proof, at_s: int) -> str:
    return datetime.fromtimestamp(at_s, proof.zone.info).isoformat()


def _kind(proof: Proof, found: Found) -> dict[str, Any]:
    return {
        "code": found.code,
        "label": found.label,
        "mend": found.mend,
        "count": found.count,
        "of": found.total,
        "unit": found.unit,
        "first": None if found.first_s is None else _iso(proof, found.first_s),
        "share": found.share,
        "example": found.example,
        "path": path_text(found.path),
    }


def _case(proof: Proof, case: Case) -> dict[str, Any]:
    whole = proof.high_s - proof.low_s
    return {
        "severity": case.severity,
        "classes": [case_name(one) for one in case.classes],
        "response_role": case.schedule.response,
        "exhausted_after_s": case.schedule.exhausted_s,
        "calls": [_call(call) for call in case.schedule.calls],
        **{
            rank: [
                {
                    "people": list(one.people),
                    "first": _iso(proof, one.first_s),
                    "share": one.seconds / whole,
                }
                for one in case.who(rank)
            ]
            for rank in RANKS
        },
        "gaps": {
            code: [
                [_iso(proof, start), _iso(proof, end)]
                for start, end in zip(gap.start_s.tolist(), gap.end_s.tolist(), strict=True)
            ]
            for code, gap in case.gaps.items()
            if gap
        },
    }


def _call(call: Call) -> dict[str, Any]:
    return {"after_s": call.seconds, "seats": [_seat(seat) for seat in call.seats]}


def _seat(seat: Seat) -> dict[str, Any]:
    named = {"team": seat.team} if seat.team else {"role": seat.role, "contact": seat.contact}
    return {**named, "inform": seat.inform, "level": seat.level, "pass": seat.turn}
