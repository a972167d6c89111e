"""A message filled from an incident: what it says, how many blanks are left, and what stops it.

A blank is a word in braces that nobody and nothing has filled; it stands in the message as its
hint, in brackets. Each rule here is the twin of cells on the sheet *Comms*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from xlmatrix.formula import Expr, F, if_, lit

READY: Final = "Ready to copy"
NOT_READY: Final = "Not ready to copy: "
#: What stops a message that has text for everything, in the order in which it is said.
INSIDE_ONLY: Final = "it tells outsiders our own verdict"
CONTRADICTED: Final = "the public state contradicts the log, see its Check"
GOES_ON: Final = "the incident is not resolved"
IS_OVER: Final = "the incident is resolved"
NO_IMPACT: Final = "the impact is empty"
#: What such a word says to outsiders.
WITHHELD: Final = "[for insiders alone]"
_MANY_BLANKS: Final = re.compile(" +")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in braces: what stands for it, and how many blanks that leaves."""

    name: str
    says: str
    blanks: int = 0

    @property
    def braced(self) -> str:
        """The word as it stands in a message."""
        return "{" + self.name + "}"


@dataclass(frozen=True, slots=True)
class Filled:
    """A message for a choice; ``id`` is "" where there is none for it.

    ``needed`` are the words that are left blank in it, and ``verdict`` says whether it can go out.
    """

    id: str
    audience: str
    phase: str
    subject: str = ""
    text: str = ""
    needed: tuple[str, ...] = ()
    verdict: str = ""


def tidy(text: str) -> str:
    """Text without the blanks that an empty word leaves."""
    return _MANY_BLANKS.sub(" ", text).strip(" ").replace(" \n", "\n")


def tidy_expr(text: Expr) -> Expr:
    """The formula of :func:`tidy`."""
    return F.SUBSTITUTE(F.TRIM(text), lit(" ") & F.CHAR(10), F.CHAR(10))


def substituted(text: str, words: Iterable[tuple[str, str]]) -> str:
    """A text with each word, in order, replaced by what stands for it."""
    for braced, says in words:
        text = text.replace(braced, says)
    return text


def blanks_said(count: int) -> str:
    """How many blanks are left, in words; "" for none."""
    return "" if not count else "1 blank left" if count == 1 else f"{count} blanks left"


def verdict_of(reasons: Sequence[tuple[str, bool]], blanks: int) -> str:
    """Whether a message can go out, and what is missing."""
    stops = [said for said, holds in reasons if holds]
    left = blanks_said(blanks)
    if stops:
        return " · ".join(filter(None, (NOT_READY + "; ".join(stops), left)))
    return left or READY


def verdict_expr(reasons: Sequence[tuple[str, Expr]], blanks: Expr) -> Expr:
    """The formula of :func:`verdict_of`."""
    stops: Expr = lit("")
    for said, holds in reasons:
        stops = stops & if_(holds, f"; {said}")
    count = F.IF(blanks.eq(1), "1 blank left", blanks & " blanks left")
    left = F.IF(blanks.eq(0), "", count)
    stopped = lit(NOT_READY) & F.MID(stops, 3, 1000) & if_(left.filled(), lit(" · ") & left)
    return F.IF(stops.eq(""), F.IF(blanks.eq(0), READY, count), stopped)
