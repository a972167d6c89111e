"""Messages about one incident, as the sheet *Comms* fills them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from xlmatrix.api.importing import Mapped
from xlmatrix.api.incident_scenes import incident_scene
from xlmatrix.api.sources import Export
from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import suggestion
from xlmatrix.rules.guides.messages import Filled
from xlmatrix.rules.logs.incident_log import ID
from xlmatrix.sheets.guides.comms import choices_of, filled_message, filled_messages
from xlmatrix.sheets.guides.comms_choice import AUDIENCE, OBLIGATION, PHASE
from xlmatrix.sheets.guides.log import CHOICE_ROW
from xlmatrix.sheets.parts import Scene
from xlmatrix.tables.guides import COMMS_CHOICE, COMMS_WORDS


def message(
    path: str | os.PathLike[str],
    incident: str,
    *,
    audience: str,
    phase: str,
    obligation: str | None = None,
    words: Mapping[str, str] | None = None,
    incidents: Export | None = None,
    mapping: Mapped | None = None,
    as_of: datetime | str | None = None,
) -> Filled:
    """One message, filled: its subject, its text, what is left blank, and what stops it.

    Parameters
    ----------
    path, incident, incidents, mapping, as_of
        As for :func:`xlmatrix.explain`.
    audience, phase
        Of the sheet's lists, in any case.
    obligation
        The one that a notice is for; None takes what is chosen on the sheet.
    words
        What stands for words in braces, ``{"impact": "answers arrive late"}``, before what is typed
        on the sheet.

    Raises
    ------
    XlmatrixError
        No such incident, audience, phase, obligation or word; no message for them; a matrix without
        messages.
    """
    found = incident_scene(path, incident, incidents=incidents, mapping=mapping, as_of=as_of)
    scene = _scene(found, obligation, words)
    known = choices_of(scene)
    chosen = {
        AUDIENCE: _one_of("audience", audience, known[AUDIENCE]),
        PHASE: _one_of("phase", phase, known[PHASE]),
    }
    filled = filled_message(_choosing(scene, chosen))
    if not filled.id:
        there = [f"{one.audience}, {one.phase}" for one in filled_messages(scene)]
        raise XlmatrixError(
            f"there is no message for {chosen[AUDIENCE]}, {chosen[PHASE]}",
            where="audience and phase",
            mend=f"Choose one of: {'; '.join(there)}",
        )
    return filled


def messages(
    path: str | os.PathLike[str],
    incident: str,
    *,
    obligation: str | None = None,
    words: Mapping[str, str] | None = None,
    incidents: Export | None = None,
    mapping: Mapped | None = None,
    as_of: datetime | str | None = None,
) -> list[Filled]:
    """Every message for one incident, by audience and phase; the rest as for :func:`message`."""
    found = incident_scene(path, incident, incidents=incidents, mapping=mapping, as_of=as_of)
    return filled_messages(_scene(found, obligation, words))


def _scene(
    found: tuple[Scene, int], obligation: str | None, words: Mapping[str, str] | None
) -> Scene:
    """The scene of an incident, with what was said about its message chosen and typed."""
    scene, row = found
    chosen = {CHOICE_ROW: scene.frame.log.texts[ID][row]}
    known = choices_of(scene)
    if obligation is not None:
        chosen[OBLIGATION] = _one_of("obligation", obligation, known[OBLIGATION])
    typed = {}
    for word, says in (words or {}).items():
        braced = _one_of("word", "{" + word.strip("{}") + "}", known["Word"])
        typed[COMMS_WORDS.name, braced, "Type over it"] = says
    return _choosing(replace(scene, typed={**scene.typed, **typed}), chosen)


def _choosing(scene: Scene, chosen: Mapping[str, str]) -> Scene:
    cells = {(COMMS_CHOICE.name, label, "Choice"): said for label, said in chosen.items()}
    return replace(scene, typed={**scene.typed, **cells})


def _one_of(what: str, given: str, known: Sequence[str]) -> str:
    found = next((one for one in known if one.casefold() == given.strip().casefold()), None)
    if found is None:
        mend = suggestion(given, list(known), instead="Use one of the sheet Comms")
        raise XlmatrixError(f"there is no {what} '{given}'", where=what, mend=mend)
    return found
