"""Data frames in and out: what an export, a workbook and the engine say, as pandas has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import xlmatrix
from tests.books import drawn_book
from tests.exchange.conftest import SPEC
from tests.office.libre import resave
from xlmatrix import exchange
from xlmatrix.api.due_columns import Deadlines
from xlmatrix.errors import FindingsError, XlmatrixError
from xlmatrix.exchange.tickets.schema import Ticket
from xlmatrix.model import MatrixSpec, loads
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.write import render

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "examples" / "demo_incidents.csv"
AS_OF = "2026-11-16 10:30"
LINES = (
    "id,opened,title,class,severity,acknowledged,responded,resolved",
    "I-1,2026-03-02 09:00,Answers are wrong,Model outage,SEV-2,2026-03-02 09:04,,2026-03-02 17:00",
    "I-2,2026-10-25 02:30,Down,REL-01,,,,",
    "I-3,2026-11-02 23:59:58,Slow,Hallucination relied on,SEV-1,,2026-11-03 00:00,",
)
STAMPS = ("opened", "acknowledged", "responded", "resolved")


def rows() -> pd.DataFrame:
    """The same incidents as naive stamps, missing ones NaT."""
    cells = [line.split(",") for line in LINES]
    frame = pd.DataFrame(cells[1:], columns=cells[0])
    for name in STAMPS:
        frame[name] = pd.to_datetime(frame[name].replace("", None), format="ISO8601")
    return frame


def aware(frame: pd.DataFrame) -> pd.DataFrame:
    stamps = {
        name: frame[name].dt.tz_localize("Europe/Berlin", ambiguous=np.ones(len(frame), bool))
        for name in STAMPS
    }
    return frame.assign(**stamps)


def unit(name: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda frame: frame.assign(**{s: frame[s].dt.as_unit(name) for s in STAMPS})


def objects(frame: pd.DataFrame) -> pd.DataFrame:
    cells = {
        name: pd.Series(
            [None if pd.isna(one) else one.to_pydatetime() for one in frame[name]], dtype=object
        )
        for name in STAMPS
    }
    return frame.assign(**cells)


VARIANTS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "naive": lambda frame: frame,
    "aware": aware,
    "aware in UTC": lambda frame: aware(frame).assign(
        **{name: aware(frame)[name].dt.tz_convert("UTC") for name in STAMPS}
    ),
    "seconds": unit("s"),
    "microseconds": unit("us"),
    "nanoseconds": unit("ns"),
    "datetimes and None": objects,
    "texts": lambda frame: frame.assign(**{n: frame[n].dt.strftime("%F %T") for n in STAMPS}),
    "categories": lambda frame: frame.astype({"class": "category", "severity": "category"}),
    "None for missing texts": lambda frame: frame.assign(
        severity=frame["severity"].replace("", None)
    ),
    "other order": lambda frame: frame[frame.columns[::-1]],
    "other names": lambda frame: frame.rename(
        columns={"id": "Ticket ID", "opened": "Created at", "resolved": "RESOLVED"}
    ),
    "other index": lambda frame: frame.set_axis(pd.Index([9, 9, 7])),
}


@pytest.fixture
def log(spec: MatrixSpec, csv_file: Callable[..., Path]) -> IncidentLog:
    return exchange.read_incidents(csv_file(*LINES), spec).log


def same_logs(one: IncidentLog, other: IncidentLog) -> bool:
    texts = {k: v for k, v in one.texts.items() if k != "Source"}
    return texts == {k: v for k, v in other.texts.items() if k != "Source"} and all(
        np.array_equal(one.stamps[name], other.stamps[name], equal_nan=True) for name in one.stamps
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_a_frame_means_what_the_file_means(name: str, spec: MatrixSpec, log: IncidentLog) -> None:
    assert same_logs(exchange.read_incidents(VARIANTS[name](rows()), spec).log, log)


@pytest.mark.parametrize("name", ["pyarrow", "polars"])
def test_arrow_data_mean_what_the_file_means(name: str, spec: MatrixSpec, log: IncidentLog) -> None:
    library = pytest.importorskip(name)
    made = {
        "pyarrow": lambda: library.Table.from_pandas(aware(rows()), preserve_index=False),
        "polars": lambda: library.from_pandas(rows()),
    }[name]()
    assert hasattr(made, "__arrow_c_stream__")
    assert same_logs(exchange.read_incidents(made, spec).log, log)
    assert len(xlmatrix.deadlines(made, spec, as_of=AS_OF)) == len(log)


def test_what_is_no_table_is_refused(spec: MatrixSpec) -> None:
    with pytest.raises(XlmatrixError, match="may be a path, a data frame or Arrow data, not int"):
        xlmatrix.read_incidents(7, spec)


def test_the_incidents_of_a_file_follow_the_schema(
    spec: MatrixSpec, csv_file: Callable[..., Path]
) -> None:
    frame = xlmatrix.read_incidents(csv_file(*LINES), spec)
    dtypes = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert dtypes == {k: v.replace("str", "object") for k, v in Ticket.columns().items()}
    assert str(frame["opened"].iloc[1]) == "2026-10-25 00:30:00+00:00"
    for row in frame.to_dict("records"):
        Ticket.model_validate({k: None if v is pd.NaT else v for k, v in row.items()})


def test_without_a_spec_severities_are_the_tools_words(csv_file: Callable[..., Path]) -> None:
    frame = xlmatrix.read_incidents(csv_file(*LINES), zone="Europe/Berlin")
    assert list(frame["priority"]) == ["SEV-2", "", "SEV-1"]
    assert set(frame["severity"]) == {""}
    assert frame["opened"].iloc[0] == datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_the_frame_of_a_file_builds_the_workbook_of_the_file(
    spec: MatrixSpec, csv_file: Callable[..., Path]
) -> None:
    tails = (",state,updated", ",Closed,", ",New,", ",On hold,2026-11-03 10:00")
    path = csv_file(*(line + tail for line, tail in zip(LINES, tails, strict=True)))
    tickets = xlmatrix.read_tickets(path, spec)
    assert tickets.total("read") == tickets.total("incidents") == 3
    assert len(tickets.pauses) == 1
    built = xlmatrix.build(spec, incidents=path, as_of=AS_OF).data
    assert xlmatrix.build(spec, incidents=tickets, as_of=AS_OF).data == built
    plain = path.read_text().replace("On hold", "New")
    path.write_text(plain)
    frame = xlmatrix.read_incidents(path, spec)
    built = xlmatrix.build(spec, incidents=path, as_of=AS_OF).data
    assert xlmatrix.build(spec, incidents=frame, as_of=AS_OF).data == built


# -- deadlines

SHOWN = {
    "severity": "Severity", "status": "Status", "next_step": "Next step", "by_whom": "By whom",
    "breaches": "Breaches",
}  # fmt: skip
DUE = {
    "next_due": "Next due", "warn_at": "Warn at", "acknowledge_due": "Acknowledge due",
    "response_due": "Response due", "internal_update_due": "Internal update due",
    "customer_update_due": "Customer update due", "contain_due": "Contain due",
    "mitigate_due": "Mitigate due", "resolve_due": "Resolve due", "review_due": "Review due",
}  # fmt: skip


def assert_as_stored(found: pd.DataFrame, book: Path, zone: str) -> None:
    """What was computed is what the cells of the workbook hold, to the second."""
    stored = xlmatrix.frames(book)["tIncidents"]
    assert list(stored["ID"]) == list(found["id"])
    for name, header in SHOWN.items():
        assert list(found[name]) == list(stored[header]), name
    for name, header in DUE.items():
        wall = found[name].dt.tz_convert(zone).dt.tz_localize(None)
        assert np.array_equal(wall.to_numpy(), stored[header].to_numpy(), equal_nan=True), name
    yes = stored["Breached in this cycle"] == "yes"
    assert list(found["breached"]) == list(yes)


def test_deadlines_of_the_demo_are_those_of_its_workbook(tmp_path: Path) -> None:
    spec, book = xlmatrix.template("standard").spec, tmp_path / "demo.xlsx"
    xlmatrix.build(spec, incidents=DEMO, as_of=AS_OF, output=book)
    found = xlmatrix.deadlines(xlmatrix.read_incidents(DEMO, spec), spec, as_of=AS_OF)
    assert_as_stored(found, book, spec.zone)
    assert found["next_due"].notna().sum() > 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4])
def test_deadlines_of_a_random_book_are_those_of_its_workbook(seed: int, tmp_path: Path) -> None:
    drawn = drawn_book(seed)
    typed = {key: value for key, value in drawn.typed.items() if key[0]}
    path = tmp_path / "book.xlsx"
    plan = plan_book(drawn.spec, drawn.log, as_of=drawn.as_of, created=drawn.as_of, typed=typed)
    path.write_bytes(render(plan))
    given = pd.DataFrame({h.lower(): v for h, v in {**drawn.log.texts, **drawn.log.stamps}.items()})
    logs: dict[str, Any] = {
        name: beside(typed, table)
        for name, table in (
            ("pauses", "tPauses"), ("changes", "tChanges"), ("reopened", "tReopened"),
        )
    }  # fmt: skip
    assert all(len(frame) for frame in logs.values())
    found = xlmatrix.deadlines(given, drawn.spec, as_of=drawn.as_of, **logs)
    assert_as_stored(found, path, drawn.spec.zone)


def beside(typed: dict[Any, Any], table: str) -> pd.DataFrame:
    """A log as people would hold it in a frame."""
    found: dict[str, dict[str, Any]] = {}
    for (name, key, header), value in typed.items():
        if name == table:
            found.setdefault(key, {})[header.lower()] = value
    return pd.DataFrame(list(found.values()))


def test_deadlines_keep_the_rows_that_cannot_be_used(spec: MatrixSpec) -> None:
    given = pd.concat([rows(), rows().iloc[:1]]).set_axis(list("abcd"))
    given.loc["c", "opened"] = pd.NaT
    found = xlmatrix.deadlines(given, spec, as_of=AS_OF)
    pd.testing.assert_frame_equal(found[["id", *STAMPS]], given[["id", *STAMPS]])
    assert list(found.columns)[: given.shape[1]] == list(given.columns)
    assert set(Deadlines.columns()) <= set(found.columns)
    assert "does not say when it opened" in found["check"].iloc[2]
    assert "stands in line 1 already" in found["check"].iloc[3]
    assert found.loc[["c", "d"], "resolve_due"].isna().all()
    assert found.loc["a", "resolve_due"] == datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert found.loc["a", "resolve_state"] == "met"


def test_a_pause_moves_a_deadline_whatever_the_case_of_its_id() -> None:
    spec = loads(SPEC.replace("resolve: 8 h", "resolve: {within: 8 h, pauses: true}")).spec
    given = rows()
    pause = pd.DataFrame(
        {
            "incident": ["i-1", "nobody"],
            "from": pd.to_datetime(["2026-03-02 10:00"] * 2),
            "to": pd.to_datetime(["2026-03-02 11:00"] * 2),
        }
    )
    at = "2026-03-02 12:00"
    before = xlmatrix.deadlines(given, spec, as_of=at)["resolve_due"]
    after = xlmatrix.deadlines(given, spec, as_of=at, pauses=pause)["resolve_due"]
    assert list(after - before) == [pd.Timedelta(hours=1), *[pd.Timedelta(0)] * 2]


def test_a_log_without_its_stamp_is_refused(spec: MatrixSpec) -> None:
    with pytest.raises(XlmatrixError, match="pauses: the column 'from' is missing"):
        xlmatrix.deadlines(rows(), spec, pauses=pd.DataFrame({"incident": ["I-1"]}))


def test_deadlines_of_nothing_usable_say_so(spec: MatrixSpec) -> None:
    with pytest.raises(FindingsError):
        xlmatrix.deadlines(rows().assign(opened=None), spec)


def test_no_rows_get_no_deadlines(spec: MatrixSpec) -> None:
    found = xlmatrix.deadlines(rows().iloc[:0], spec)
    assert len(found) == 0
    assert str(found["resolve_due"].dtype) == "datetime64[s, UTC]"


# -- frames of a workbook


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("frames") / "demo.xlsx"
    pauses = {"pauses": ROOT / "examples" / "demo_pauses.csv"}
    xlmatrix.build(
        xlmatrix.template("standard"), incidents=DEMO, logs=pauses, as_of=AS_OF, output=path
    )
    return path


def test_frames_hold_every_table_with_its_types(book: Path) -> None:
    found = xlmatrix.frames(book)
    log = found["tIncidents"]
    assert len(log) == 42
    assert str(log["Opened"].dtype) == str(log["Next due"].dtype) == "datetime64[s]"
    assert log["Title"].dtype == object
    assert log.attrs["zone"] == "Europe/Berlin"
    assert {"tIncidents", "tPauses", "tPeople", "tClasses", "tTargets1"} <= set(found)
    assert "next s" not in log
    assert "next s" in xlmatrix.frames(book, steps=True)["tIncidents"]
    assert all(str(one["From"].dtype) == "datetime64[s]" for one in [found["tPauses"]])


def test_a_word_where_a_stamp_belongs_stands_beside(book: Path) -> None:
    log = xlmatrix.frames(book)["tIncidents"]
    words = log.attrs["words"]["Resolve due"]
    assert set(words.values()) == {"Paused"}
    assert log["Resolve due"].isna()[list(words)].all()


@pytest.mark.office
def test_frames_of_a_workbook_that_libreoffice_saved_are_the_same(
    book: Path, tmp_path: Path
) -> None:
    ours, theirs = xlmatrix.frames(book), xlmatrix.frames(resave(book, tmp_path))
    assert set(ours) == set(theirs)
    for name, frame in ours.items():
        pd.testing.assert_frame_equal(theirs[name], frame, check_exact=False, rtol=1e-9)


def test_what_is_no_workbook_gives_no_frames(csv_file: Callable[..., Path]) -> None:
    with pytest.raises(XlmatrixError):
        xlmatrix.frames(csv_file(*LINES))
