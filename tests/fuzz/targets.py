"""Every reader of what others wrote, as a function of bytes that may raise planned errors alone.

A target that raises anything else, or takes too long, has found a fault. ``seeds`` are good inputs
to begin with.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import xlsxwriter

from tests.fuzz import parts
from tests.model.small import SMALL
from xlmatrix.errors import XlmatrixError
from xlmatrix.exchange import LOGS, read_incidents, read_side_log
from xlmatrix.exchange.imported import Imported
from xlmatrix.exchange.tickets.stamps import StampError, StampReader
from xlmatrix.model import MatrixSpec, loads
from xlmatrix.model.duration import Duration
from xlmatrix.package import Package, package_of
from xlmatrix.package.cut import attributes, cut, start_tag, with_attributes
from xlmatrix.package.events import tree
from xlmatrix.package.plain_xml import NotPlainError, plain
from xlmatrix.regen.carrying.graft import Graft, formulas_in, grafted
from xlmatrix.regen.carrying.looks import Looks, Sheaf, signatures
from xlmatrix.regen.carrying.references import Known, dangling, has_addresses, renamed
from xlmatrix.regen.reading.filled import Filled
from xlmatrix.regen.reading.reader import read_contents
from xlmatrix.routes.worn import _ribbon, _with_script
from xlmatrix.sheets.stamp import _check, _packed, read_stamp

Run = Callable[[bytes], object]
#: A target with such a share takes a few hundred microseconds at most.
CHEAP = 40_000


@dataclass(frozen=True)
class Target:
    """One reader: how it is run, what it begins with, and what it may raise.

    ``share`` is how many of a million runs it gets: more where a run is cheap.
    """

    run: Run
    seeds: tuple[bytes, ...]
    planned: tuple[type[Exception], ...]
    share: int

    def __call__(self, data: bytes) -> None:
        """Run it; what comes out but a planned error is a find."""
        with contextlib.suppress(*self.planned):
            self.run(data)


TARGETS: dict[str, Target] = {}


def target(
    *seeds: bytes | str, planned: tuple[type[Exception], ...] = (), share: int = 20_000
) -> Callable[[Run], Run]:
    """Register a reader under the name of its function."""
    good = tuple(seed.encode() if isinstance(seed, str) else seed for seed in seeds)

    def register(run: Run) -> Run:
        TARGETS[run.__name__] = Target(run, good, (XlmatrixError, *planned), share)
        return run

    return register


def package_with(**changed: bytes) -> Package:
    """A small workbook in memory, some of its parts exchanged; no archive is made."""
    held = parts.GOOD | {parts.BY_WORD[word]: data for word, data in changed.items()}
    return Package("fuzz.xlsx", b"", None, held, tuple(held), frozenset(held))


def archived(held: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    return out.getvalue()


# --- packages and their XML ---------------------------------------------------------------------


@target(archived(parts.GOOD), archived({"a": b"b"}), share=60_000)
def archive(data: bytes) -> None:
    package = package_of(data)
    for part in package.listed:
        package.read(part)


@target(archived(parts.GOOD), share=10_000)
def salvage(data: bytes) -> None:
    read_contents(package_of(data, salvage=True), rescue=True)


@target(*parts.GOOD.values(), b"<a><!-- <b --><![CDATA[<]]>&amp;<?x?></a>", share=70_000)
def xml(data: bytes) -> None:
    package = package_with(sheet=data)
    text = package.xml(parts.BY_WORD["sheet"])
    with package.understood(parts.BY_WORD["sheet"]):
        for _, inner in cut(text).children:
            given = attributes(start_tag(inner))
            with_attributes(start_tag(inner), s="1", x=None)
            assert all(isinstance(value, str) for value in given.values())
            cut(inner)


@target(*parts.GOOD.values(), planned=(NotPlainError, ValueError), share=120_000)
def plain_text(data: bytes) -> None:
    text = plain(data)
    # What comes out is as good as it says: the same once more, each bracket a tag.
    assert plain(text.encode()) == text
    assert "<!--" not in text


@target(parts.GOOD[parts.BY_WORD["script"]], b'<a value="[1]"/>', share=120_000)
def elements(data: bytes) -> None:
    tree(package_with(script=data), parts.BY_WORD["script"])


# --- the parts of a workbook --------------------------------------------------------------------


def _part(word: str) -> None:
    def run(data: bytes) -> None:
        read_contents(package_with(**{word: data})).tables()

    run.__name__ = f"part_{word}"
    target(parts.GOOD[parts.BY_WORD[word]], share=12_000)(run)


for _word in ("book", "relations", "sheet", "table", "strings", "styles", "comments"):
    _part(_word)


@target(parts.GOOD[parts.BY_WORD["sheet"]], share=12_000)
def rescued_sheet(data: bytes) -> None:
    read_contents(package_with(sheet=data), rescue=True)


@target(parts.GOOD[parts.BY_WORD["script"]], share=80_000)
def script(data: bytes) -> None:
    _with_script(package_with(script=data))


@target(parts.GOOD[parts.BY_WORD["ribbon"]], share=60_000)
def ribbon(data: bytes) -> None:
    _ribbon(package_with(ribbon=data), {})


# --- looks that are carried over ----------------------------------------------------------------


@target(parts.GOOD[parts.BY_WORD["styles"]], share=10_000)
def looks(data: bytes) -> None:
    part = parts.BY_WORD["styles"]
    package = package_with(styles=data)
    with package.understood(part):
        text = package.xml(part)
        known = Looks(text, parts.GOOD[part].decode())
        for number in range(6):
            known.cell(number)
            known.change(number)
        signatures(Sheaf.of(text))
        cut(known.new.text())


@cache
def _new_book() -> bytes:
    return archived(parts.GOOD | {parts.BY_WORD["sheet"]: parts.OURS})


@target(parts.GOOD[parts.BY_WORD["sheet"]], share=10_000)
def graft(data: bytes) -> None:
    part = parts.BY_WORD["sheet"]
    grafts = [Graft(part, "Mine", lambda formula: formula)]
    made = grafted(_new_book(), package_with(sheet=data), grafts, {"Mine": {(1, 1): 1}})
    # The new sheet is one that every reader takes.
    package_of(made).xml(part)


_KNOWN = Known(frozenset({"mine"}), {"tincidents": frozenset({"id"})}, frozenset({"rate"}))


@target(
    "SUM(tIncidents[[#This Row],[ID]])+'Mine'!$A$1*Rate", '"a"&[1]x!A1', "''''!A1", share=100_000
)
def formulas(data: bytes) -> None:
    formula = data.decode("utf-8", "replace")
    dangling(renamed(formula, {"old": "Mine"}), _KNOWN)
    has_addresses(formula)
    formulas_in(f"<formula>{formula}</formula>")


@target("A1+$B$2", "SUM(A:A,1:1,Mine!A1:B2)", 'IF(A1="x",#REF!,{1,2;3})', share=12_000)
def filled_down(data: bytes) -> None:
    package = package_with(sheet=parts.shared_formula(data))
    read_contents(package)
    with contextlib.suppress(ValueError):
        Filled("A1+B2", (1, 1)).at((len(data) + 1, 3))


# --- the stamp ----------------------------------------------------------------------------------


@target(*parts.STAMPS, share=40_000)
def stamp(data: bytes) -> None:
    """Texts of a stamp whose check holds, as somebody would forge it."""
    about, _, rest = data.decode("utf-8", "replace").partition("\n")
    base, _, sheets = rest.partition("\n")
    texts = {
        "about": about,
        "spec": _packed("xlmatrix: 1"),
        "base": _packed(base),
        "sheets": _packed(sheets),
    }
    read_stamp([*texts.items(), ("check", _check(texts))], "fuzz.xlsx")


@target("about", b"H4sI", hashlib.sha256(b"").hexdigest(), share=60_000)
def stamp_pieces(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    texts = dict.fromkeys(("about", "spec", "base", "sheets"), text)
    read_stamp([*texts.items(), ("check", _check(texts))], "fuzz.xlsx")


# --- specs and exports --------------------------------------------------------------------------


@target(SMALL, "xlmatrix: 1\ntitle: &a [*a]\n", "{a: [b, {c: d}]}", share=5_000)
def spec(data: bytes) -> None:
    loads(data.decode("utf-8", "replace"))


@target("10 min", "1 h 30 min", "2 business days", planned=(ValueError,), share=80_000)
def duration(data: bytes) -> None:
    Duration.parse(data.decode("utf-8", "replace"))


@target(
    "2026-03-02 09:30", "29/2/2016 01:16:05 PM +01:00", "?", planned=(StampError,), share=80_000
)
def export_stamp(data: bytes) -> None:
    StampReader("Europe/Berlin", "day-first").read(data.decode("utf-8", "replace"))


@cache
def _spec() -> MatrixSpec:
    return loads(SMALL).spec


@contextlib.contextmanager
def _file(data: bytes) -> Iterator[Path]:
    path = _folder() / "export.csv"
    path.write_bytes(data)
    yield path


@cache
def _folder() -> Path:
    memory = Path("/dev/shm")
    made = tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None)
    return Path(made)


@target(
    "id,opened,title,class,resolved\nI-1,2026-03-02 09:30,Slow,REL-02,\n",
    "number;opened_at;priority;state\nINC1;02.03.2026 09:30;1 - Critical;New\n",
    b"\xff\xfei\x00d\x00,\x00",
    share=10_000,
)
def incidents(data: bytes) -> None:
    with _file(data) as path:
        _accounted(read_incidents(path, _spec()))


@cache
def _workbook() -> dict[str, bytes]:
    """The parts of an export as Excel keeps it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, ["Number", "Opened", "Priority", "State"])
    sheet.write_row(1, 0, ["INC1", 46083.5, "1 - Critical", "New"])
    sheet.write_row(2, 0, ["INC2", "2026-03-02 09:30", "3 - Moderate", "On Hold"])
    book.close()
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


