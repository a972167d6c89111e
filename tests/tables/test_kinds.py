"""What a cell of each kind means, shows and takes, on examples."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest

from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.kinds import (
    AMOUNT,
    DATE,
    KEY,
    NUMBER,
    SHARE,
    STAMP,
    TEXT,
    TIME,
    Kind,
    choice,
    number_of,
    odd_cells,
    stamps_of,
)

# Serial numbers as Excel, LibreOffice and Google Sheets show them.
_NOON = 45_000.5
_SAID = datetime(2023, 3, 15, 12)
_SEVERITY = choice(words.SEVERITIES)


@pytest.mark.parametrize(
    ("kind", "cell", "meaning"),
    [
        (STAMP, _NOON, _SAID),
        (STAMP, 45_000, datetime(2023, 3, 15)),
        (STAMP, _SAID, _SAID),
        (STAMP, date(2023, 3, 15), datetime(2023, 3, 15)),
        # Half a second rounds up; a program writes 15 digits of 17.
        (STAMP, 45_000.5 + 0.5 / 86_400, datetime(2023, 3, 15, 12, 0, 1)),
        (STAMP, "2023-03-15 12:00", None),
        (STAMP, True, None),
        (STAMP, 60, None),
        (STAMP, float("inf"), None),
        (DATE, _NOON, date(2023, 3, 15)),
        (DATE, "tomorrow", None),
        (TIME, 0.375, 9 * 3600),
        (TIME, 1, 86_400),
        (TIME, 1.5, None),
        (TIME, "9:00", None),
        (NUMBER, 3, 3.0),
        (NUMBER, "3", None),
        (NUMBER, np.int64(3), 3.0),
        (SHARE, 0.4, 0.4),
        (AMOUNT, 0, 0.0),
        (TEXT, " on hold ", "on hold"),
        (TEXT, 12.0, "12"),
        (KEY, "", None),
        (_SEVERITY, "SEV-1", "SEV-1"),
    ],
)
def test_a_cell_is_read_as_its_kind_means_it(kind: Kind, cell: Any, meaning: Any) -> None:
    assert kind.read(cell) == meaning


@pytest.mark.parametrize(
    ("kind", "cell", "text"),
    [
        (STAMP, _NOON, "2023-03-15 12:00"),
        (STAMP, 45_000 + 5 / 86_400, "2023-03-15 00:00:05"),
        (STAMP, "soon", "soon"),
        (DATE, 45_000, "2023-03-15"),
        (TIME, 0.375, "09:00"),
        (TIME, 1, "24:00"),
        (NUMBER, 2.5, "2.5"),
        (NUMBER, 2.0, "2"),
        (TEXT, True, "TRUE"),
        (TEXT, None, ""),
    ],
)
def test_a_cell_is_shown_as_people_read_it(kind: Kind, cell: Any, text: str) -> None:
    assert kind.show(cell) == text


@pytest.mark.parametrize("kind", [STAMP, DATE, TIME, NUMBER, SHARE, AMOUNT, TEXT, _SEVERITY])
def test_an_empty_cell_of_any_kind_is_in_order(kind: Kind) -> None:
    assert kind.meant(None)
    assert kind.meant("")


@pytest.mark.parametrize("kind", [STAMP, DATE, TIME, NUMBER, SHARE, AMOUNT])
def test_words_in_a_cell_of_numbers_are_odd(kind: Kind) -> None:
    assert not kind.meant("soon")
    assert kind.wants


def test_a_column_of_stamps_is_read_alike_at_once_and_cell_by_cell() -> None:
    column = [_NOON, None, 60, 45_000, 109_576]
    at_once = stamps_of(column)
    assert [None if np.isnat(one) else one.item() for one in at_once] == [
        STAMP.read(cell) for cell in column
    ]
    assert stamps_of([*column, "soon"])[:-1].tolist() == at_once.tolist()


def test_what_is_no_stamp_is_told_by_its_row() -> None:
    assert odd_cells([_NOON, "soon", None, "", True]) == {1: "soon", 4: "TRUE"}


def test_a_word_of_a_list_is_chosen_from_it() -> None:
    validation = _SEVERITY.validation
    assert validation is not None
    assert (validation.kind, validation.first) == ("list", words.SEVERITIES.source)
    assert validation.message == "Choose a severity from the list."


def test_whole_numbers_beyond_64_bits_are_numbers_while_a_cell_can_hold_them() -> None:
    assert number_of(10**300) == 1e300
    assert number_of(10**400) is None
