"""What leaves the house: no copy of what somebody emptied in the sheets."""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.matrices import few_spare_rows
from tests.regen.packages import parts_of
from xlmatrix import api
from xlmatrix.errors import XlmatrixError
from xlmatrix.model import loads
from xlmatrix.sheets.stamp import NAME

ROOT = Path(__file__).parents[2]
AS_OF = "2026-11-16 10:30"
_PACKED = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")


@pytest.fixture(scope="module", autouse=True)
def _small_sheets() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        few_spare_rows(patch)
        yield


def decoded(data: bytes) -> Iterator[tuple[str, str]]:
    """Every text in a package: of the parts, of what they hold in base64, deflated or zipped."""
    for name, part in parts_of(data).items():
        yield from _texts(name, part)


def _texts(name: str, part: bytes) -> Iterator[tuple[str, str]]:
    for code in ("utf-8", "utf-16-le"):
        yield f"{name} as {code}", html.unescape(part.decode(code, "ignore"))
    if part.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(part)) as archive:
            for inner in archive.namelist():
                yield from _texts(f"{name}/{inner}", archive.read(inner))
    for found in _PACKED.findall(part):
        try:
            held = base64.b64decode(found, validate=True)
        except binascii.Error:
            continue
        yield f"{name} in base64", held.decode("utf-8", "ignore")
        try:
            yield from _texts(f"{name} deflated", zlib.decompress(held))
        except zlib.error:
            continue


def parts_with(data: bytes, secrets: set[str]) -> set[str]:
    return {name for name, text in decoded(data) if any(secret in text for secret in secrets)}


@pytest.fixture(scope="module")
def blanked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """A workbook in which two people and an incident's title were emptied, and their texts."""
    folder = tmp_path_factory.mktemp("blanked")
    full, path = folder / "full.xlsx", folder / "blanked.xlsx"
    incidents = ROOT / "examples" / "demo_incidents.csv"
    built = api.build(api.template("standard"), incidents=incidents, as_of=AS_OF, output=full)
    book = openpyxl.load_workbook(full)
    people = built.spec.people[:2]
    known = (text for one in people for text in (one.name, one.email, one.phone, one.chat))
    secrets = {text for text in known if text}
    secrets.add(str(book["Incidents"].cell(8, 3).value))
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            typed = isinstance(cell.value, str) and not cell.value.startswith("=")
            if sheet.title != NAME and typed and any(s in str(cell.value) for s in secrets):
                cell.value = None
    book.save(path)
    assert len(secrets) == 9
    return path, secrets


def test_the_stamp_keeps_what_was_emptied_which_is_why_it_can_be_left_out(
    blanked: tuple[Path, set[str]],
) -> None:
    """The instrument finds what it looks for."""
    path, secrets = blanked
    assert {name.partition(" ")[2] for name in parts_with(path.read_bytes(), secrets)} >= {
        "deflated as utf-8"
    }


@pytest.mark.parametrize("verb", [api.regenerate, api.recalc], ids=["regenerate", "recalc"])
def test_nothing_that_was_emptied_stands_in_any_part_without_the_stamp(
    verb: Callable[..., Any], blanked: tuple[Path, set[str]], tmp_path: Path
) -> None:
    path, secrets = blanked
    new = tmp_path / "new.xlsx"
    done = verb(path, output=new, without_stamp=True)
    assert "no-stamp" in {finding.code for finding in done.findings}
    assert parts_with(new.read_bytes(), secrets) == set()
    assert {"Changes", NAME}.isdisjoint(openpyxl.load_workbook(new).sheetnames)
    with pytest.raises(XlmatrixError, match="made --without-stamp"):
        api.check(new)


def test_a_build_without_a_stamp_is_the_same_workbook_but_for_the_stamp(tmp_path: Path) -> None:
    books = [
        api.build(api.template("basic"), as_of=AS_OF, without_stamp=left_out)
        for left_out in (False, True)
    ]
    with_stamp, without = (openpyxl.load_workbook(io.BytesIO(built.data)) for built in books)
    assert with_stamp.sheetnames == [*without.sheetnames, NAME]
    assert [f.code for f in books[1].findings if f not in books[0].findings] == ["no-stamp"]


def test_what_needs_the_stamp_is_refused_in_words(
    blanked: tuple[Path, set[str]], tmp_path: Path
) -> None:
    from xlmatrix.routes.dress import macro_book

    path, _ = blanked
    for act in (
        lambda: api.build(api.template("basic"), dress=macro_book(), without_stamp=True),
        lambda: api.regenerate(path, in_place=True, without_stamp=True),
        lambda: api.recalc(path, without_stamp=True),
    ):
        with pytest.raises(XlmatrixError, match="without a stamp"):
            act()


def test_file_properties_tell_utc_and_the_author_that_the_spec_names() -> None:
    text = api.template("basic").text
    named = text.replace("organisation:", "author: Response desk\norganisation:", 1)
    for spec, author in ((text, "Example AI Ltd"), (named, "Response desk")):
        data = api.build(loads(spec), as_of=AS_OF).data
        about = openpyxl.load_workbook(io.BytesIO(data)).properties
        assert (about.creator, about.lastModifiedBy) == (author, author)
        # Half past ten in Berlin, in winter.
        assert about.created == about.modified == datetime(2026, 11, 16, 9, 30)
