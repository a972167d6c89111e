"""The drill records of ``records.yaml`` in a workbook: two engines and the flags say the same."""

from __future__ import annotations

SHEETS = {"Drills", "Drill results", "Drill seats", "Drill cards", "Drill players", "Scenarios"}
