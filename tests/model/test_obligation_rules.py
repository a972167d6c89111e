"""Obligations in a spec: taken by their id or written out, and what is found wrong with them."""

from __future__ import annotations

import pytest

from tests.model.small import changed, findings
from xlmatrix.model import loads


def test_obligations_are_taken_by_id_or_written_out() -> None:
    own = (
        "obligations:\n  decider: quality\n  rules:\n    - gdpr-33\n"
        "    - {use: nis2-23-final, decider: oncall}\n"
        "    - {id: acme, regime: Acme contract, trigger: We know, recipient: Acme,"
        " amount: 8, unit: hours}\n"
    )
    spec = loads(changed(("severities:\n", f"{own}severities:\n"))).spec
    first, second, third = spec.obligations.resolved()
    assert (first.amount, first.unit, first.decider) == (72, "hours", "quality")
    assert (second.unit, second.roll, second.decider) == ("months", "eu-1182-71", "oncall")
    assert (third.period, third.decider) == ("8 hours", "quality")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("[gdpr-34, gdpr-35]", "there is no published obligation 'gdpr-35'"),
        ("[gdpr-33, GDPR-33]", "listed twice"),
        ("[{use: gdpr-33, decider: nobody}]", "there is no role 'nobody'"),
        ("[{id: x, regime: R, trigger: T, recipient: Z, unit: hours}]", "0 hours is not a period"),
        ("[gdpr-33]", "nobody decides whether 'gdpr-33' applies"),
    ],
)
def test_a_faulty_obligation_is_found_with_its_line(rules: str, said: str) -> None:
    text = changed(("severities:\n", f"obligations: {rules}\nseverities:\n"))
    found = [finding for finding in findings(text) if said in finding.what]
    assert len(found) == 1, [str(finding) for finding in findings(text)]
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith("obligations:"))
    assert found[0].where == f"matrix.yaml:{line}"
