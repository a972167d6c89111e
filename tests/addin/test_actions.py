from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.addin.fake import FakeBook
from xlmatrix import api
from xlmatrix.addin import actions
from xlmatrix.addin.sheets import as_cell

RESULTS = {"Recalculated", "Audit"}


def untouched(book: FakeBook) -> bool:
    """Whether nothing but the sheets of results was written."""
    return {sheet for sheet, *_ in book.written} <= RESULTS


def test_a_workbook_as_built_has_formulas_and_engine_agree_everywhere(book: FakeBook) -> None:
    said = actions.recalculate(book)
    assert "Recalculated 42 incidents as of 2026-11-16 10:30" in said
    assert "agree everywhere" in said
    assert untouched(book)


def test_each_table_of_results_takes_one_write(book: FakeBook) -> None:
    actions.recalculate(book)
    values = [(sheet, column) for sheet, kind, _, column in book.written if kind == "values"]
    assert sorted(values) == [("Audit", 1), ("Audit", 9), ("Recalculated", 1)]


def test_the_values_written_are_those_of_the_log(book: FakeBook) -> None:
    actions.recalculate(book)
    ids = [value for value in book.column("tIncidents", "ID") if value]
    assert book.column("tRecalculated", "ID") == ids
    for header in ("Status", "Severity", "Next step", "Response owner"):
        shown = book.column("tIncidents", header)[: len(ids)]
        assert book.column("tRecalculated", header) == shown
    due = book.column("tIncidents", "Resolve due")[: len(ids)]
    written = book.column("tRecalculated", "Resolve due")
    for one, other in zip(due, written, strict=True):
        if isinstance(one, datetime):
            serial = (one - datetime(1899, 12, 30)).total_seconds() / 86400
            assert round(other * 86400) == round(serial * 86400)


def test_an_audit_row_says_when_as_of_how_many_and_by_which_engine(book: FakeBook) -> None:
    before = len([v for v in book.column("tAudit", "Engine") if v])
    actions.recalculate(book)
    actions.recalculate(book)
    assert len([v for v in book.column("tAudit", "Engine") if v]) == before + 2
    assert book.column("tAudit", "Incidents")[-1] == 42
    assert book.column("tAudit", "Changed")[-1] == 0
    assert book.column("tAudit", "Engine")[-1].startswith("xlmatrix ")


def test_a_cell_where_formula_and_engine_disagree_is_marked(book: FakeBook) -> None:
    book.type("tIncidents", "Next due", 2, 46000.5)
    book.type("tIncidents", "Status", 4, "#REF!")
    said = actions.recalculate(book)
    assert "2 cells of the log disagree" in said
    assert sorted(book.column("tParity", "Column")) == ["Next due", "Status"]
    place = book.column("tParity", "Cell")[book.column("tParity", "Column").index("Next due")]
    area = book.table("tIncidents").range
    assert int("".join(c for c in place if c.isdigit())) == area.row + 3
    assert "Next due" in book.column("tRecalculated", "Disagrees")[2]
    assert untouched(book)


def test_marks_go_once_the_cells_agree_again(book: FakeBook) -> None:
    kept = book.column("tIncidents", "Status")[4]
    book.type("tIncidents", "Status", 4, "Nonsense")
    actions.recalculate(book)
    book.type("tIncidents", "Status", 4, kept)
    assert "agree everywhere" in actions.recalculate(book)
    assert not any(book.column("tParity", "Key"))


def test_a_changed_stamp_changes_one_row(book: FakeBook) -> None:
    book.type("tIncidents", "Opened", 0, "2026-11-02T08:00:00.000Z")
    said = actions.recalculate(book)
    assert "; 1 changed" in said
    assert "disagree" in said  # the pretended Excel did not calculate its formulas


def test_another_as_of_moves_the_results_and_judges_the_formulas_at_their_own(
    book: FakeBook,
) -> None:
    said = actions.recalculate(book, datetime(2026, 12, 24, 12, 0))
    assert "as of 2026-12-24 12:00" in said
    assert "agree everywhere" in said


def test_edited_targets_are_what_the_engine_computes_with(book: FakeBook) -> None:
    book.type("tTargets1", "Within", 0, 1)
    said = actions.recalculate(book)
    assert "disagree" in said
    assert "Acknowledge due" in book.column("tParity", "Column")


def test_a_pause_typed_since_counts(book: FakeBook) -> None:
    incident = book.column("tIncidents", "ID")[41]
    opened = book.column("tIncidents", "Opened")[41]
    book.type("tTargets3", "Pauses", 7, "yes")
    book.type("tIncidents", "Severity set", 41, "SEV-3")
    book.type("tIncidents", "Severity", 41, "SEV-3")
    actions.recalculate(book)
    ids, due = book.column("tRecalculated", "ID"), book.column("tRecalculated", "Resolve due")
    before = due[ids.index(incident)]
    book.type("tPauses", "Incident", 0, incident)
    book.type("tPauses", "From", 0, (opened + timedelta(minutes=1)).isoformat() + ".000Z")
    book.type("tPauses", "To", 0, (opened + timedelta(days=6)).isoformat() + ".000Z")
    actions.recalculate(book)
    after = book.column("tRecalculated", "Resolve due")[ids.index(incident)]
    assert after > before


