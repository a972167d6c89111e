"""What the command line and the add-in call: load, check, build, deadline, new."""

from __future__ import annotations

from xlmatrix.api.building import Built, Dress, build
from xlmatrix.api.checking import check
from xlmatrix.api.comparing import Difference, Written, diff, rescue, spec_of
from xlmatrix.api.deadlines import deadline
from xlmatrix.api.drafting import new, template, templates
from xlmatrix.api.explaining import Explained, explain
from xlmatrix.api.regenerating import Regenerated, regenerate
from xlmatrix.api.rewriting import Recalculated, recalc
from xlmatrix.spec import load

__all__ = [
    "Built",
    "Difference",
    "Dress",
    "Explained",
    "Recalculated",
    "Regenerated",
    "Written",
    "build",
    "check",
    "deadline",
    "diff",
    "explain",
    "load",
    "new",
    "recalc",
    "regenerate",
    "rescue",
    "spec_of",
    "template",
    "templates",
]
