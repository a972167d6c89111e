"""The release that writes its number into every workbook it makes."""

__version__ = "0.2.0"
