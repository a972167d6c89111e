"""Excel's side: functions in cells, the Recalculate action, and the ways into a workbook.

``functions`` and ``actions`` wrap the library for xlwings; ``macros``, ``lite`` and ``server`` put
them where each route of xlwings looks for them. Only this room imports xlwings, and nothing in it
needs a licence key.
"""

from __future__ import annotations
