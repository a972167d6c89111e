"""A sound workbook with one of everything the checks look at, made by plain openpyxl."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import (
    CellIsRule,
    ColorScaleRule,
    DataBarRule,
    FormulaRule,
    IconSetRule,
)
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableColumn, TableFormula, TableStyleInfo

DUE = 'IF(tLog[[#This Row],[Opened]]="","",tLog[[#This Row],[Opened]]+Target/24)'


def good_workbook(path: Path) -> Path:
    """Write the workbook to ``path``."""
    book = openpyxl.Workbook()
    _log(book.active)
    _severity(book.create_sheet("SEV-1"))
    lists = book.create_sheet("Lists")
    for row in (["Owner", "Hours"], ["Ann", 4], ["Bo", 8]):
        lists.append(row)
    lists.add_table(Table(displayName="tOwners", name="tOwners", id=2, ref="A1:B3"))
    lists.sheet_state = "hidden"
    book.defined_names["Owner_List"] = DefinedName("Owner_List", attr_text="tOwners[Owner]")
    book.defined_names["Target"] = DefinedName("Target", attr_text="Lists!$B$2")
    book.save(path)
    return path


def _log(sheet: Any) -> None:
    sheet.title = "Log"
    sheet.append(["Id", "Opened", "Owner", "Due"])
    for row in range(2, 6):
        sheet.append([f"INC-{row}", datetime(2026, 3, row, 9, 30), "Ann", f"={DUE}"])
        sheet.cell(row, 2).number_format = "yyyy-mm-dd hh:mm"
        sheet.cell(row, 4).number_format = '[>1]0.00;"n/a"'
    table = Table(displayName="tLog", name="tLog", id=1, ref="A1:D5")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    table.autoFilter = AutoFilter(ref="A1:D5")
    table.tableColumns = [
        TableColumn(id=place, name=title)
        for place, title in enumerate(["Id", "Opened", "Owner", "Due"], start=1)
    ]
    table.tableColumns[3].calculatedColumnFormula = TableFormula(attr_text=DUE)
    sheet.add_table(table)
    for sqref, formula in (("C2:C200", "Owner_List"), ("F2:F9", '"High,Low"')):
        rule = DataValidation(type="list", formula1=formula, allow_blank=True)
        rule.prompt, rule.error, rule.promptTitle, rule.errorTitle = "Pick", "No", "Owner", "Sorry"
        rule.sqref = sqref
        sheet.add_data_validation(rule)
    hours = DataValidation(type="whole", operator="between", formula1="1", formula2="24")
    hours.sqref = "G2:G9"
    sheet.add_data_validation(hours)
    red = PatternFill(bgColor="FFC00000")
    rules = sheet.conditional_formatting
    rules.add("D2:D200", FormulaRule(["$D2<Target"], fill=red, font=Font(bold=True)))
    rules.add("G2:G9", CellIsRule(operator="greaterThan", formula=["8"], fill=red))
    rules.add(
        "H2:H9", ColorScaleRule("min", None, "FFFFFFFF", None, None, None, "max", None, "FFFF0000")
    )
    rules.add("I2:I9", IconSetRule("3TrafficLights1", "percent", [0, 33, 67]))
    rules.add("J2:J9", DataBarRule("min", None, "max", None, "FF638EC6"))
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.column_dimensions["A"].width = 12
    sheet.column_dimensions["C"].width = 20
    sheet.oddFooter.center.text = "Page &P"


def _severity(sheet: Any) -> None:
    sheet["A1"] = "Critical"
    sheet.merge_cells("A1:C1")
    sheet["A2"] = "='SEV-1'!B2*2"
    sheet["B2"] = 3
    sheet["A3"] = '=IFERROR(INDEX(Lists!$A$2:$A$3,MATCH(8,Lists!$B$2:$B$3,0)),"none; at all")'
    sheet["A4"] = "=SUM(tLog[Due],tOwners[[#Data],[Hours]],{1,2;3,4})-(-1+ +2%)"
    sheet["A5"] = '=HYPERLINK("#Log!A1","to the log")'
    sheet["A6"] = "=WORKDAY.INTL(NOW(),1,1)"
    sheet["A7"], sheet["B7"] = True, "=NA()"
    sheet["A8"] = "outside"
    sheet["A8"].hyperlink = "https://example.org/"
    sheet["A9"] = "inside"
    sheet["A9"].hyperlink = Hyperlink(ref="A9", location="Log!A1")
    sheet.merge_cells("E1:F2")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=2, max_row=3))
    sheet.add_chart(chart, "H2")
