"""Who must be told what by when: a leak of personal data at a bank in Frankfurt, a Friday night.

The times expected were counted by hand from the words of the laws.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.model.small import changed
from tests.regen.small import used_book
from xlmatrix import api
from xlmatrix.api.incident_scenes import log_scene
from xlmatrix.api.noticed import lines
from xlmatrix.errors import XlmatrixError
from xlmatrix.model.obligations import law
from xlmatrix.sheets.reporting import page, reports

SPEC = changed(
    (
        "severities:\n",
        """\
obligations:
  decider: quality
  scope: {gdpr: controller, nis2: essential, dora: credit, eu-member: DE, sec: foreign}
  rules: [nis2-23-early, gdpr-33, gdpr-34, dora-19-initial, dora-19-inter, contract-example]
severities:
""",
    )
)
AWARE = datetime(2026, 12, 11, 22)
TYPED: list[tuple[str, int, dict[str, Any]]] = [
    ("tIncidents", 1, {"ID": "INC-7", "Opened": AWARE, "Title": "Customer data in answers"}),
    ("tIncidents", 2, {"ID": "INC-8", "Opened": AWARE, "Title": "Nothing lost"}),
    ("tMoments", 1, {"Incident": "INC-7", "What": "aware", "When": AWARE}),
    ("tMoments", 2, {"Incident": "INC-7", "What": "personal-data", "Answer": "yes"}),
    ("tMoments", 3, {"Incident": "INC-7", "What": "people-risk", "Answer": "high"}),
    ("tNotices", 1, {"Incident": "INC-7", "Obligation": "gdpr-33", "Decision": "report"}),
    ("tNotices", 2, {"Incident": "INC-7", "Obligation": "contract-example",
                     "Reported": datetime(2026, 12, 11, 22, 30)}),
    ("tNotices", 3, {"Incident": "INC-7", "Obligation": "dora-19-initial"}),
]  # fmt: skip
NOW = "2026-12-11 23:00"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return used_book(SPEC, TYPED, tmp_path_factory.mktemp("notices"), NOW)


def test_what_must_be_told_first_stands_first(run: Callable[..., Any], book: Path) -> None:
    told = json.loads(run("notices", book, "inc-7", "--json").stdout)
    assert (told["incident"], told["title"]) == ("INC-7", "Customer data in answers")
    assert (told["as_of"], told["zone"]) == ("2026-12-11T23:00:00+01:00", "Europe/Berlin")
    shown = [
        (one["obligation"], one["safe_due"], one["state"], one["time_left_s"])
        for one in told["reports"]
    ]
    assert shown == [
        # "Without undue delay": at once.
        ("gdpr-34", "2026-12-11T22:00:00+01:00", "Due now", -3600),
        # 24 h after awareness, as long as it is not classified.
        ("dora-19-initial", "2026-12-12T22:00:00+01:00", "Running", 23 * 3600),
        # 72 h, the weekend among them.
        ("gdpr-33", "2026-12-14T22:00:00+01:00", "Running", 71 * 3600),
        # The initial report was not sent.
        ("dora-19-inter", None, "No clock", None),
        # Told within 24 h.
        ("contract-example", "2026-12-12T22:00:00+01:00", "Done", None),
        # DORA displaces it.
        ("nis2-23-early", None, "No clock", None),
    ]
    details = [one["detail"].split(";")[0] for one in told["reports"]]
    assert details[3:] == ["not started", "met", "does not apply"]


def test_a_report_says_what_is_missing_and_what_it_must_hold(book: Path) -> None:
    found = api.notices(book, "INC-7")
    dora = next(one for one in found.reports if one.obligation == "dora-19-initial")
    assert dora.recipient == "Financial supervisor"
    assert [one.moment for one in dora.missing] == ["classified"]
    assert "no time yet: classified" in dora.detail
    assert dora.question == "Does it meet the criteria of a major ICT incident?"
    assert dora.before_missing.startswith("Tell the supervisor without delay")
    assert dora.must_say
    assert dora.notice == "N03"
    assert dora.started == found.as_of - timedelta(hours=1)
    assert found.reports[2].decision == "report"


def test_a_question_without_an_answer_is_asked(book: Path) -> None:
    found = api.notices(book, "INC-8")
    gdpr = next(one for one in found.reports if one.obligation == "gdpr-33")
    assert [one.moment for one in gdpr.missing] == ["aware"]
    assert [(one.fact, one.of) for one in gdpr.open] == [
        ("personal-data", "incident"), ("people-risk", "incident"),
    ]  # fmt: skip
    assert gdpr.open[0].answers
    assert not any(one.runs for one in found.reports)


def test_the_order_is_that_of_the_sheet(book: Path) -> None:
    found = reports.desk(log_scene(book, incidents=None, as_of=None))
    drawn, shown = page.page_sheet(found), api.notices(book, "INC-7").reports
    ids = {one.obligation for one in shown}
    said = []
    for row in range(8, 14):
        cells = (drawn.plan.cells.get((row, column)) for column in range(2, 11))
        texts = [str(getattr(cell and cell.value, "value", "")) for cell in cells]
        named = [text.rpartition("(")[2].rstrip(")") for text in texts]
        said += [one for one in named if one in ids]
    assert said == [one.obligation for one in shown]


def test_without_an_incident_what_is_open_in_all_is_listed(
    run: Callable[..., Any], book: Path
) -> None:
    told = json.loads(run("notices", book, "--json").stdout)
    assert told["incident"] is None
    # What a moment has started is open without a notice too.
    assert [(one["obligation"], one["notice"]) for one in told["reports"]] == [
        ("gdpr-34", ""), ("dora-19-initial", "N03"), ("gdpr-33", "N01"),
    ]  # fmt: skip
    said = run("notices", book, "--as-of", "2026-12-15 08:00").stdout.splitlines()
    assert "Sat 2026-12-12 22:00 +01:00  [Due now]  INC-7  Financial supervisor" in said


def test_text_says_all_of_it(run: Callable[..., Any], book: Path) -> None:
    lines = run("notices", book, "INC-7").stdout.splitlines()
    assert lines[:9] == [
        "INC-7  Customer data in answers",
        "  as of Fri 2026-12-11 23:00 +01:00, Europe/Berlin",
        "",
        "Fri 2026-12-11 22:00 +01:00  [Due now]  The people concerned",
        "  gdpr-34: GDPR, Art. 34",
        "  due at once, the law gives no time",
        "  time left: late 1 h 00 min",
        "  The question: Is a high risk to people likely? The authority may order the notice too",
        next(one for one in lines if one.startswith("  Must say: ")),
    ]
    assert "  Missing: classified" in lines
    missing = lines.index("When was it? Type it on Report now:")
    assert lines[missing + 1].startswith("  classified: It was classified as major")
    assert "  nis2-23-early: does not apply; by the answer to dora" in lines


def test_a_calendar_holds_what_runs_and_follows_it(run: Callable[..., Any], book: Path) -> None:
    told = run("notices", book, "INC-7", "--ics", "reports.ics")
    assert told.exit_code == 0
    assert "reports.ics: 3 reports" in told.stderr
    events = _events(Path("reports.ics"))
    assert [event.decoded("dtstart") for event in events] == [
        datetime(2026, 12, 11, 21, tzinfo=UTC),
        datetime(2026, 12, 12, 21, tzinfo=UTC),
        datetime(2026, 12, 14, 21, tzinfo=UTC),
    ]
    for event in events:
        assert [alarm.decoded("trigger") for alarm in event.walk("VALARM")] == [
            timedelta(hours=-1), timedelta(),
        ]  # fmt: skip
    # The same list again, replaced where it stands: nothing has changed.
    again = run("notices", book, "INC-7", "--ics", "reports.ics")
    assert again.exit_code == 0
    same = _events(Path("reports.ics"))
    assert [(one["uid"], one["sequence"]) for one in same] == [(e["uid"], 0) for e in events]


def test_an_event_that_moves_or_ends_says_so(book: Path) -> None:
    found = api.notices(book, "INC-7")
    first = api.notice_calendar(found).data
    moved = found.reports[1]
    assert moved.safe_due is not None
    later = replace(moved, safe_due=moved.safe_due + timedelta(hours=1))
    less = replace(found, reports=(later, *found.reports[2:]))
    made = api.notice_calendar(less, earlier=first)
    events = {str(e["uid"]): e for e in icalendar.Calendar.from_ical(made.data).walk("VEVENT")}
    assert made.count == 2
    assert (events[moved.uid]["sequence"], events[moved.uid]["status"]) == (1, "CONFIRMED")
    gone = events[found.reports[0].uid]
    assert (gone["sequence"], gone["status"]) == (1, "CANCELLED")
    # The list of another incident cancels nothing.
    other = api.notice_calendar(replace(less, incident="INC-8"), earlier=first)
    assert b"CANCELLED" not in other.data


def test_a_time_beyond_the_calendar_says_so(book: Path) -> None:
    shown = api.notices(book, "INC-7").reports[0]
    beyond = replace(shown, state="", detail="", safe_due=None, time_left_s=None, runs=False)
    text = lines(replace(api.notices(book, "INC-7"), reports=(beyond,)))
    assert "no time yet  [beyond the calendar]  The people concerned" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("INC-77",), "there is no incident 'INC-77'"),
        (("INC-7", "--ics", "reports.txt"), "reports.txt"),
        (("INC-7", "--as-of", "soon"), "as of"),
        (("INC-7", "--moments", "moments.csv"), "moments.csv would be ignored"),
        (("INC-7", "--incidents", "log.csv"), "log.csv would be ignored"),
    ],
)
def test_bad_input_is_refused(
    run: Callable[..., Any], book: Path, arguments: tuple[str, ...], said: str
) -> None:
    told = run("notices", book, *arguments)
    assert told.exit_code == 2
    assert said in told.stderr
    assert not told.stdout


def test_a_spec_lists_what_an_incident_may_ask_for(
    run: Callable[..., Any], incidents: Path, tmp_path: Path
) -> None:
    (tmp_path / "matrix.yaml").write_text(SPEC, encoding="utf-8")
    told = run("notices", "matrix.yaml", "I-1", "--incidents", incidents, "--json")
    reports = json.loads(told.stdout)["reports"]
    assert {one["state"] for one in reports} == {"No clock"}
    assert run("notices", "matrix.yaml", "I-1").exit_code == 2
    moments = "incident,what,when,answer\nI-1,aware,2026-03-02 09:30,\n"
    (tmp_path / "moments.csv").write_text(moments, encoding="utf-8")
    found = api.notices(
        "matrix.yaml", incidents=incidents, logs={"moments": "moments.csv"},
        as_of="2026-03-02 10:00",
    )  # fmt: skip
    # Nobody has said that no personal data were lost: until then it may have to be told at once.
    first = found.reports[0]
    assert (first.obligation, first.state) == ("gdpr-34", "Due now")
    assert [one.fact for one in first.open] == ["personal-data", "people-risk"]
    (tmp_path / "bare.yaml").write_text(changed(), encoding="utf-8")
    with pytest.raises(XlmatrixError, match="no obligations"):
        api.notices("bare.yaml", "I-1", incidents=incidents)


def test_the_brief_and_the_account_of_an_incident_show_them_first_due_first(book: Path) -> None:
    brief = api.brief(book, format="md").data.decode()
    lines = [line for line in brief.splitlines() if "INC-7" in line]
    assert [line.split(" | ")[4] for line in lines] == ["gdpr-34", "dora-19-initial", "gdpr-33"]
    assert lines[1].startswith("| 2026-12-12 22:00 | Running | INC-7 | Financial supervisor |")
    found = api.explain(book, "INC-7").obligations
    told = [(one["obligation"], one["notice"], one["missing"], one["open"]) for one in found]
    assert told == [
        ("gdpr-34", "", [], []),
        ("dora-19-initial", "N03", ["classified"], []),
        ("gdpr-33", "N01", [], []),
        ("contract-example", "N02", [], []),
    ]


def test_a_check_of_the_workbook_names_what_must_be_read_again(book: Path) -> None:
    found = api.check(book, today=date(2028, 1, 3), quick=True)
    stale = {one.about: one for one in found if one.code == "source-stale"}
    assert set(stale) == {"gdpr-33", "gdpr-34", "dora-19-initial", "dora-19-inter"}
    gdpr = stale["gdpr-33"]
    assert (gdpr.where, gdpr.path) == (f"{book}!Reporting rules", "obligations.rules[1]")
    assert "scope-open" not in {one.code for one in found}


def test_a_check_of_the_workbook_names_what_a_release_changed(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = law()
    changed_rows = {
        "gdpr-33": {"amount": 96, "when": {"personal-data": ("yes",), "people-risk": ("high",)}},
        "dora-19-initial": {"posture_date": date(2027, 3, 1), "asks": "Another question?"},
    }
    rows = {
        key: one.model_copy(update=changed_rows.get(key, {}))
        for key, one in known.obligations.items()
    }
    later = known.model_copy(update={"obligations": rows})
    monkeypatch.setattr("xlmatrix.model.obligations.law", lambda: later)
    found = [one.what for one in api.check(book, quick=True) if one.code == "law-data"]
    assert found == [
        "'gdpr-33' says otherwise in this release: Amount '72' became '96'; Reportable if "
        "'personal-data = yes; people-risk = likely, high' became "
        "'personal-data = yes; people-risk = high'",
        "'dora-19-initial' says otherwise in this release: May change on '' became '2027-03-01'",
    ]
    monkeypatch.undo()
    assert "law-data" not in {one.code for one in api.check(book, quick=True)}


def _events(path: Path) -> list[Any]:
    found = icalendar.Calendar.from_ical(path.read_bytes())
    return list(found.walk("VEVENT"))