def test_a_plain_workbook_gets_the_sheets_it_lacks(plain: FakeBook) -> None:
    assert "agree everywhere" in actions.recalculate(plain)
    assert [sheet for sheet, kind, *_ in plain.written if kind == "sheet"] == [
        "Recalculated",
        "Audit",
    ]
    assert len(plain.column("tRecalculated", "ID")) == 42


def test_a_filter_hides_rows_and_no_results(book: FakeBook) -> None:
    # Rows that a filter hides are cells like any others to whoever reads a range.
    book.type("tIncidents", "Title", 0, "hidden by a filter")
    assert "42 incidents" in actions.recalculate(book)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda b: b.sheets.remove(b.sheet("Stamp")), "not made by xlmatrix"),
        (lambda b: b.drop("tIncidents"), "no table tIncidents"),
        (lambda b: b.drop("tHours"), "the table tHours was deleted"),
        (lambda b: b.type("tIncidents", "Opened", -1, "Start"), "no column 'Opened'"),
        (lambda b: b.type("tIncidents", "Next due", -1, "Due"), "no column 'Next due'"),
        (lambda b: b.type("tHours", "Open 1", -1, "From"), "no column 'Open 1'"),
        (lambda b: setattr(b.sheet("Audit").api, "ProtectContents", True), "is protected"),
    ],
)
def test_bad_workbooks_get_a_message_and_nothing_is_written(
    book: FakeBook, spoil: object, says: str
) -> None:
    spoil(book)  # type: ignore[operator]
    said = actions.run("recalculate", book)
    assert says in said
    assert "Nothing was written" in said
    assert "Traceback" not in said
    assert book.app.said == [said]
    assert not book.written


@pytest.mark.parametrize("value", ["noon", "#REF!", -3, 99, True])
def test_hours_edited_into_nonsense_still_answer_or_say_so(book: FakeBook, value: object) -> None:
    book.type("tHours", "Close 1", 0, value)
    said = actions.run("recalculate", book)
    assert "Traceback" not in said
    assert "fault in xlmatrix" not in said


def test_two_open_workbooks_keep_their_own_policies(lite_path: Path) -> None:
    one, other = FakeBook(lite_path, "one.xlsx"), FakeBook(lite_path, "two.xlsx")
    other.type("tTargets1", "Within", 0, 1)
    assert "agree everywhere" in actions.recalculate(one)
    assert "disagree" in actions.recalculate(other)
    assert "agree everywhere" in actions.recalculate(one)


def test_validate_writes_the_findings_on_a_sheet_of_their_own(book: FakeBook) -> None:
    assert actions.validate(book) == "The matrix has no findings."
    book.type("tTargets1", "Within", 8, 1)
    book.type("tTargets1", "Within", 1, "soon")
    book.type("tHours", "Open 1", 1, "nine")
    said = actions.validate(book)
    assert "see Validation" in said
    told = [str(text) for text in book.column("tFindings", "What")]
    assert len([text for text in told if "soon" in text]) == 1
    assert any(text == "Business hours · Tue: Open 1 is not a time of day (nine)" for text in told)
    assert {sheet for sheet, *_ in book.written} == {"Validation"}


def test_import_appends_what_is_new_and_leaves_formulas_alone(
    book: FakeBook, tmp_path: Path
) -> None:
    export = tmp_path / "export.csv"
    export.write_text(
        "ID,Opened,Title,Class\nINC-001,2026-11-10 10:00,old,\n"
        "NEW-1,2026-11-14 10:00,=1+1,\nNEW-2,2026-11-15 11:00,new,\n",
        encoding="utf-8",
    )
    said = actions.run("import_incidents", book, str(export))
    assert "Imported 2 incidents; 1 was in the log already" in said
    ids = book.column("tIncidents", "ID")
    assert ids[42:44] == ["NEW-1", "NEW-2"]
    assert book.column("tIncidents", "Title")[42] == "=1+1"
    columns = {column for _, kind, _, column in book.written if kind == "values"}
    headers = book.table("tIncidents").range.options(ndim=2).value[0]
    # One write for each run of columns that people type in.
    runs = ("ID", "Title", "Opened", "Owner")
    assert columns == {headers.index(first) + 1 for first in runs}


