"""What a workbook wears for Excel: macros on the desktop, or the script of xlwings Lite."""

from __future__ import annotations

from xlmatrix.routes.dress import Dress, lite_book, macro_book

__all__ = ["Dress", "lite_book", "macro_book"]