_SHEET = "xl/worksheets/sheet1.xml"
_RECORD = (
    '{"id": 1, "number": "20001", "title": "Slow", "created_at": "2026-03-02T09:30:00Z", '
    '"state": "open", "priority": "2 normal", "group": "Desk", "owner": {"name": "Bo"}, '
    '"close_at": null, "tags": ["a", 1.5e3]}'
)
_TICKETS = b"number,opened_at,state,priority\nINC1,2026-03-02 09:30:00,On Hold,1 - Critical\n"


@target(
    f"[{_RECORD}, {_RECORD.replace('20001', '20002')}]",
    f"{_RECORD}\n{_RECORD.replace('20001', '20002')}\n",
    '{"incidents": [{"incident_number": 1, "created_at": "2026-03-02T09:30:00Z", "title": "Slow",'
    ' "status": "resolved", "urgency": "high", "service": {"summary": "Desk"},'
    ' "assignments": [{"at": "2026-03-02T09:31:00Z", "assignee": {"summary": "Bo"}}]}]}',
    share=10_000,
)
def ticket_records(data: bytes) -> None:
    with _file(data) as path:
        _accounted(read_incidents(path, _spec()))


@target(_workbook()[_SHEET], share=10_000)
def ticket_sheet(data: bytes) -> None:
    with _file(archived(_workbook() | {_SHEET: data})) as path:
        _accounted(read_incidents(path, _spec()))


