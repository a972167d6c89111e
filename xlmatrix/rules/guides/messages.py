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
from xlmatrix.model.guides import verdicts_in
from xlmatrix.rules.incidents.public_state import STATES

READY: Final = "Ready to copy"
NOT_READY: Final = "Not ready to copy: "
INSIDE_ONLY: Final = "it tells outsiders our own verdict"
CONTRADICTED: Final = "the public state contradicts the log, see its Check"
GOES_ON: Final = "the incident is not resolved"
NOT_COUNTED: Final = "the incident is not counted"
IS_OVER: Final = "the incident is resolved"
NO_IMPACT: Final = "the impact is empty"
#: What stops a message besides blanks, in the order in which it is said.
STOPS: Final = (NOT_COUNTED, INSIDE_ONLY, CONTRADICTED, GOES_ON, IS_OVER, NO_IMPACT)
#: The words without which outsiders learn nothing.
IMPACTS: Final = ("{impact}", "{impact_past}")
#: What such a word says to outsiders.
WITHHELD: Final = "[for insiders alone]"
_MANY_BLANKS: Final = re.compile(" +")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, in braces as it stands in messages: what it says, and how many blanks that leaves."""

    braced: str
    says: str
    blanks: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """A message for a choice; ``id`` is "" where there is none for it.

    ``needed`` are the words that are left blank in it, ``stops`` is what stops it besides, and
    ``verdict`` says whether it can go out.
    """

    id: str
    audience: str
    phase: str
    subject: str = ""
    text: str = ""
    needed: tuple[str, ...] = ()
    stops: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides besides its blanks whether a message can go out.

    ``contradicted`` is whether the log says otherwise than the typed public state, ``uncounted``
    whether the incident is not counted.
    """

    outside: bool
    contradicted: bool
    state: str
    ended: frozenset[str]
    going: frozenset[str]
    uncounted: bool = False

    def reasons(self, phase: str, texts: Sequence[str], needed: Sequence[str]) -> list[bool]:
        """Whether each of :data:`STOPS` holds of a message."""
        over, now = self.state == STATES[-1], phase.casefold()
        return [
            self.uncounted,
            self.outside and bool(verdicts_in(*texts)),
            self.outside and self.contradicted,
            bool(self.state) and not over and now in self.ended,
            over and now in self.going,
            self.outside and bool(set(IMPACTS) & set(needed)),
        ]


def fill(
    known: tuple[str, str, str], texts: tuple[str, str], words: Sequence[Word], standing: Standing
) -> Filled:
    """A message (id, audience, phase; subject, text) with its words filled in."""
    pairs = [(word.braced, word.says) for word in words]
    used = [word for word in words if word.blanks and any(word.braced in text for text in texts)]
    needed = tuple(word.braced for word in used)
    subject, text = (tidy(substituted(one, pairs)) for one in texts)
    stops = stops_of(standing.reasons(known[2], texts, needed))
    verdict = verdict_of(stops, sum(word.blanks for word in used))
    return Filled(*known, subject, text, needed, stops, verdict)


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


def stops_of(reasons: Sequence[bool]) -> str:
    """What stops a message, in words; "" for nothing."""
    return "; ".join(said for said, holds in zip(STOPS, reasons, strict=True) if holds)


def stops_expr(reasons: Sequence[Expr]) -> Expr:
    """The formula of :func:`stops_of`."""
    stops: Expr = lit("")
    for said, holds in zip(STOPS, reasons, strict=True):
        stops = stops & if_(holds, f"; {said}")
    return F.MID(stops, 3, 1000)


def verdict_of(stops: str, blanks: int) -> str:
    """Whether a message can go out, and what is missing."""
    left = blanks_said(blanks)
    if stops:
        return " · ".join(filter(None, (NOT_READY + stops, left)))
    return left or READY


def verdict_expr(stops: Expr, blanks: Expr) -> Expr:
    """The formula of :func:`verdict_of`."""
    count = F.IF(blanks.eq(1), "1 blank left", blanks & " blanks left")
    stopped = lit(NOT_READY) & stops & F.IF(blanks.eq(0), "", lit(" · ") & count)
    return F.IF(stops.eq(""), F.IF(blanks.eq(0), READY, count), stopped)
