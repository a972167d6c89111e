"""Which seconds of a day the slots of a row of hours hold, whatever is typed in them."""

from __future__ import annotations

import pytest

from xlmatrix.tables.shifts import reach_of, shifts_in

Slot = tuple[float | str | None, float | str | None]


def _row(*slots: Slot) -> dict[str, float | str | None]:
    """A row by the hours of its slots; text stays text."""
    cells: dict[str, float | str | None] = {}
    for number, edges in enumerate(slots, start=1):
        for header, edge in zip(("Open", "Close"), edges, strict=True):
            cells[f"{header} {number}"] = edge / 24 if isinstance(edge, int | float) else edge
    return cells


@pytest.mark.parametrize(
    ("slots", "reached", "hours"),
    [
        ([(9, 12.5), (13, 17)], 0, {1: (9, 12.5), 2: (13, 17)}),
        ([("x", 12), (13, 17)], 0, {2: (13, 17)}),
        ([(9, 13), (12, 17)], 0, {1: (9, 13), 2: (13, 17)}),
        ([(13, 17), (9, 12)], 0, {1: (13, 17)}),
        ([(13, 17), (9, 18)], 0, {1: (13, 17), 2: (17, 18)}),
        ([(22, 6), (23, 7)], 0, {1: (22, 30)}),
        ([(9, 9), (0, 0)], 0, {2: (0, 24)}),
        ([(0, 24), (9, 17)], 0, {1: (0, 24)}),
        ([(5, 17), (20, 22)], 6, {1: (6, 17), 2: (20, 22)}),
        ([(5, 6), (7, 8)], 6, {2: (7, 8)}),
        ([(24, 8), (9, None)], 0, {}),
    ],
)
def test_slots_count_in_their_order_and_what_is_left_of_each(
    slots: list[Slot], reached: float, hours: dict[int, tuple[float, float]]
) -> None:
    found = shifts_in(_row(*slots), int(reached * 3600))
    assert {n: (start / 3600, end / 3600) for n, (start, end) in found.items()} == hours


def test_what_goes_over_midnight_reaches_into_the_next_day() -> None:
    assert reach_of(_row((9, 17), (22, 6))) == 6 * 3600
    assert reach_of(_row((9, 17), (18, 24))) == 0
