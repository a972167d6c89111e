"""Settings every test shares."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# The same examples on every run and no timed failures: a red run means a fault, not a slow machine.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# XLMATRIX_HYPOTHESIS=search looks for new examples, many more of them.
settings.register_profile("search", parent=settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("XLMATRIX_HYPOTHESIS", "repeatable"))