def test_a_log_without_a_rare_column_takes_an_import_that_does_not_need_it(
    book: FakeBook, tmp_path: Path
) -> None:
    export = tmp_path / "export.csv"
    export.write_text("ID,Opened,Customer\nNEW-1,2026-11-14 10:00,\n", encoding="utf-8")
    book.type("tIncidents", "Customer", -1, "Client")
    assert "Imported 1 incident" in actions.run("import_incidents", book, str(export))
    export.write_text("ID,Opened,Customer\nNEW-2,2026-11-14 10:00,Acme\n", encoding="utf-8")
    said = actions.run("import_incidents", book, str(export))
    assert "no column 'Customer'" in said


def test_import_takes_what_was_pasted_on_the_sheet_import(book: FakeBook) -> None:
    assert "no export to import" in actions.run("import_incidents", book)
    sheet = book.sheets.add("Import", after=book.sheets[-1])
    rows = [["ID", "Opened", "Title"], ["P-1", "2026-11-15T09:00:00.000Z", "pasted"]]
    sheet.cells = {(y + 1, x + 1): cell for y, row in enumerate(rows) for x, cell in enumerate(row)}
    assert "Imported 1 incident" in actions.run("import_incidents", book)
    assert "P-1" in book.column("tIncidents", "ID")


class Closed:
    """What desktop Excel hands over of a workbook that somebody has closed."""

    def __getattr__(self, name: str) -> object:
        raise OSError("the object invoked has disconnected from its clients")


def test_a_workbook_that_was_closed_is_said_to_be() -> None:
    assert "the workbook was closed" in actions.run("recalculate", Closed())


def test_on_a_server_what_is_said_goes_to_the_workbook_that_was_posted(book: FakeBook) -> None:
    answers: list[tuple[str, list[str]]] = []

    class Posted:
        def append_json_action(self, func: str, args: list[str]) -> None:
            answers.append((func, args))

    book.impl = Posted()  # type: ignore[attr-defined]
    said = actions.run("recalculate", book)
    assert answers == [("calculate", []), ("alert", [said, "xlmatrix", "ok", "info", ""])]
    # The application may stand for another person's workbook by now.
    assert (book.app.said, book.app.calculated) == ([], 0)
    # Nobody tells there that a sheet is protected: Excel refuses before anything has changed.
    book.sheet("Audit").locked = True
    book.log.clear()
    actions.run("recalculate", book)
    assert [write for write in book.log if write.old != write.new] == []


def test_a_button_ends_with_a_calculation_so_that_functions_answer_anew(book: FakeBook) -> None:
    actions.run("recalculate", book)
    actions.run("read", book)
    assert book.app.calculated == 2


def test_a_workbook_in_the_cloud_cannot_be_refreshed_and_says_how(book: FakeBook) -> None:
    book.fullname = "https://example.sharepoint.com/matrix.xlsx"
    assert "saved on this computer" in actions.run("refresh", book)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plain_path", "macro_path"])
def test_refresh_writes_a_new_workbook_beside_the_open_one_from_the_spec(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    source: Path = request.getfixturevalue(kind)
    saved = tmp_path / f"matrix{source.suffix}"
    typed = openpyxl.load_workbook(source, keep_vba=source.suffix == ".xlsm")
    owners = typed["Owners"]
    spot = next(c for row in owners.iter_rows() for c in row if c.value == "Priya Raman")
    spot.value = "Mara Lindqvist"
    typed.save(saved)
    before = saved.read_bytes()
    spec = tmp_path / "matrix.yaml"
    template = api.template("basic").text
    spec.write_text(template.replace("acknowledge: {within: 5 min", "acknowledge: {within: 4 min"))
    assert spec.read_text() != template
    open_book = FakeBook(source)
    open_book.fullname = str(saved)

    said = actions.run("refresh", open_book, str(spec))

    target = tmp_path / f"matrix refreshed{source.suffix}"
    assert f"Wrote {target.name} beside this workbook" in said
    assert "1 kept" in said
    # The target, and the version that makes of the earlier ones.
    assert "2 taken" in said
    assert (saved.read_bytes(), open_book.written) == (before, [])
    new = openpyxl.load_workbook(target)
    assert new["Owners"].cell(spot.row, spot.column).value == "Mara Lindqvist"
    assert 4 in [cell.value for row in new["SEV-1"].iter_rows() for cell in row]
    if kind == "plain_path":
        # What somebody types there, a note even, the next press does not replace.
        new["Matrix"]["AZ40"] = "a note"
        new.save(target)
        kept = target.read_bytes()
        assert "Wrote matrix refreshed 2.xlsx" in actions.run("refresh", open_book, str(spec))
        assert target.read_bytes() == kept


def test_macros_of_another_xlwings_are_refused(macro_path: Path) -> None:
    macro = FakeBook(macro_path)
    conf = macro.sheet("xlwings.conf")
    row = next(y for (y, x), value in conf.cells.items() if value == "0.37.8")
    conf.cells[row, 2] = "0.30.0"
    said = actions.run("recalculate", macro)
    assert "made for xlwings 0.30.0" in said
    assert not macro.written


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_text_from_people_never_becomes_a_formula(text: str) -> None:
    assert as_cell(text) == f"'{text}"
