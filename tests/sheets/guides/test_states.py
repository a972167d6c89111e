"""What the optional sheets say, against figures worked out by hand from their published rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.sheets.guides import books
from tests.sheets.guides.books import TODAY
from xlmatrix.model import Bounds, Duration, MatrixSpec, SupportResponse, Target, Vendor
from xlmatrix.sheets.guides import guide_sheets
from xlmatrix.sheets.plan import SheetPlan


def sheets(
    spec: MatrixSpec, typed: books.Typed | None = None, *, demo: bool = False
) -> list[SheetPlan]:
    scene = books.scene(spec, typed, books.demo() if demo else None)
    return [drawn.plan for drawn, _ in guide_sheets(scene)]


#: A run that an adversary made, and that passed.
TESTED = {"Last run": TODAY, "Cases": 100, "Failed": 0, "By an adversary": "yes"}


def row(part: str, table: str, key: str, **typed: Any) -> dict[str, Any]:
    cells = {(table, key, header.replace("_", " ")): value for header, value in typed.items()}
    if part == "controls":
        for number in (1, 2):
            cells |= {("tControlTests", f"CT-05.{number}", h): v for h, v in TESTED.items()}
    return books.rows(sheets(books.only(part), cells), table)[key]


def test_a_residual_risk_takes_fresh_evidence_whole() -> None:
    found = row(
        "controls", "tControls", "CT-03",
        Likelihood=4, Impact=5, Effectiveness=0.5, Evidence_on=TODAY - 7,
    )  # fmt: skip
    assert (found["Inherent"], found["Residual"], found["Band"]) == (20, 10, "high")


def test_stale_evidence_counts_half() -> None:
    found = row(
        "controls", "tControls", "CT-03",
        Likelihood=4, Impact=5, Effectiveness=0.5, Evidence_on=TODAY - 8,
    )  # fmt: skip
    assert (found["Freshness"], found["Residual"], found["Band"]) == ("stale", 15, "critical")


@pytest.mark.parametrize(
    ("effectiveness", "band", "days"),
    [(0.0, "critical", 7), (0.5, "high", 30), (0.75, "medium", 90), (0.9, "low", 180)],
)
def test_the_days_to_mend_follow_the_band(effectiveness: float, band: str, days: int) -> None:
    found = row(
        "controls", "tControls", "CT-05",
        Likelihood=4, Impact=5, Effectiveness=effectiveness, Evidence_on=TODAY,
        Gap_found_on=TODAY - 7,
    )  # fmt: skip
    assert (found["Band"], found["Mend by"]) == (band, TODAY - 7 + days)
    assert found["State"] == "open"


def test_an_overdue_gap_is_treated_one_band_higher() -> None:
    found = row(
        "controls", "tControls", "CT-05",
        Likelihood=4, Impact=5, Effectiveness=0.5, Evidence_on=TODAY, Gap_found_on=TODAY - 31,
    )  # fmt: skip
    assert (found["Band"], found["State"], found["Treated as"]) == ("high", "overdue", "critical")


def test_done_lapses_when_a_test_counts_for_so_many_days() -> None:
    fresh = row("checklist", "tChecklist", "OW-05", Status="done", Done_on=TODAY - 30)
    old = row("checklist", "tChecklist", "OW-05", Status="done", Done_on=TODAY - 31)
    assert (fresh["State"], old["State"]) == ("done", "renew")


def test_the_workbook_ticks_what_it_can_see_and_nobody_else_does() -> None:
    found = row("checklist", "tChecklist", "CL-03", Status="open")
    assert (found["State"], found["Checked by"]) == ("done", "the workbook")
    assert found["Finding"] == "29 of 29 classes have a severity of the list"


def test_a_role_without_a_backup_opens_its_step() -> None:
    spec = books.only("checklist")
    roles = (spec.roles[0].model_copy(update={"backup": None}), *spec.roles[1:])
    found = books.rows(sheets(spec.model_copy(update={"roles": roles})), "tChecklist")
    assert found["OW-02"]["State"] == "open"
    assert found["OW-02"]["Finding"] == "11 of 12 roles have a holder and a backup"


def test_every_pair_of_neighbouring_severities_is_compared() -> None:
    # Six targets of three severities; SEV-1 is acknowledged in 20 min, SEV-2 in 15.
    spec = books.only("checklist")
    worst = spec.severities[0]
    late = Target(within=Duration.parse("20 min"))
    slow = worst.targets.model_copy(update={"acknowledge": late})
    changed = (worst.model_copy(update={"targets": slow}), *spec.severities[1:])
    for severities, state, count in ((spec.severities, "done", 12), (changed, "open", 11)):
        one = spec.model_copy(update={"severities": severities})
        found = books.rows(sheets(one), "tChecklist")["TI-04"]
        assert found["State"] == state
        assert found["Finding"] == f"{count} of 12 targets are no slower than the next severity's"


def test_a_vendor_without_a_figure_is_not_compared() -> None:
    spec = books.only("checklist").model_copy(update={"vendors": books.template().vendors})
    found = books.rows(sheets(spec), "tChecklist")["TI-06"]
    assert found["State"] == "open"
    assert found["Finding"] == "3 of 4 vendors are known to answer within our targets"


def test_start_says_how_far_the_checklist_is() -> None:
    book = books.book(books.only("checklist"), {("tChecklist", "CL-01", "Status"): "done"})
    start = next(sheet for sheet in book.sheets if sheet.name == "Start")
    said = [books.shown(start, *place) for place in start.cells]
    checked = books.rows(list(book.sheets), "tChecklist")
    done = sum(line["State"] == "done" for line in checked.values())
    assert f"{done} of 30 steps done, 0 overdue" in said


def vendor(within: str, calendar: str | None = None) -> dict[str, Any]:
    answer = SupportResponse.model_validate({"within": within, "calendar": calendar})
    one = Vendor(
        name="V",
        service="models",
        support_response=answer,
        bounds=Bounds(classes=("REL-01",)),
        fallback="another",
    )
    spec = books.only("vendors").model_copy(update={"vendors": (one,)})
    return books.rows(sheets(spec), "tVendors")["V"]


@pytest.mark.parametrize(
    ("within", "calendar", "said"),
    [
        ("4 h", None, "ok"),  # our target for a provider outage is 4 h around the clock
        ("4 h 1 min", None, "slower than ours"),
        ("1 h", "business", "not around the clock"),
        ("1 business day", "business", "slower than ours"),
        ("1 day", None, "slower than ours"),
    ],
)
def test_a_vendor_is_measured_against_our_mitigation_target(
    within: str, calendar: str | None, said: str
) -> None:
    assert vendor(within, calendar)["Speed"] == said


def test_a_fallback_test_holds_thirty_days() -> None:
    told = {
        days: row("vendors", "tVendors", "OpenAI", Last_tested=TODAY - days)["Fallback check"]
        for days in (30, 31)
    }
    assert told == {30: "ok", 31: "test again"}
    assert (
        row("vendors", "tVendors", "OpenAI", Last_tested=None)["Fallback check"] == "never tested"
    )


@pytest.mark.parametrize(
    ("days", "stage"),
    [(181, "watch"), (180, "open a change"), (90, "decide"), (30, "cut over"), (0, "retired")],
)
def test_a_notice_of_retirement_opens_a_change_in_time(days: int, stage: str) -> None:
    key = "OpenAI · example-model-2025 (invented)"
    found = row("vendors", "tRetirements", key, Retires=TODAY + days)
    assert (found["Days left"], found["Stage"]) == (days, stage)
    assert [found[f"T−{n}"] for n in (180, 90, 30)] == [TODAY + days - n for n in (180, 90, 30)]
    assert found["Check"] == ("ok" if days > 180 else "no change open")


WORST: books.Typed = {("tInjectionChoice", "Incident", "Choice"): "INC-042"}


def plan(**typed: Any) -> dict[Any, dict[str, Any]]:
    cells = WORST | {
        ("tInjection", key.replace("_", "-"), "Done at"): at for key, at in typed.items()
    }
    return books.rows(sheets(books.only("injection"), cells, demo=True), "tInjection")


def test_time_boxes_run_from_the_opening_of_the_incident() -> None:
    # INC-042 opened on Monday 2026-11-16 at 10:21.
    found = plan()
    minute = 1 / 1440
    opened = TODAY + (10 * 60 + 21) * minute
    assert found["IN-2"]["Due"] == pytest.approx(opened + 15 * minute, abs=1e-9)
    assert found["IN-7"]["Due"] == pytest.approx(opened + 3, abs=1e-9)
    # The review waits for the end of the incident.
    assert (found["IN-8"]["Due"], found["IN-8"]["State"]) == ("", "")
    assert found["IN-9"]["Due"] == pytest.approx(opened + 30, abs=1e-9)
    assert (found["IN-1"]["Due"], found["IN-1"]["State"]) == ("", "")


def test_a_time_box_may_end_with_the_calendar_and_no_minute_later() -> None:
    # From INC-042's opening to the end of March, one hour of summer time less.
    end = books.TYPED["tInjection", "IN-5", "Within"]
    last = datetime(2027, 4, 1) - datetime(2026, 11, 16, 10, 21)
    assert end == last.total_seconds() / 60 - 60
    for within, due in ((end, TODAY + 136), (end + 1, "beyond calendar – regenerate")):
        cells = {**WORST, ("tInjection", "IN-5", "Within"): within}
        cells["tInjection", "IN-5", "Unit"] = "min"
        found = books.rows(sheets(books.only("injection"), cells, demo=True), "tInjection")
        assert found["IN-5"]["Due"] == due


def test_a_phase_done_exactly_at_its_deadline_is_kept() -> None:
    due = TODAY + (10 * 60 + 36) / 1440
    told = [plan(IN_2=at)["IN-2"]["State"] for at in (due, due + 1 / 86400)]
    assert told == ["kept", "late"]


def change(**typed: Any) -> str:
    cells = {("tChangeRegister", "CH-001", header): value for header, value in typed.items()}
    found = books.rows(sheets(books.only("change"), cells, demo=True), "tChangeRegister")
    return str(found["CH-001"]["Go?"])


def test_an_open_incident_of_the_worst_severity_freezes_all_but_rollbacks() -> None:
    assert change(Change="A new model") == "frozen"
    assert change(Change="The old model", Rollback="yes") == "go"


def test_nothing_is_frozen_without_an_open_incident_of_the_worst_severity() -> None:
    cells = {("tChangeRegister", "CH-001", "Change"): "A new model"}
    found = books.rows(sheets(books.only("change"), cells), "tChangeRegister")
    assert found["CH-001"]["Go?"] == "go"


def test_a_gate_cannot_be_skipped() -> None:
    assert change(Change="An index", Rollback="yes", G0=TODAY - 3, G2=TODAY) == "gate skipped"


def test_more_than_four_fifths_of_the_spend_with_one_provider_is_flagged() -> None:
    cells: books.Typed = {
        ("tWorkloads", "WL-1", "Spend"): 80,
        ("tWorkloads", "WL-4", "Spend"): 20,
    }
    assert workload(cells)["Concentration"] == "spread"
    cells["tWorkloads", "WL-1", "Spend"] = 81
    assert workload(cells)["Concentration"] == "concentrated"


def workload(cells: books.Typed) -> dict[str, Any]:
    return books.rows(sheets(books.only("audit"), cells), "tWorkloads")["WL-1"]


def message(**choice: str) -> tuple[Any, Any]:
    cells: books.Typed = {("tCommsChoice", key, "Choice"): value for key, value in choice.items()}
    cells["tCommsWords", "{impact}", "Type over it"] = "answers are late"
    sheet = next(s for s in sheets(books.only("comms"), cells, demo=True) if s.name == "Comms")
    return books.shown(sheet, 6, 6), books.shown(sheet, 7, 6)


def test_a_message_is_filled_from_the_incident() -> None:
    subject, text = message(Incident="INC-042", Audience="Executive", Phase="First notice")
    assert subject == "SEV-1: Support agent closes tickets it should not touch (INC-042)"
    assert "since 2026-11-16 10:21 (Europe/Berlin)" in text
    assert "Effect: answers are late." in text
    assert "{" not in text


def test_a_milder_severity_gets_its_own_message() -> None:
    subject, _ = message(Incident="INC-036", Audience="Executive", Phase="First notice")
    assert subject.startswith("For information, SEV-3")


def test_no_message_for_an_unknown_audience() -> None:
    assert message(Incident="INC-042", Audience="Neighbours", Phase="Update") == ("", "")


def test_rows_that_people_deleted_or_renamed_are_not_counted() -> None:
    spec, table = books.only("controls"), "tControls"
    before = books.rows(sheets(spec), table)
    kept = [key for key in before if key and key != "CT-03"]
    named = {(table, key, "ID"): key for key in kept}
    typed = named | {(table, "31", "ID"): 31, (table, "31", "Control"): "Under a number"}
    after = books.rows(sheets(spec, typed), table)
    assert "CT-03" not in after
    assert (after[31]["State"], after[31]["Source"]) == ("not assessed", None)
    same = ("Owner", "Inherent", "Tests", "Residual", "Treated as")
    assert all(after["CT-04"][header] == before["CT-04"][header] for header in same)
    assert after["CT-04"]["Rank"] == before["CT-04"]["Rank"] - 1


def test_a_residual_risk_is_rounded_as_a_sheet_rounds_it() -> None:
    found = row(
        "controls", "tControls", "CT-03",
        Likelihood=1, Impact=0.18, Effectiveness=0.25, Evidence_on=TODAY,
    )  # fmt: skip
    assert found["Residual"] == 0.14  # 0.135


def test_nothing_counts_for_more_than_its_scale_or_less_than_nothing() -> None:
    told = {
        claim: row(
            "controls", "tControls", "CT-05",
            Likelihood=4, Impact=5, Effectiveness=claim, Evidence_on=TODAY,
        )["Counts"]
        for claim in (45_942.4375, -3.0)
    }  # fmt: skip
    assert told == {45_942.4375: 0.9, -3.0: 0}
