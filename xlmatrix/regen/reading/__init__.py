"""A used workbook as tables, names and foreign parts."""
