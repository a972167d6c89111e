"""Budget, caps, splits and costs against answers worked by hand, in Python and in other engines.

The cases are data (``budget_months.yaml``) and were written from the rule's text before its code.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.office import compare, engines
from tests.office.libre import recomputed
from tests.office.package import bounds, formula_cells, letters
from tests.sheets.guides import books
from xlmatrix.model import Horizon, MatrixSpec
from xlmatrix.model.content import AuditContent, content
from xlmatrix.rules.guides import budget as rules
from xlmatrix.rules.instants import serial
from xlmatrix.sheets.guides.budget import FACTS_ROW, BudgetForms, budget_forms
from xlmatrix.sheets.guides.providers import calls_form, cost_form, token_form
from xlmatrix.sheets.parts import Scene
from xlmatrix.sheets.plan import Table
from xlmatrix.tables.budget import BUDGET, BUDGET_FACTS
from xlmatrix.tables.flags import flags_of
from xlmatrix.tables.providers import PROVIDER_CALLS
from xlmatrix.write import render

CASES: dict[str, list[dict[str, Any]]] = YAML(typ="safe").load(
    (Path(__file__).parent / "budget_months.yaml").read_text(encoding="utf-8")
)
MONTHS = {case["id"]: case for case in CASES["months"]}
#: The rows of figures, by their short names in the cases.
LABELS = {
    "month": "Budget of this month",
    "last": "Budget of last month",
    "spent": "Spent this month",
    "cap": "Hard cap of the month",
    "m5": "Spent in the last 5 min",
    "m30": "Spent in the last 30 min",
    "h1": "Spent in the last hour",
    "h6": "Spent in the last 6 h",
    "d3": "Spent in the last 3 days",
    "row": "A row of spend is",
}
ALARMS = {"fast": "BA-1", "middle": "BA-2", "slow": "BA-3"}
#: LibreOffice takes a second a month; it computes these, and all of them where this is set.
EVERY_MONTH = bool(os.environ.get("XLMATRIX_DEEP"))
BY_LIBREOFFICE = [*MONTHS] if EVERY_MONTH else ["first-hour"]
NO_COST_CLASS = "This matrix has no class for cost"


@cache
def small_one() -> MatrixSpec:
    """The basic template with the audit, two classes and three months: quick in every engine."""
    spec = books.small("audit")
    cost = next(one for one in spec.classes if one.family == "cost")
    short = Horizon(start=date(2026, 10, 1), end=date(2026, 12, 31))
    changes = {
        "checklist": None,
        "classes": (cost, spec.classes[0]),
        "horizon": short,
        "history": (),
    }
    return spec.model_copy(update=changes)


@cache
def scene() -> Scene:
    return books.scene(small_one())


def shared() -> AuditContent:
    return content("audit", AuditContent)


def until(case: Mapping[str, Any]) -> datetime:
    given = case["until"]
    return given if isinstance(given, datetime) else datetime.fromisoformat(str(given))


def typed_of(case: Mapping[str, Any]) -> books.Typed:
    cells: books.Typed = {
        (BUDGET.name, LABELS[key], "Value"): value for key, value in case["typed"].items()
    }
    cells[BUDGET_FACTS.name, FACTS_ROW, "Figures until"] = serial(until(case))
    return cells


def forms(typed: books.Typed) -> BudgetForms:
    return budget_forms(replace(scene(), typed=typed), shared())


def told(found: BudgetForms) -> dict[str, Any]:
    states = {row["ID"]: row["State"] for row in found.alarms.rows}
    return {
        "state": found.figure("Budget_State"),
        "forecast": found.figure("Budget_Forecast"),
        **{name: states[key] for name, key in ALARMS.items()},
    }


def test_there_are_twenty_months() -> None:
    assert len(MONTHS) == len(CASES["months"]) == 20


@pytest.mark.parametrize("case", MONTHS.values(), ids=MONTHS)
def test_a_month_is_judged_as_by_hand(case: dict[str, Any]) -> None:
    found = forms(typed_of(case))
    assert told(found) == case["says"]
    rows = {row["ID"]: row for row in found.alarms.rows}
    for name, burns in case.get("burns", {}).items():
        row = rows[ALARMS[name]]
        assert (row["Long burn"], row["Short burn"]) == pytest.approx(tuple(burns), abs=1e-6)


def flags(found: BudgetForms) -> dict[str, str]:
    """The codes beside the figures, by their short names."""
    columns = ["Setting", "What it does", "Value", "Unit", "Check"]
    rows: list[Any] = [dict(row) for row in found.amounts.rows]
    behind = {
        "Budget_Elapsed": found.figure("Budget_Elapsed"),
        "Budget_Last": next(r["Value"] for r in rows if r["Setting"] == LABELS["last"]),
    }
    said = flags_of(BUDGET, columns, rows, lambda name: [behind[name]])
    short = {label: key for key, label in LABELS.items()}
    return {short[row["Setting"]]: flag.code for row, flag in zip(rows, said, strict=True) if flag}


@pytest.mark.parametrize("case", MONTHS.values(), ids=MONTHS)
def test_what_gives_no_ground_is_flagged_beside_its_cell(case: dict[str, Any]) -> None:
    assert flags(forms(typed_of(case))) == case.get("flagged", {})


def test_a_bad_month_names_the_tiers_own_class_for_cost_and_its_severity() -> None:
    named = {
        key: forms(typed_of(MONTHS[key])).figure("Budget_Incident")
        for key in ("spent-31-of-30", "forecast-130-percent", "hard-cap", "on-plan", "refunds")
    }
    incident = "SEV-2: Budget runaway (CST-01)"
    assert list(named.values()) == [incident, incident, incident, "", ""]
    alarm = forms(typed_of(MONTHS["just-over-14.4"])).alarms.rows[0]
    assert (alarm["State"], alarm["Incident"]) == ("alarm", incident)


def test_a_tier_without_a_class_for_cost_has_none_to_name() -> None:
    spec = books.small("audit")
    bare = tuple(kind for kind in spec.classes if kind.family != "cost")
    without = books.scene(
        spec.model_copy(update={"classes": bare}), typed_of(MONTHS["spent-31-of-30"])
    )
    assert budget_forms(without, shared()).figure("Budget_Incident") == NO_COST_CLASS


def test_an_alarm_at_one_is_none_however_much_is_burnt() -> None:
    cells = typed_of(MONTHS["just-over-14.4"]) | {("tBurnAlarms", "BA-1", "Above"): 1}
    assert forms(cells).alarms.rows[0]["State"] == "no figure above"


# --- Caps, splits and costs ----------------------------------------------------------------


def cells_of(table: str, cases: list[dict[str, Any]], **also: Any) -> books.Typed:
    rows = [(f"{case['id']}", {**also, **case["typed"]}) for case in cases]
    cells: books.Typed = {(table, key, "ID"): key for key, _ in rows}
    for key, typed in rows:
        cells |= {(table, key, header): value for header, value in typed.items()}
    return cells


@pytest.mark.parametrize("case", CASES["caps"], ids=[case["id"] for case in CASES["caps"]])
def test_a_cap_is_the_usual_day_by_share_and_multiple(case: dict[str, Any]) -> None:
    row = forms(cells_of("tCaps", [case])).caps.rows[0]
    assert (row["Daily cap"], row["Now"]) == (
        pytest.approx(case["cap"]) if case["cap"] else "",
        case["now"],
    )


def provider_cells(case: dict[str, Any]) -> books.Typed:
    cells: books.Typed = {}
    for place, row in enumerate(case["rows"]):
        key = f"{case['id']}-{place}"
        values = dict(
            zip(("Workload", "Part", "Provider", "Wanted", "Calls", "Spend"), row, strict=True)
        )
        cells |= {(PROVIDER_CALLS.name, key, "ID"): key}
        cells |= {(PROVIDER_CALLS.name, key, h): v for h, v in values.items() if v != ""}
    return cells


def provider_rows(cells: books.Typed, currency: str = "") -> list[dict[str, Any]]:
    made = calls_form(replace(scene(), typed=cells), shared(), currency)
    return [row for row in made.rows if row["ID"]]


SAID = ("Share of calls", "Split", "Warm", "Provider's share", "Concentration")


@pytest.mark.parametrize(
    "case", CASES["providers"], ids=[case["id"] for case in CASES["providers"]]
)
def test_a_split_its_fallback_and_its_concentration_are_checked(case: dict[str, Any]) -> None:
    rows = provider_rows(provider_cells(case))
    assert [[row[header] for header in SAID] for row in rows] == [
        [pytest.approx(one) if isinstance(one, float) else one for one in said]
        for said in case["says"]
    ]


def test_nothing_is_added_up_over_currencies_nor_where_something_came_back() -> None:
    cells = provider_cells(CASES["providers"][0])
    first, second = [key for _, key, header in cells if header == "ID"]
    dollars = cells | {(PROVIDER_CALLS.name, first, "Currency"): "USD"}
    assert {row["Concentration"] for row in provider_rows(dollars)} == {"mixed currencies"}
    both = dollars | {(PROVIDER_CALLS.name, second, "Currency"): "usd"}
    assert [row["Concentration"] for row in provider_rows(both)] == ["concentrated", "spread"]
    same = [row["Concentration"] for row in provider_rows(dollars, "USD")]
    assert same == ["concentrated", "spread"]
    other = cells | {(PROVIDER_CALLS.name, second, "Spend"): ""}
    said = [row["Concentration"] for row in provider_rows(other)]
    assert said == ["concentrated", "not measured"]
    refund = cells | {(PROVIDER_CALLS.name, second, "Spend"): -1}
    assert {row["Concentration"] for row in provider_rows(refund)} == {"refund: no verdict"}


@pytest.mark.parametrize("case", CASES["costs"], ids=[case["id"] for case in CASES["costs"]])
def test_a_call_costs_what_its_provider_counts(case: dict[str, Any]) -> None:
    drawn = replace(scene(), typed=cells_of("tCosts", [case], Model="m"))
    row = cost_form(drawn, token_form(drawn, shared())).rows[0]
    assert row["Cost per call"] == (pytest.approx(case["cost"]) if case["cost"] else "")


def test_what_was_typed_beside_the_old_burn_stays_as_a_row_and_judges_nothing() -> None:
    old = {("tBudget", "Burn that is the third severity", "Value"): 1.1}
    cells = typed_of(MONTHS["just-over-14.4"])
    found = forms(cells | old)
    assert told(found) == told(forms(cells))
    assert [(r["Setting"], r["Value"]) for r in found.amounts.rows][-1] == (
        "Burn that is the third severity",
        1.1,
    )


# --- The sheet, in other engines -----------------------------------------------------------

SHEET = "Implementation audit"


class Used:
    """A workbook with all cases that stand beside each other, and where the month is typed."""

    def __init__(self, path: Path) -> None:
        spec = small_one()
        cells = typed_of(MONTHS["boundary-with-last-month"]) | cells_of("tCaps", CASES["caps"])
        cells |= cells_of("tCosts", CASES["costs"], Model="m")
        for case in CASES["providers"]:
            cells |= {
                (t, key, h): case["id"] if h == "Workload" else v
                for (t, key, h), v in provider_cells(case).items()
            }
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("xlmatrix.sheets.book.SPARE_INCIDENTS", 3)
            plan = books.book(spec, cells)
        self.path = path
        self.path.write_bytes(render(plan))
        sheet = next(one for one in plan.sheets if one.name == SHEET)
        self.tables = {table.name: table for table in sheet.tables}
        self.names = plan.names
        self.rows = [str(v) for v in self.tables[BUDGET.name].values[0]]

    def cell(self, table: Table, column: str, place: int) -> str:
        return f"{letters(table.column_of(column))}{table.row + 1 + place}"

    def inputs(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """What stands in each cell of figures in a month; None for a blank one."""
        short = {label: key for key, label in LABELS.items()}
        table = self.tables[BUDGET.name]
        cells = {
            self.cell(table, "Value", place): case["typed"].get(short.get(label, ""))
            for place, label in enumerate(self.rows)
        }
        facts = self.tables[BUDGET_FACTS.name]
        return cells | {self.cell(facts, "Figures until", 0): serial(until(case))}

    def outputs(self) -> dict[str, str]:
        alarms = self.tables["tBurnAlarms"]
        states = {name: self.cell(alarms, "State", place) for place, name in enumerate(ALARMS)}
        named: dict[str, Any] = dict(self.names)
        at = {
            key: f"{letters(named[name].column)}{named[name].row}"
            for key, name in (("state", "Budget_State"), ("forecast", "Budget_Forecast"))
        }
        return at | states

    def flag_cells(self) -> dict[str, str]:
        table = self.tables[BUDGET.name]
        short = {label: key for key, label in LABELS.items()}
        return {
            short[label]: self.cell(table, "Check", place)
            for place, label in enumerate(self.rows)
            if label in short
        }


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Used:
    return Used(tmp_path_factory.mktemp("budget") / "used.xlsx")


@pytest.fixture(scope="module")
def model(used: Used) -> Any:
    """The workbook in IronCalc, computed; every test types its own figures."""
    loaded = engines._ironcalc_model(used.path)
    loaded.evaluate()
    return loaded


def place_of(model: Any) -> int:
    return [str(one["name"]) for one in model.get_worksheets_properties()].index(SHEET)


def at(cell: str) -> tuple[int, int]:
    column, row, _, _ = bounds(cell)
    return row, column


@pytest.mark.office
@pytest.mark.slow
def test_two_engines_compute_the_sheet(used: Used, model: Any) -> None:
    cells = {cell: one for cell, one in formula_cells(used.path).items() if cell[0] == SHEET}
    place = place_of(model)
    seen = {cell: engines._marked(model.get_cell_value(place, *at(cell[1]))) for cell in cells}
    assert len(cells) > 350
    assert compare.compare(cells, seen) == []
    assert compare.compare(cells, recomputed(used.path)) == []


@pytest.mark.slow
def test_a_second_engine_judges_every_month_as_by_hand(used: Used, model: Any) -> None:
    place = place_of(model)
    wrong = {}
    for key, case in MONTHS.items():
        for cell, value in used.inputs(case).items():
            model.set_user_input(place, *at(cell), "" if value is None else str(value))
        model.evaluate()
        said = {k: model.get_cell_value(place, *at(c)) for k, c in used.outputs().items()}
        flagged = {k for k, c in used.flag_cells().items() if model.get_cell_value(place, *at(c))}
        if not agrees(said, case["says"]) or flagged != set(case.get("flagged", {})):
            wrong[key] = (said, flagged)
    assert wrong == {}


def agrees(said: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    plain = {key: "" if value is None else value for key, value in said.items()}
    return plain == {
        key: pytest.approx(value) if isinstance(value, int | float) else value
        for key, value in expected.items()
    }


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("key", BY_LIBREOFFICE)
def test_libreoffice_judges_a_month_as_by_hand(used: Used, key: str, tmp_path: Path) -> None:
    path = tmp_path / "month.xlsx"
    retype(used.path, path, used.inputs(MONTHS[key]))
    values = recomputed(path)
    said = {name: values[SHEET, cell] for name, cell in used.outputs().items()}
    assert agrees(said, MONTHS[key]["says"])
    flagged = {name for name, cell in used.flag_cells().items() if values[SHEET, cell]}
    assert flagged == set(MONTHS[key].get("flagged", {}))


def retype(book: Path, target: Path, cells: Mapping[str, Any]) -> None:
    """A copy of the workbook with other values in cells of the audit."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(target, "w") as new:
        names = re.findall(r'<sheet [^>]*name="([^"]+)"', old.read("xl/workbook.xml").decode())
        part = f"xl/worksheets/sheet{names.index(SHEET) + 1}.xml"
        for item in old.infolist():
            data = old.read(item)
            if item.filename == part:
                text = data.decode()
                for cell, value in cells.items():
                    text = _put(text, cell, value)
                data = text.encode()
            new.writestr(item, data)


def _put(text: str, cell: str, value: Any) -> str:
    found = re.search(rf'<c r="{cell}"( s="\d+")?[^>]*?(/>|>.*?</c>)', text)
    assert found, cell
    style = found[1] or ""
    if value is None:
        made = f'<c r="{cell}"{style}/>'
    elif isinstance(value, str):
        made = f'<c r="{cell}"{style} t="inlineStr"><is><t>{value}</t></is></c>'
    else:
        made = f'<c r="{cell}"{style}><v>{value!r}</v></c>'
    return text[: found.start()] + made + text[found.end() :]


def test_a_slip_in_the_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules.Month, "hours", property(lambda self: 1e9))
    case = MONTHS["boundary-with-last-month"]
    assert told(forms(typed_of(case))) == case["says"]
    rows = forms(typed_of(case)).alarms.rows
    assert rows[2]["Long burn"] != pytest.approx(case["burns"]["slow"][0], abs=1e-6)
