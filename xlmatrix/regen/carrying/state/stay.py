"""What stays as it was: each thing puts itself into the finished package and finds itself there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.frames import Frames

if TYPE_CHECKING:
    from xlmatrix.regen.carrying.state.desk import Desk


class Stay(ABC):
    """One thing of the old workbook that the new one has as well."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What ``--allow-loss`` takes for it: a sheet, a table, a kind of the workbook's own."""

    @property
    @abstractmethod
    def what(self) -> str:
        """What it is, in words."""

    @abstractmethod
    def settle(self, desk: Desk) -> None:
        """Put it into the finished package."""

    @abstractmethod
    def stands(self, there: Frames) -> bool:
        """Whether a finished workbook has it."""


@dataclass(frozen=True, slots=True)
class OfSheet(Stay):
    """What stays on one sheet, by whose name it goes."""

    sheet: str

    @property
    def name(self) -> str:
        """The sheet."""
        return self.sheet


@dataclass(frozen=True, slots=True)
class Loss:
    """What cannot come along and stops the run, by the name that ``--allow-loss`` takes."""

    name: str
    what: str


#: What reading a kind of state gives: what stays, lines of the report, losses.
Found = Stay | Change | Loss
Finds = Iterable[Found]


def left_out(sheet: str, key: str, note: str, before: str = "") -> Change:
    """A line about what could not be kept as it was."""
    return Change(Outcome.REFUSED, "", key, "", before=before or None, note=note, sheet=sheet)
