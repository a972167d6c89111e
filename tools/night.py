"""Builds the workbook of a bank in Frankfurt on a Friday night, for the gallery.

Usage: ``python -m tools.night BOOK``. Personal data leaked; the bank was aware at 22:10, classified
nothing yet, and has answered whom the law takes it for.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from xlmatrix import api
from xlmatrix.resources import template_text

AS_OF = "2026-12-11 22:40"
_TEMPLATE = "  rules: [gdpr-33, gdpr-34, contract-example]\n"
_BANK = """  rules:
    - gdpr-33
    - gdpr-34
    - dora-19-initial
    - dora-19-inter
    - dora-19-final
    - nis2-23-early
    - contract-example
  scope:
    {eu-member: DE, gdpr: controller, dora: credit, dora-relief-withdrawn: "no", nis2: essential}
"""
_INCIDENTS = """id,opened,title,class,acknowledged
INC-001,2026-12-11 21:58,Assistant shows account data of other customers,PRV-01,2026-12-11 22:03
"""
_MOMENTS = """incident,what,when,answer,note
INC-001,aware,2026-12-11 22:10,,The duty officer is certain
INC-001,personal-data,,yes,Names and balances
INC-001,people-risk,,likely,
"""


def main() -> int:
    """Build the workbook that the command line names; the exit code."""
    text = template_text("standard")
    if _TEMPLATE not in text:
        print("night: the standard template lists other obligations", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name, content in (
            ("matrix.yaml", text.replace(_TEMPLATE, _BANK)),
            ("incidents.csv", _INCIDENTS),
            ("moments.csv", _MOMENTS),
        ):
            (folder / name).write_text(content, encoding="utf-8")
        built = api.build(
            folder / "matrix.yaml",
            incidents=folder / "incidents.csv",
            logs={"moments": folder / "moments.csv"},
            as_of=AS_OF,
            output=sys.argv[1],
            overwrite=True,
        )
    print(built.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
