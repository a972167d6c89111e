"""xlmatrix: one workbook that links AI incident class, severity, owner and clock."""

__version__ = "0.1.0"
