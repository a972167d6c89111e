"""Settings every test shares."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

from tests.examples import PROFILE

# As the command line does, and more so: a test run holds still more objects to look through.
gc.set_threshold(100_000, 50, 50)

# The same examples on every run and no timed failures: a red run means a fault, not a slow machine.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
# XLMATRIX_HYPOTHESIS=search looks for new examples, many more of them.
settings.register_profile("search", parent=settings.get_profile("default"), max_examples=2000)
settings.load_profile(PROFILE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the run computed, its workers and their programs too; the clock says little."""
    taken = os.times()
    total = taken.user + taken.system + taken.children_user + taken.children_system
    terminalreporter.write_line(f"{total / 60:.1f} CPU minutes in all")
