"""``python -m xlmatrix``."""

from __future__ import annotations

from xlmatrix.cli import main

main()
