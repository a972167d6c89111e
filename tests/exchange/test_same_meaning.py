"""However the same tickets are written to a file, they are the same incidents."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from xlmatrix.exchange import read_incidents
from xlmatrix.exchange.tickets.reading import Tickets
from xlmatrix.model import MatrixSpec

#: What may differ: where a ticket stood.
_PLACE = ["file", "line", "source"]
FEW = settings(
    max_examples=examples(12, 300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Ticket(NamedTuple):
    """A ticket on the wall clock; ``ended`` is None while it is open."""

    number: int
    opened: datetime
    title: str
    priority: int
    ended: datetime | None


Record = Mapping[str, Any]
Write = Callable[[Ticket], Record]


def _servicenow(one: Ticket) -> Record:
    words = ("1 - Critical", "2 - High", "3 - Moderate")
    return {
        "number": f"INC{one.number:07}", "opened_at": f"{one.opened:%Y-%m-%d %H:%M:%S}",
        "short_description": one.title, "priority": words[one.priority],
        "state": "Resolved" if one.ended else "In Progress",
        "resolved_at": f"{one.ended:%Y-%m-%d %H:%M:%S}" if one.ended else "",
    }  # fmt: skip


def _jira(one: Ticket) -> Record:
    return {
        "Issue key": f"OPS-{one.number}", "Issue id": 10_000 + one.number, "Summary": one.title,
        "Created": f"{one.opened:%d/%b/%y %I:%M %p}", "Issue Type": "Incident",
        "Priority": ("Highest", "High", "Low")[one.priority],
        "Status": "Done" if one.ended else "To Do",
        "Resolved": f"{one.ended:%d/%b/%y %I:%M %p}" if one.ended else "",
    }  # fmt: skip


def _plain(one: Ticket) -> Record:
    return {
        "Incident ID": one.number, "Opened": f"{one.opened:%d.%m.%Y %H:%M}", "Title": one.title,
        "Severity": f"SEV-{1 + one.priority % 2}", "Status": "resolved" if one.ended else "open",
        "Resolved": f"{one.ended:%d.%m.%Y %H:%M}" if one.ended else "",
    }  # fmt: skip


def _zammad(one: Ticket) -> Record:
    return {
        "id": one.number, "number": f"2{one.number:05}", "title": one.title, "group": "Desk",
        "created_at": f"{one.opened:%Y-%m-%dT%H:%M:%S}.000Z",
        "priority": ("3 high", "2 normal", "1 low")[one.priority],
        "state": "closed" if one.ended else "open",
        "close_at": f"{one.ended:%Y-%m-%dT%H:%M:%SZ}" if one.ended else None,
    }  # fmt: skip


def _pagerduty(one: Ticket) -> Record:
    return {
        "incident_number": one.number, "id": f"P{one.number}", "title": one.title,
        "created_at": f"{one.opened:%Y-%m-%dT%H:%M:%SZ}", "type": "incident",
        "urgency": "high" if one.priority == 0 else "low",
        "status": "resolved" if one.ended else "triggered",
        "service": {"id": "S", "summary": "Desk"},
        "resolved_at": f"{one.ended:%Y-%m-%dT%H:%M:%SZ}" if one.ended else None,
    }  # fmt: skip


TABLES: dict[str, Write] = {"servicenow": _servicenow, "jira": _jira, "plain": _plain}
RECORDS: dict[str, Write] = {"zammad": _zammad, "pagerduty": _pagerduty}


@st.composite
def tickets(draw: st.DrawFn) -> list[Ticket]:
    """Tickets whose wall clocks mean one instant each, and whose days are past the twelfth."""
    found = []
    for number in draw(st.lists(st.integers(1, 9999), min_size=1, max_size=5, unique=True)):
        opened = datetime(2026, 6, 13) + timedelta(minutes=draw(st.integers(0, 5 * 1440)))
        # No letter of these is, in Windows-1252, a part of one in UTF-8.
        title = draw(st.text('abüé,;|\t"\n ', max_size=12))
        ended = draw(st.none() | st.integers(0, 3000))
        end = None if ended is None else opened + timedelta(minutes=ended)
        found.append(Ticket(number, opened, title, draw(st.integers(0, 2)), end))
    return found


def _renamed(draw: st.DrawFn, header: str) -> str:
    changes: list[Callable[[str], str]] = [str, str.upper, str.lower, str.title, str.swapcase]
    change = draw(st.sampled_from(changes))
    between = draw(st.sampled_from([" ", "_", "  "]))
    return f" {change(header.replace('_', ' ')).replace(' ', between)} "


def _table(draw: st.DrawFn, rows: Sequence[Record]) -> tuple[bytes, int]:
    """The rows as a CSV, and how many blank ones are among them."""
    columns = draw(st.permutations(list(rows[0])))
    delimiter, blanks = draw(st.sampled_from(",;\t|")), 0
    out = io.StringIO(newline="")
    if draw(st.booleans()):
        out.write(f"sep={delimiter}\r\n")
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    dialect = csv.unix_dialect if draw(st.booleans()) else csv.excel
    writer = csv.writer(out, dialect, delimiter=delimiter, lineterminator=ends)
    writer.writerow([_renamed(draw, name) for name in columns])
    for row in draw(st.permutations(rows)):
        if draw(st.integers(0, 3)) == 0:
            out.write(draw(st.sampled_from(["", delimiter * (len(columns) - 1), " "])) + ends)
            blanks += 1
        writer.writerow([row[name] for name in columns])
    text = out.getvalue()
    if draw(st.booleans()):
        text = text.removesuffix(ends)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))), blanks


def _list(draw: st.DrawFn, tool: str, rows: Sequence[Record]) -> tuple[bytes, int]:
    """The records as JSON in one of its forms."""
    shuffled = [
        {name: row[name] for name in draw(st.permutations(list(row)))}
        for row in draw(st.permutations(rows))
    ]
    ascii_, blanks = draw(st.booleans()), 0
    if draw(st.booleans()):
        content: Any = {"incidents": shuffled} if tool == "pagerduty" else shuffled
        text = json.dumps(content, ensure_ascii=ascii_, indent=draw(st.sampled_from([None, 1])))
    else:
        lines = [json.dumps(row, ensure_ascii=ascii_) for row in shuffled]
        if len(lines) > 1:
            lines.insert(1, "")
            blanks = 1
        text = draw(st.sampled_from(["\n", "\r\n"])).join(lines)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))), blanks


def read(spec: MatrixSpec, path: Path, content: bytes) -> Tickets:
    path.write_bytes(content)
    found = read_incidents(path, spec).tickets
    assert all(one.adds_up for one in found.files)
    return found


def by_id(found: Tickets) -> pd.DataFrame:
    return found.incidents.drop(columns=_PLACE).set_index("id").sort_index()


@pytest.mark.parametrize("tool", TABLES)
@FEW
@given(st.data())
def test_a_table_written_otherwise_is_the_same(
    spec: MatrixSpec, tmp_path: Path, tool: str, data: st.DataObject
) -> None:
    drawn = data.draw(tickets())
    rows = [TABLES[tool](one) for one in drawn]
    out = io.StringIO(newline="")
    plainly = csv.DictWriter(out, list(rows[0]))
    plainly.writeheader()
    plainly.writerows(rows)
    first = read(spec, tmp_path / "plainly.csv", out.getvalue().encode())
    content, blanks = data.draw(st.composite(_table)(rows))
    second = read(spec, tmp_path / "otherwise.csv", content)
    assert first.tool == second.tool == tool
    assert first.total("incidents") == second.total("incidents") == len(rows)
    assert second.total("blank") == blanks
    pd.testing.assert_frame_equal(by_id(first), by_id(second))
    opened = sorted(one.opened for one in drawn)
    # ServiceNow lists a database's time, in UTC; two hours are between it and Berlin in June.
    ahead = timedelta(hours=0 if tool == "servicenow" else 2)
    assert sorted(second.incidents["opened"].dt.tz_localize(None) + ahead) == opened


@pytest.mark.parametrize("tool", RECORDS)
@FEW
@given(st.data())
def test_records_written_otherwise_are_the_same(
    spec: MatrixSpec, tmp_path: Path, tool: str, data: st.DataObject
) -> None:
    rows = [RECORDS[tool](one) for one in data.draw(tickets())]
    first = read(spec, tmp_path / "plainly.json", json.dumps(rows).encode())
    content, blanks = data.draw(st.composite(_list)(tool, rows))
    second = read(spec, tmp_path / "otherwise.txt", content)
    assert first.tool == second.tool == tool
    assert first.total("incidents") == second.total("incidents") == len(rows)
    assert second.total("blank") == blanks
    pd.testing.assert_frame_equal(by_id(first), by_id(second))
