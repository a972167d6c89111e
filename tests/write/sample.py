"""A small book that uses every part of a plan once."""

from __future__ import annotations

from datetime import date, datetime, time

import numpy as np

from xlmatrix.formula import F, col, if_, name, ref, span, this
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.plan import (
    BookPlan,
    Chart,
    Formula,
    Page,
    Series,
    SheetPlan,
    Table,
    Visibility,
)
from xlmatrix.tables.column import Column
from xlmatrix.tables.validation import Paint, Refuse, Validation

DAY = datetime(2026, 3, 2, 9, 30, 15)
RISKY = ("=1+1", "+49 30 123", "-5", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0")
ODD = (
    "a<b&c>\"d'",
    "two\nlines",
    "  spaces  ",
    "bell\x07",
    "_x0041_",
    "Größe 東京 😀",
    "#N/A?",
    "",
)


def start() -> SheetPlan:
    draft = Draft("Start", page=Page(freeze="A3", area="A1:H40", repeat_rows="1:2"))
    draft.put(1, 1, "The matrix & its <clocks>", "title")
    draft.merge(1, 1, 1, 6)
    draft.put(2, 1, "A long explanation that has to wrap over several lines. " * 6, "text.wrap")
    draft.merge(2, 1, 2, 6)
    draft.put(4, 1, "Go to the log", "link", link="Log 'of' all!A5")
    draft.put(5, 1, "A web page", "link", link="https://example.org/a b?x=1&y=2")
    draft.put(6, 1, "Mail", "link", link="mailto:team@example.org")
    draft.put(7, 1, "Opened", "label")
    draft.put(7, 2, DAY, "input.stamp")
    draft.put(8, 2, date(2026, 3, 2), "input.date")
    draft.put(9, 2, time(17, 45), "input.time")
    draft.put(10, 2, 7, "input.int")
    draft.put(11, 2, 0.125, "input.percent1")
    draft.put(12, 2, True, "input")
    draft.put(13, 2, None, "input")
    for row, text in enumerate(RISKY + ODD, start=14):
        draft.put(row, 2, text, "input.text")
    draft.put(7, 4, Formula(ref(10, 2) * 2, 14), "formula.int")
    draft.put(8, 4, Formula(if_(ref(10, 2) > 100, "much", "lit & <le>"), "lit & <le>"), "formula")
    draft.put(9, 4, Formula(if_(ref(10, 2) > 100, 1), ""), "formula")
    draft.put(10, 4, Formula(F.NA(), "#N/A"), "formula")
    draft.put(11, 4, Formula(ref(10, 2).eq(7), True), "formula")
    draft.put(12, 4, Formula(ref(7, 2) + 1, datetime(2026, 3, 3, 9, 30, 15)), "formula.stamp")
    draft.put(13, 4, Formula(F.SUM(col("tLog", "Minutes")), 90.0), "formula.int")
    draft.put(
        14, 4, Formula(F.COUNTA(col("tPeople", "Name")) + 0 * name("Answer"), 3), "formula.int"
    )
    draft.allow("B10", Validation("whole", 0, 99, title="Count", message="0 to 99", hint="Whole"))
    draft.allow("B12", Validation("list", "TRUE,FALSE", refuse=Refuse.WARN))
    draft.paint("D7:D9", Paint(ref(7, 4, absolute=False) > 10, "bad", stop=True))
    draft.heights[3] = 6
    draft.widths.update({1: 18, 2: 22, 4: 16})
    return draft.plan()


def log() -> SheetPlan:
    draft = Draft(
        "Log 'of' all", page=Page(landscape=True, freeze="B6", zoom=90), tab_colour="B3261E"
    )
    minutes = np.array([30.0, 60.0, np.nan, np.nan])
    opened = np.array(["2026-03-02T09:00:00", "2026-03-02T10:00:01", "NaT", "NaT"], "datetime64[s]")
    owner = Validation(
        "list", name("People"), title="Who?", message="Choose a person of the list", hint="A name"
    )
    positive = Validation("decimal", 0.0, operator="greaterThanOrEqual")
    due = if_(this("Opened").filled(), this("Opened") + this("Minutes") / 1440)
    draft.table(
        Table(
            "tLog",
            5,
            1,
            (
                Column("Opened", "input.stamp", 17, note="Wall-clock time of the matrix"),
                Column("Minutes", "input.int", 10, validation=positive),
                Column("Owner [a#'@]", "input", 16, validation=owner),
                Column(
                    "Due",
                    "formula.stamp",
                    17,
                    expr=due,
                    paints=(Paint(F.AND(this("Due").filled(), this("Minutes") > 45), "soon"),),
                ),
                Column("Hidden", "helper", 9, expr=F.ROW(), hidden=True),
            ),
            (
                opened,
                minutes,
                ["Ann", "=Bob", None, None],
                [datetime(2026, 3, 2, 9, 30), datetime(2026, 3, 2, 11, 0, 1), None, None],
                np.arange(6, 10),
            ),
            reach=500,
            banded=True,
        )
    )  # fmt: skip
    return draft.plan()


def lists() -> SheetPlan:
    draft = Draft("Lists", protected=True, page=Page(landscape=False, gridlines=True))
    draft.table(
        Table(
            "tPeople",
            1,
            1,
            (Column("Name", "key", 14), Column("Load", "fixed.int", 8)),
            (["Ann", "Bob", "Cem"], [3, 1, 2]),
            filtered=False,
        )
    )
    for place, kind in (("D1", "column"), ("D18", "bar"), ("D35", "line"), ("D52", "pie")):
        draft.charts.append(
            Chart(
                kind,
                f"Load <{kind}>",
                place,
                (Series("Load", col("tPeople", "Load"), span(2, 1, 4, 1, "Lists"), "0B5CAD"),),
                alt_text='Load of "each" person & more',
                x_title="Person",
                y_title="Incidents",
            )
        )
    return draft.plan()


def hidden() -> SheetPlan:
    draft = Draft("Stamp", visibility=Visibility.VERY_HIDDEN)
    draft.put(1, 1, "stamp text")
    return draft.plan()


def sample() -> BookPlan:
    """Every feature of a plan in one book."""
    tucked = Draft("Calc", visibility=Visibility.HIDDEN, protected=True)
    tucked.put(1, 1, 42, "helper.seconds")
    return BookPlan(
        sheets=(start(), log(), lists(), tucked.plan(), hidden()),
        names={"People": col("tPeople", "Name"), "Answer": ref(1, 1, "Calc")},
        title="A matrix & its workbook",
        organisation="Example <AG>",
        subject="Test",
    )
