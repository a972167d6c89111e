"""The drill records of ``records.yaml`` in a workbook: two engines and the flags say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office.engines import assert_confirmed_by_ironcalc
from tests.office.libre import assert_confirmed
from tests.office.package import formula_cells
from tests.rules.drills.cases import AS_OF, Case, cases, spec, typed
from xlmatrix.rules.logs.incident_log import IncidentLog
from xlmatrix.sheets.book import plan_book
from xlmatrix.sheets.plan import Table
from xlmatrix.write import render

SHEETS = {"Drills", "Drill results", "Drill seats", "Drill cards", "Drill players", "Scenarios"}
