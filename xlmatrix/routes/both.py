"""What a workbook wears that is merged of two copies: the modules and files of both."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from xlmatrix.regen.copies.book import Copies
from xlmatrix.regen.merging.merge import Change, Outcome
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.routes import macros
from xlmatrix.routes.dress import lite_book, macro_book
from xlmatrix.routes.worn import MACROS, SCRIPT, Worn, routes_in, worn

#: What a user adds on a route, in a word.
_WORDS: Final = {MACROS: "module", SCRIPT: "file"}
#: What other modules can call, and buttons and cells by its name alone.
_PROCEDURE: Final = re.compile(
    r"^[ \t]*(?:(?:Public|Static)[ \t]+)*(?:Sub|Function)[ \t]+(\w+)", re.IGNORECASE | re.MULTILINE
)
#: In a class of one's own, whose procedures nobody calls by their name alone.
_CLASS: Final = "VB_PredeclaredId = False"
#: Settings that the macros write themselves.
_WRITTEN: Final = frozenset({macros.MADE_FOR, macros.WRITTEN})


@dataclass(slots=True)
class _Both:
    """Two copies by name, and what was found so far."""

    mine: str
    theirs: str
    lost: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: list[Change] = field(default_factory=list)

    def lose(self, route: str, *what: str) -> None:
        if what:
            self.lost[route] = (*self.lost.get(route, ()), *what)

    def note(self, note: str) -> None:
        self.lines.append(Change(Outcome.TAKEN, "", "", "", note=note))


def worn_by_both(copies: Copies, base: UsedBook | None) -> tuple[Worn, list[Change]]:
    """How the merged workbook is dressed, and what there is to say of it.

    It wears what mine wears, or what theirs wears where mine is a plain one, with the user's
    modules or files of both. What of theirs cannot come along is in ``lost``, by its file's name.
    """
    mine, theirs = worn(copies.mine.book), worn(copies.theirs.book)
    both = _Both(copies.mine.name, copies.theirs.name, dict(mine.lost))
    for route, entries in theirs.lost.items():
        both.lose(route, *(f"{entry} (in {both.theirs})" for entry in entries))
    brought = set(mine.brings_back | theirs.brings_back)
    for copy, found in ((copies.mine, mine), (copies.theirs, theirs)):
        for route in set(routes_in(copy.book)) - found.brings_back:
            both.lose(route, f"the {route} of {copy.name}, which no build of ours put there")
            brought.add(route)
    dressed = mine if mine.route or not theirs.route else theirs
    if mine.route and mine.route == theirs.route:
        was = Worn() if base is None else worn(base)
        dressed = _joined(mine, theirs, was if was.route == mine.route else None, both)
    elif mine.route and theirs.route:
        also = "".join(f", the {_WORDS[theirs.route]} {name}" for name in theirs.own)
        why = f"{both.mine} has the {mine.route}"
        both.lose(theirs.route, f"the {theirs.route} of {both.theirs}{also}: {why}")
    elif theirs.route:
        both.note(f"the {theirs.route} of {both.theirs}, which {both.mine} does not have")
    return replace(dressed, brings_back=frozenset(brought), lost=both.lost), both.lines


def _joined(mine: Worn, theirs: Worn, base: Worn | None, both: _Both) -> Worn:
    """Both on one route."""
    if mine.route == SCRIPT:
        own = _own(mine, theirs, base, both, lambda text: text.replace("\r\n", "\n"))
        return mine if own == mine.own else replace(mine, dress=lite_book(own), own=own)
    _settings(mine, theirs, both)
    own = _own(mine, theirs, base, both, macros.digest)
    if own == mine.own:
        return mine
    return replace(mine, dress=macro_book(own, settings=mine.settings), own=own)


def _own(
    mine: Worn, theirs: Worn, base: Worn | None, both: _Both, told: Callable[[str], str]
) -> dict[str, str]:
    """The user's modules or files of both; ``told`` is what makes two of them alike."""
    word = _WORDS[mine.route]
    was = _said(base.own, told) if base is not None else {}
    ours, others = _said(mine.own, told), _said(theirs.own, told)
    own = dict(mine.own)
    for name in mine.own:
        key = name.casefold()
        if key not in others and was.get(key) == ours[key]:
            del own[name]
            both.note(f"the {word} {name} was deleted in {both.theirs}")
    for name, text in theirs.own.items():
        key = name.casefold()
        if others[key] in ours.values() or others[key] == was.get(key):
            continue
        rest = {known: held for known, held in own.items() if known.casefold() != key}
        clash = _clash(text, rest) if mine.route == MACROS else ""
        if key in ours and ours[key] != was.get(key):
            why = f"{both.mine} has another one under this name"
            both.lose(mine.route, f"the {word} {name} of {both.theirs}: {why}")
        elif clash:
            both.lose(mine.route, f"the {word} {name} of {both.theirs}: {clash} in {both.mine}")
        else:
            own = {**rest, name: text}
            both.note(f"the {word} {name} as it is in {both.theirs}")
    return own


def _said(own: Mapping[str, str], told: Callable[[str], str]) -> dict[str, str]:
    return {name.casefold(): told(text) for name, text in own.items()}


def _clash(text: str, rest: Mapping[str, str]) -> str:
    """The first procedure that another module has as well: nobody could tell which is called."""
    wanted = {name.casefold(): name for name in _procedures(text)}
    for known, held in rest.items():
        for name in _procedures(held):
            if name.casefold() in wanted:
                return f"its {wanted[name.casefold()]} stands in the module {known} as well,"
    return ""


def _procedures(text: str) -> list[str]:
    return [] if _CLASS in text else _PROCEDURE.findall(text)


def _settings(mine: Worn, theirs: Worn, both: _Both) -> None:
    """Settings stay as mine has them: they speak of somebody's machine."""
    for key, value in theirs.settings.items():
        if key in _WRITTEN or str(value or "") == str(mine.settings.get(key) or ""):
            continue
        note = f"the setting {key}, as {both.theirs} has it, is left out"
        sheet = macros.CONF_SHEET
        both.lines.append(Change(Outcome.REFUSED, "", key, "", note=note, sheet=sheet))
