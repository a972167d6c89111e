"""Structured references and names as addresses, for an engine that has no tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office.compare import Difference
from tests.office.good import good_workbook
from tests.office.package import Package
from tests.office.whole.causes import Cause, explain
from tests.office.whole.hyperformula import handed_over
from tests.office.whole.translate import Table, UntranslatableError, names_of, tables_of, translate

LOG = Table("tLog", "Log", ("ID", "Opened", "a, b", "50%", "it's #1"), left=2, top=6, bottom=9)
TOTALLED = Table("tSum", "O'Hara", ("Name", "Hours"), left=1, top=1, bottom=5, totals=1)
TABLES = {"tlog": LOG, "tsum": TOTALLED}
NAMES = {"warn_share": "Lists!$D$4", "tz_u": "Tz!$A$2:$A$9", "it": "Lists!$A$1"}


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        ("tLog[[#This Row],[Opened]]+1", "'Log'!$C$7+1"),
        ("SUM(tLog[Opened])", "SUM('Log'!$C$7:$C$9)"),
        ("SUM(tlog[OPENED])", "SUM('Log'!$C$7:$C$9)"),
        ("tLog[[#This Row],[ID]:[a, b]]", "'Log'!$B$7:$D$7"),
        ("tLog[[ID]:[Opened]]", "'Log'!$B$7:$C$9"),
        ("tLog[[#Headers],[ID]]", "'Log'!$B$6"),
        ("tLog[#All]", "'Log'!$B$6:$F$9"),
        ("tLog[]", "'Log'!$B$7:$F$9"),
        ("tLog[[#This Row],[50%]]", "'Log'!$E$7"),
        ("tLog[it''s '#1]", "'Log'!$F$7:$F$9"),
        ("tSum[Hours]", "'O''Hara'!$B$2:$B$4"),
        ("tSum[[#Totals],[Hours]]", "'O''Hara'!$B$5"),
        ("_xlfn.DECIMAL(A1,36)", "DECIMAL(A1,36)"),
        ("MATCH(1,Tz_U,1)*WARN_SHARE", "MATCH(1,Tz!$A$2:$A$9,1)*Lists!$D$4"),
    ],
)
def test_a_reference_becomes_the_address_that_it_stands_for(stored: str, wanted: str) -> None:
    assert translate(stored, TABLES, NAMES, row=7) == wanted


@pytest.mark.parametrize(
    "kept",
    ['"tLog[ID] in ""quotes"""&A1', "'tLog[ID]'!A1", "it!B2+IT(3)", "$A$1+B2:C3", "TRUE", "#N/A"],
)
def test_text_sheets_functions_and_addresses_stay(kept: str) -> None:
    assert translate(kept, TABLES, NAMES, row=7) == kept


@pytest.mark.parametrize(
    "wrong",
    ["tNone[ID]", "tLog[Nothing]", "tLog[[#Totals],[ID]]", "tLog[[#All],[#Data]]"],
)
def test_a_reference_to_what_is_not_there_is_refused(wrong: str) -> None:
    with pytest.raises(UntranslatableError):
        translate(wrong, TABLES, row=7)


def test_this_row_outside_the_table_is_refused() -> None:
    with pytest.raises(UntranslatableError, match="for row 6"):
        translate("tLog[[#This Row],[ID]]", TABLES, row=6)


def test_tables_and_names_are_those_of_the_package(tmp_path: Path) -> None:
    package = Package(good_workbook(tmp_path / "good.xlsx"))
    tables = tables_of(package)
    assert tables["tlog"] == Table(
        "tLog", "Log", ("Id", "Opened", "Owner", "Due"), left=1, top=1, bottom=5
    )
    assert tables["towners"].sheet == "Lists"
    assert names_of(package)["target"] == "Lists!$B$2"


def test_a_book_is_handed_over_without_a_stored_value_of_a_formula(tmp_path: Path) -> None:
    sheets = handed_over(good_workbook(tmp_path / "good.xlsx"))["sheets"]
    assert (2, 4, "=IF('Log'!$B$2=\"\",\"\",'Log'!$B$2+Lists!$B$2/24)") in sheets["Log"]
    assert (2, 1, "'INC-2") in sheets["Log"]
    assert (2, 2, 4.0) in sheets["Lists"]


def _differing(cell: str, formula: str, sheet: str = "Log") -> Difference:
    return Difference(sheet, cell, 1.0, 2.0, formula)


def test_a_cause_explains_what_follows_from_it_and_nothing_else() -> None:
    found = [
        _differing("A1", "_xlfn.DECIMAL(B1,36)"),
        _differing("A2", "SUM(Log!A1:A1)", sheet="Other"),
        _differing("A3", 'Other!$A$2&"A1"'),
        _differing("A4", '"A1"&A5'),
        _differing("A6", "MATCH(1,CHOOSE(INDEX(Tz_U,A9),Tz_U,Tz_U),1)"),
        _differing("A7", "CHOOSE(INDEX(Tz_U,A9),A8,Warn_Share)"),
    ]
    causes = [
        Cause("Other", "another engine", r"\bSUM\(", ""),
        Cause("Engine", "no DECIMAL", r"\bDECIMAL\(", ""),
        Cause("Engine", "no MATCH in what is chosen", r"\bMATCH\(1,CHOOSE\(", ""),
    ]
    said = {
        cell: cause and cause.name
        for (_, cell), cause in explain("Engine", found, TABLES, NAMES, causes).items()
    }
    assert said == {
        "A1": "no DECIMAL",
        "A2": "no DECIMAL",
        "A3": "no DECIMAL",
        "A4": None,
        "A6": "no MATCH in what is chosen",
        "A7": None,
    }