@target(archived({"a.csv": _TICKETS}), archived({"a.csv": _TICKETS, "../b.csv": _TICKETS}))
def ticket_archive(data: bytes) -> None:
    with _file(data) as path:
        _accounted(read_incidents(path, _spec()))


@target(
    "documentkey,fieldname,oldvalue,newvalue,sys_created_on\n"
    "INC1,state,1,3,2026-03-02 09:40:00\nINC1,priority,3,1,2026-03-02 09:50:00\n",
    "definition,id,value,start,calculation_complete\n"
    "Incident State Duration,INC1,On Hold,2026-03-02 09:40:00,true\n",
    '[{"documentkey": "INC1", "fieldname": "state", "oldvalue": "1", "newvalue": "3",'
    ' "sys_created_on": "2026-03-02 09:40:00"}]',
    share=10_000,
)
def ticket_history(data: bytes) -> None:
    tickets = _folder() / "tickets.csv"
    tickets.write_bytes(_TICKETS)
    with _file(data) as path:
        _accounted(read_incidents([tickets, path], _spec()))


def _accounted(imported: Imported) -> None:
    assert all(one.adds_up for one in imported.tickets.files)


@target("incident,from,to,reason\nI-1,2026-03-02 09:30,2026-03-02 10:30,vendor\n", share=10_000)
def side_logs(data: bytes) -> None:
    with _file(data) as path:
        for name in LOGS:
            with contextlib.suppress(XlmatrixError):
                read_side_log(path, _spec(), name)


def named(words: Sequence[str]) -> list[str]:
    """Targets by name, or those that are ``cheap``, ``dear`` or ``parts``; all for no word."""
    found = []
    for word in words or ("cheap", "parts", "dear"):
        if word in TARGETS:
            found.append(word)
            continue
        for name, one in TARGETS.items():
            kind = "parts" if name.startswith("part_") else "dear"
            found += [name] * (word == ("cheap" if one.share >= CHEAP else kind))
    return found


def chosen(names: Sequence[str]) -> list[str]:
    """The target that each of 256 bytes chooses: as many as its share says, and one at least."""
    whole = sum(TARGETS[name].share for name in names)
    room = 256 - len(names)
    wheel = [name for name in names for _ in range(1 + room * TARGETS[name].share // whole)]
    return (wheel * 256)[:256]
