"""The page *Incident now* in a browser, with the genuine server and client.

They are free for non-commercial use, which a test run of this project is; see ``test_server.py``.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.addin.conftest import AS_OF
from tests.addin.payload import payload
from tests.addin.serving import STUB, Server, chromium, driven, run, serving
from xlmatrix import api, resources
from xlmatrix.addin.stamps import ROLES
from xlmatrix.addin.tokens import FILE
from xlmatrix.api.stamping import ANSWERS
from xlmatrix.routes.dress import lite_book

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
#: What the page's clock shows when it opens; the workbook's own stands at its As of.
OPENED = 1_800_000_000
SAID = "document.getElementById('said').textContent"
REFUSED = "document.getElementById('refused').textContent"
SHOWN = "document.querySelector('main').innerText"
IDS = "[...document.querySelectorAll('#incidents [data-id]')].map((one) => one.dataset.id)"
#: Cells that were set since the page opened, and on which sheets.
LOG = "grid.log.splice(0)"
pytestmark = [pytest.mark.noncommercial, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A genuine server that three people may use, one of whom may not stamp."""
    with serving("ada", "bob", "eve", settings=f"{ROLES}=duty\n") as running:
        users = running.folder / FILE
        text = users.read_text(encoding="utf-8").replace("roles = []", 'roles = ["duty"]', 2)
        users.write_text(text, encoding="utf-8")
        yield running


