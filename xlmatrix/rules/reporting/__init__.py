"""Reporting clocks: what the workbook's cells and Python say of a notice."""
