"""A wrong rule fails: each way in which reporting was once late, or called out too early."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.reporting.cases import Case, cases
from tests.reporting.engine import Answer, answers, published_rules
from xlmatrix.model.obligations import Clock, Obligation, published
from xlmatrix.rules.reporting.rows import row_of

#: A matrix west of Europe, and one east of it.
ZONES: Final = ("America/New_York", "Asia/Tokyo", "Europe/Berlin")
_OTHERS_ONLY: Final = {"dora": ("other",), "dora-relief-withdrawn": ("no",)}


def _clocks(id_: str, *places: int, **changes: Any) -> tuple[Clock, ...]:
    """The further clocks of a rule without those at some places, the others changed."""
    return tuple(
        clock.model_copy(update=changes)
        for place, clock in enumerate(published()[id_].clocks)
        if place not in places
    )


#: What is wrong, in which rule, and how.
LATE: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "84 hours for both tracks": ("au-soci-written", {"clocks": ()}),
    "72 hours for a trust service": ("nis2-23-notice", {"clocks": _clocks("nis2-23-notice", 0)}),
    "no cut-off hour of EDGAR": ("sec-8k-105", {"ends": "clock"}),
    "the matrix's zone for the SEC": ("sec-8k-105", {"zone": None}),
    "the matrix's holidays for the SEC": ("sec-8k-105", {"calendar": None}),
    "the member state's holidays for the SEC": ("sec-8k-105", {"calendar": "member state"}),
    "holidays skipped for the ANPD that it may not keep": ("br-anpd", {"calendar": "matrix"}),
    "no 24 hours after awareness": ("dora-19-initial", {"clocks": ()}),
    "relief for every entity": ("dora-19-initial", {"roll_if": {}}),
    "relief for every entity, later": ("dora-19-inter", {"roll_if": {}}),
    "a relief that was withdrawn": ("dora-19-final", {"roll_if": {}}),
    "a fix only, no workaround": ("cra-14-final-fix", {"after": "resolved"}),
    "HHS apart from the people": ("hipaa-408-hhs", {"clocks": ()}),
    "months in the matrix's zone": ("cra-14-final-incident", {"zone": None}),
    "no intermediate report until it is over": ("gpai-9-3-inter", {"until": "aware"}),
    "no end of the series": ("gpai-9-3-inter", {"until": None}),
    "the first report starts the series for ever": ("gpai-9-3-inter", {"take": "earliest"}),
    "no final report": ("gpai-9-3-final", {"after": "handled"}),
    "no month after handling": ("nis2-23-final", {"clocks": _clocks("nis2-23-final", 1)}),
    "no progress report": ("nis2-23-progress", {"when": {"ongoing": ("no",)}}),
    "a month in Croatia": ("nis2-23-progress", {"clocks": ()}),
    "awareness in Finland": ("nis2-23-early", {"clocks": _clocks("nis2-23-early", 0)}),
    "24 hours in Cyprus": ("nis2-23-early", {"clocks": _clocks("nis2-23-early", 1)}),
    "no fallback without the provider": ("ai-act-26-5", {"clocks": ()}),
    "an inference told as the law": ("ai-act-73-3", {"inference": False}),
    "the end of the year typed": ("hipaa-408-hhs-annual", {"after": "discovered"}),
    "the day of discovery in another zone": ("hipaa-408-hhs-annual", {"zone": None}),
    "from the death, not from the incident": ("ai-act-73-4", {"after": "detected"}),
    "business days for a payment": ("au-ransom-payment", {"unit": "business days", "amount": 3}),
    "double time for every agent": ("br-anpd", {"amount": 6}),
    "single time to supplement": ("br-anpd-supplement", {"clocks": ()}),
    "days by the clock for absolute hours": ("gdpr-33", {"unit": "days", "amount": 3}),
    "hours that move over a weekend": ("nydfs-500-17", {"roll": "next-working-day"}),
    "a month of 30 days": ("dora-19-final", {"unit": "days", "amount": 30}),
}
EARLY: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "awareness counts although it was classified later": (
        "dora-19-initial", {"clocks": _clocks("dora-19-initial", lapses=None)},
    ),
    "an act before its date": ("ny-raise", {"effective": None, "force": "in force"}),
    "rules before their date": ("in-dpdp-7-detail", {"effective": None, "force": "in force"}),
    "a pending rule runs": ("circia-incident", {"force": "in force"}),
    "a bill runs": ("uk-csrb-early", {"force": "in force"}),
    "a chapter that is deferred": ("ai-act-26-5", {"effective": None, "force": "in force"}),
    "three reports for one": ("ai-act-73-2", {"group": None}),
    "no relief at all": ("dora-19-initial", {"roll": "none"}),
    "no relief for the final report of a bank": ("dora-19-final", {"roll_if": _OTHERS_ONLY}),
    "NIS2 beside DORA": ("nis2-23-early", {"applies_to": {"nis2": ("essential", "important")}}),
    "known before it was in force": ("cra-14-early", {"effective": None}),
    "14 days from awareness": ("cra-14-final-fix", {"after": "aware"}),
    "payment by somebody else counts from the payment": ("au-ransom-payment", {"clocks": ()}),
    "both tracks in 48 hours": ("au-soci-written", {"amount": 48, "clocks": ()}),
}  # fmt: skip


def differs(wanted: Case, found: list[Answer]) -> bool:
    """Whether what the engine says is not what was worked out by hand."""
    return any(
        (one.safe, one.law, one.state, one.who, one.missing, one.open, one.marks)
        != (got.safe, got.law, got.judged.fine, got.judged.who, got.missing, got.open,
            got.judged.marks)
        for one, got in zip(wanted.reports, found, strict=True)
    )  # fmt: skip


def is_caught(id_: str, changes: dict[str, Any]) -> bool:
    """Whether a worked example of a rule fails when the rule is changed."""
    wrong: Obligation = published()[id_].model_copy(update=changes)
    rules = {**published_rules(), id_: row_of(wrong, "Quality")}
    of_it = [case for case in cases() if any(one.of == id_ for one in case.reports)]
    return any(differs(case, answers(case, zone, rules)) for zone in ZONES for case in of_it)


@pytest.mark.parametrize(("id_", "changes"), LATE.values(), ids=list(LATE))
def test_a_rule_that_would_make_a_report_late_fails(id_: str, changes: dict[str, Any]) -> None:
    assert is_caught(id_, changes)


@pytest.mark.parametrize(("id_", "changes"), EARLY.values(), ids=list(EARLY))
def test_a_rule_that_would_call_out_without_need_fails(id_: str, changes: dict[str, Any]) -> None:
    assert is_caught(id_, changes)


@pytest.mark.parametrize("id_", list(published()))
def test_every_rule_has_examples_that_its_figure_and_its_moment_decide(id_: str) -> None:
    rule = published()[id_]
    if rule.force == "bill":
        assert is_caught(id_, {"force": "in force"})
        return
    longer = {"amount": rule.amount + 1, "unit": rule.unit if rule.amount else "hours"}
    assert is_caught(id_, longer)
    assert is_caught(id_, {"after": "recovered" if rule.after != "recovered" else "aware"})