@pytest.fixture(scope="module")
def books(lite_path: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What the client sends, by what a workbook is for."""
    folder = tmp_path_factory.mktemp("pane")
    drills = folder / "drills.xlsx"
    api.build(api.template("standard"), as_of=AS_OF, output=drills, dress=lite_book())
    empty = json.loads(json.dumps(payload(drills)))
    other = json.loads(json.dumps(payload(lite_path)))
    other["book"]["name"] = "other.xlsx"
    old = json.loads(json.dumps(payload(lite_path)))
    told = {"demo": payload(lite_path), "other": other, "drills": empty, "locked": old}
    log = next(sheet for sheet in old["sheets"] if sheet["name"] == "Incidents")
    log["protected"] = True
    paths = {}
    for name, data in told.items():
        paths[name] = folder / f"{name}.json"
        paths[name].write_text(json.dumps(data), encoding="utf-8")
    return paths


def played(server: Server, steps: list[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """What the steps read in one browser."""
    browser = chromium()
    script = folder / "steps.json"
    script.write_text(json.dumps(steps), encoding="utf-8")
    found: dict[str, Any] = driven("pane.mjs", server.address, STUB, browser, script, timeout_s=240)
    return found


def button(incident: str, word: str) -> str:
    return f'[data-id="{incident}"] [data-word="{word}"]'


def changed(log: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Cells other than those of *Audit* that hold something else now."""
    assert {one["sheet"] for one in log} <= {"Incidents", "Drill results", "Audit"}
    assert all(one["old"] in ("", one["new"]) for one in log if one["sheet"] == "Audit")
    return [
        (one["sheet"], one["old"], one["new"])
        for one in log
        if one["sheet"] != "Audit" and one["old"] != one["new"]
    ]


@pytest.fixture(scope="module")
def seen(
    server: Server, books: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What two people saw in two workbooks, one press after another."""

    def opened(book: str, who: str, **more: Any) -> dict[str, Any]:
        return {"workbook": str(books[book]), "token": server.tokens.get(who, ""), **more}

    left = "document.querySelector('[data-id=\"INC-041\"] .left').textContent"
    state = "document.querySelector('[data-id=\"INC-041\"] .state').textContent"
    pictures = tmp_path_factory.mktemp("pictures")
    steps: list[dict[str, Any]] = [
        {"on": "ada", "open": opened("demo", "ada", at=OPENED)},
        {"on": "ada", "as": "ids", "read": IDS},
        {"on": "ada", "as": "first", "read": SHOWN},
        {"on": "ada", "as": "read only", "read": LOG},
        {"on": "ada", "shot": str(pictures / "incident-now.png")},
        {"on": "ada", "as": "T-600", "read": f"[{left}, {state}]"},
        {"on": "ada", "run": 599_000},
        {"on": "ada", "as": "T-1", "read": f"[{left}, {state}]"},
        {"on": "ada", "run": 1_000},
        {"on": "ada", "as": "T", "read": f"[{left}, {state}]"},
        {"on": "ada", "run": 1_000},
        {"on": "ada", "as": "T+1", "read": f"[{left}, {state}]"},
    ]
    for incident, word in PRESSED:
        steps += [
            {"on": "ada", "click": button(incident, word)},
            {"on": "ada", "as": f"{word} said", "read": SAID},
            {"on": "ada", "as": f"{word} log", "read": LOG},
        ]
    steps += [
        # Messages: to whom is asked, and nobody is an answer.
        {"on": "ada", "click": button("INC-041", "update")},
        {"on": "ada", "as": "asked", "read": "document.getElementById('which').innerText"},
        {"on": "ada", "click": "#to-nobody"},
        {"on": "ada", "as": "nobody log", "read": LOG},
        {"on": "ada", "focus": button("INC-041", "update")},
        {"on": "ada", "press": "Enter"},
        {"on": "ada", "focus": "#to-customers"},
        {"on": "ada", "press": "Enter"},
        {"on": "ada", "as": "update said", "read": SAID},
        {"on": "ada", "as": "update log", "read": LOG},
        {"on": "ada", "click": button("INC-041", "update")},
        {"on": "ada", "click": "#to-customers"},
        {"on": "ada", "as": "again refused", "read": REFUSED},
        {"on": "ada", "as": "again log", "read": LOG},
        {"on": "ada", "click": button("INC-041", "update")},
        {"on": "ada", "click": "#to-internal"},
        {"on": "ada", "as": "internal said", "read": SAID},
        {"on": "ada", "as": "internal log", "read": LOG},
        # Two presses, two people, two workbooks.
        {"on": "ada", "twice": button("INC-042", "acknowledged")},
        {"on": "ada", "as": "twice log", "read": LOG},
        {"on": "bob", "open": opened("demo", "bob", width=320)},
        {"on": "bob", "as": "narrow", "read": "document.documentElement.scrollWidth"},
        {"on": "bob", "shot": str(pictures / "incident-now-320.png")},
        {"on": "bob", "click": button("INC-042", "acknowledged")},
        {"on": "bob", "as": "bob refused", "read": REFUSED},
        {"on": "bob", "as": "bob log", "read": LOG},
        {"on": "bob other", "open": opened("other", "bob")},
        {"on": "bob other", "click": button("INC-042", "acknowledged")},
        {"on": "bob other", "as": "other said", "read": SAID},
        {"on": "bob other", "as": "other log", "read": LOG},
        # The log is sorted while the server thinks: the page looks before it writes.
        {"on": "bob", "do": SORTED},
        {"on": "bob", "click": button("INC-040", "contained")},
        {"on": "bob", "as": "sorted refused", "read": REFUSED},
        {"on": "bob", "as": "sorted log", "read": LOG},
        {"on": "nobody", "open": opened("demo", "")},
        {"on": "nobody", "as": "nobody", "read": REFUSED},
        {"on": "eve", "open": opened("demo", "eve")},
        {"on": "eve", "as": "eve", "read": SHOWN},
        {"on": "locked", "open": opened("locked", "bob")},
        {"on": "locked", "click": button("INC-036", "resolved")},
        {"on": "locked", "as": "locked refused", "read": REFUSED},
        {"on": "locked", "as": "locked log", "read": LOG},
        # Without a connection, and without a workbook.
        {"on": "ada", "offline": True},
        {"on": "ada", "click": button("INC-036", "resolved")},
        {"on": "ada", "as": "offline", "read": SHOWN},
        {"on": "ada", "as": "offline log", "read": LOG},
        {"on": "ada", "offline": False},
        {"on": "ada", "do": "Excel.run = async () => { throw new Error('gone'); }"},
        {"on": "ada", "click": "#read-again"},
        {"on": "ada", "as": "closed", "read": REFUSED},
        {"on": "ada", "as": "elsewhere", "logged": True},
        # A drill.
        {"on": "drill", "open": opened("drills", "ada", at=OPENED)},
        {"on": "drill", "as": "empty", "read": SHOWN},
        {"on": "drill", "size": [380, 420]},
        {"on": "drill", "shot": str(pictures / "incident-now-empty.png")},
        {"on": "drill", "size": [380, 700]},
        {"on": "drill", "click": "#drill-mode"},
        {"on": "drill", "click": '[data-answer="Detected"]'},
        {"on": "drill", "as": "begun log", "read": LOG},
        {"on": "drill", "as": "T0", "read": SHOWN},
        {"on": "drill", "run": 360_000},
        {"on": "drill", "as": "T6", "read": SHOWN},
        {"on": "drill", "shot": str(pictures / "incident-now-drill.png")},
    ]
    for answer in ANSWERS[1:]:
        steps += [
            {"on": "drill", "click": f'[data-answer="{answer}"]'},
            {"on": "drill", "as": f"{answer} said", "read": SAID},
            {"on": "drill", "as": f"{answer} log", "read": LOG},
        ]
    found = played(server, steps, tmp_path_factory.mktemp("steps"))
    if os.environ.get("XLMATRIX_PICTURES") == "1":
        for picture in pictures.glob("*.png"):
            shutil.copy(picture, PICTURES / picture.name)
    return found


PRESSED = (
    ("INC-040", "acknowledged"),
    ("INC-040", "responded"),
    ("INC-041", "contained"),
    ("INC-041", "mitigated"),
    ("INC-039", "resolved"),
)
#: Two rows change places between the reading and the writing, as by a sort.
SORTED = """
const run = xlwings.runPython;
const sheet = grid.sheets.find((one) => one.name === "Incidents");
const row = sheet.values.findLastIndex((one) => one[0] === "INC-040");
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (body) {
  XMLHttpRequest.prototype.send = send;
  [sheet.values[row], sheet.values[row - 1]] = [sheet.values[row - 1], sheet.values[row]];
  this.addEventListener("loadend", () => setTimeout(() => {}, 0));
  send.call(this, body);
};
"""


def test_a_press_writes_one_cell_and_reads_back_what_stands(seen: dict[str, Any]) -> None:
    for incident, word in PRESSED:
        assert seen[f"{word} said"] == f"{incident}: {word.capitalize()} {AS_OF}"
        [(sheet, old, new)] = changed(seen[f"{word} log"])
        assert (sheet, old) == ("Incidents", "")
        assert round(new * 1440) == round(46342.4375 * 1440)
    assert seen["ids"][:3] == ["INC-038", "INC-040", "INC-041"]
    assert seen["read only"] == []
    assert "Called now\nMara Lindqvist (chat), since 10:08 +49 30 23125 101" in seen["first"]


def test_the_countdown_turns_after_the_deadline_and_not_at_it(seen: dict[str, Any]) -> None:
    assert seen["T-600"] == ["0:10:00 left", "On track"]
    assert seen["T-1"] == ["0:00:01 left", "Due soon"]
    assert seen["T"] == ["0:00:00 – due now", "Due soon"]
    assert seen["T+1"] == ["0:00:01 over", "Breached"]


def test_a_message_moves_its_stamp_forward_once_it_is_said_to_whom(seen: dict[str, Any]) -> None:
    assert (
        "To whom? Last to customers: 2026-11-16 10:23; internal: 2026-11-16 10:20." in seen["asked"]
    )
    assert seen["nobody log"] == []
    assert seen["update said"] == f"INC-041: Last update {AS_OF} (before: 2026-11-16 10:23)"
    [(_, old, new)] = changed(seen["update log"])
    assert round((new - old) * 1440) == 7
    assert "does not move forward" in seen["again refused"]
    assert seen["again log"] == []
    assert seen["internal said"].startswith(f"INC-041: Internal update {AS_OF} (before: ")
    [(sheet, old, new)] = changed(seen["internal log"])
    assert sheet == "Incidents"
    assert round((new - old) * 1440) == 10


def test_two_presses_and_two_people_make_one_stamp(seen: dict[str, Any]) -> None:
    assert len(changed(seen["twice log"])) == 1
    assert "Ada stamped this a moment ago" in seen["bob refused"]
    assert seen["bob log"] == []
    assert seen["other said"] == f"INC-042: Acknowledged {AS_OF}"
    assert len(changed(seen["other log"])) == 1


def test_what_must_not_be_written_is_refused_in_a_sentence(seen: dict[str, Any]) -> None:
    assert "sorted or changed while it was read" in seen["sorted refused"]
    assert seen["sorted log"] == []
    assert "The sheet Incidents is protected" in seen["locked refused"]
    assert seen["locked log"] == []
    assert "Sign in first" in seen["nobody"]
    assert "No connection to the server" in seen["offline"]
    assert seen["offline log"] == []
    assert "Excel does not show this workbook" in seen["closed"]


def test_the_page_is_narrow_and_takes_nothing_from_elsewhere(seen: dict[str, Any]) -> None:
    assert seen["narrow"] == 320
    assert not [line for line in seen["elsewhere"] if line.startswith(("elsewhere", "pageerror"))]
    page = resources.macro_text("server/templates/taskpane.html")
    assert page.count("<script") == page.count('<script src="{{ url_for(') + 1
    assert "http" not in page


def test_a_drill_tells_its_injects_on_the_timer_and_stamps_its_record(seen: dict[str, Any]) -> None:
    assert "No incident is open." in seen["empty"]
    [(sheet, old, _)] = changed(seen["begun log"])
    assert (sheet, old) == ("Drill results", "")
    for answer in ANSWERS[1:]:
        [(sheet, old, _)] = changed(seen[f"{answer} log"])
        assert (sheet, old) == ("Drill results", "")
        assert seen[f"{answer} said"].startswith(f"Drill 1: {answer} ")
    told = [seen[at].count("min: ") for at in ("T0", "T6")]
    assert told[0] < told[1]
    assert "T 0:00:0" in seen["T0"]
    assert "T 0:06:0" in seen["T6"]


def test_a_role_decides_who_may_stamp_and_everybody_may_read(
    seen: dict[str, Any], server: Server, lite_path: Path
) -> None:
    assert "You may read: only duty may stamp here." in seen["eve"]
    assert "INC-040" in seen["eve"]
    assert "Resolved\n" not in seen["eve"]
    body = payload(lite_path) | {"args": ["INC-036", "resolved"]}
    actions = run(server, "stamp_now", body, by="eve")
    assert [action["func"] for action in actions] == ["runMacro"]
    assert "Only duty may stamp here" in str(actions[0]["args"])
