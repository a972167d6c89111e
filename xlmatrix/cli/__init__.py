"""The command line: one module a command, and the one place where errors become exit codes.

Exit codes: 0 it worked; 1 a fault of ours, or warnings under ``--strict``; 2 something the user can
mend; 130 interrupted.
"""

from __future__ import annotations

from xlmatrix.cli.app import app, main

__all__ = ["app", "main"]
