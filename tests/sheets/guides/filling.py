"""The six incidents of ``messages/incidents.yaml`` as workbooks in use.

``python -m tests.sheets.guides.filling`` writes their messages anew; read what git shows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from ruamel.yaml import YAML

from tests.sheets.guides import books
from xlmatrix.model import MatrixSpec
from xlmatrix.rules.guides.messages import Filled
from xlmatrix.rules.logs.incident_log import STAMP_INPUTS, TEXT_INPUTS, IncidentLog
from xlmatrix.sheets.guides.comms import filled_messages
from xlmatrix.sheets.parts import Scene

FOLDER: Final = Path(__file__).parent / "messages"
INCIDENTS: Final[dict[str, dict[str, Any]]] = YAML(typ="safe").load(
    (FOLDER / "incidents.yaml").read_text(encoding="utf-8")
)
#: Their ids in the log.
IDS: Final = {known: f"INC-{number}" for number, known in enumerate(INCIDENTS, start=201)}


def log_of(spec: MatrixSpec) -> IncidentLog:
    """One log with all of them; the class by the name that the spec gives it."""
    texts: dict[str, list[str]] = {header: [] for header in TEXT_INPUTS}
    stamps: dict[str, list[np.datetime64]] = {header: [] for header in STAMP_INPUTS}
    for known, incident in INCIDENTS.items():
        row = incident["log"]
        given = {**row, "ID": IDS[known], "Class": spec.incident_class(row["Class"]).name}
        for header, cells in texts.items():
            cells.append(str(given.get(header, "")))
        for header, times in stamps.items():
            at = given.get(header)
            times.append(np.datetime64(at if isinstance(at, datetime) else at or "NaT", "s"))
    return IncidentLog.of(texts, stamps)


@cache
def scene_of(template: str) -> Scene:
    """A template with the six incidents; one without messages or obligations borrows them."""
    spec, whole = books.template(template), books.template("enterprise")
    spec = spec.model_copy(update={"comms": spec.comms or whole.comms})
    return books.scene(spec, log=log_of(spec))


def typed_for(known: str, scene: Scene, **words: str) -> books.Typed:
    """What people type on Comms for one of the incidents; ``words`` instead of its own."""
    incident = INCIDENTS[known]
    typed: books.Typed = {("tCommsChoice", "Incident", "Choice"): IDS[known]}
    rules = {rule.id for rule in scene.spec.obligations.resolved()}
    if incident.get("obligation") in rules:
        typed["tCommsChoice", "Obligation", "Choice"] = incident["obligation"]
        for field, answer in incident["answers"].items():
            typed["tNoticeFields", f"{incident['obligation']} {field}", "Answer"] = answer
    for word, says in {**incident["words"], **words}.items():
        typed["tCommsWords", "{" + word + "}", "Type over it"] = str(says)
    return typed


def messages_of(template: str, known: str) -> list[Filled]:
    """Every message of a template for one of the incidents."""
    scene = scene_of(template)
    return filled_messages(replace(scene, typed=typed_for(known, scene)))


def written(messages: list[Filled]) -> str:
    """Messages as one text, as it is committed."""
    lines = []
    for one in messages:
        lines += [f"== {one.id} · {one.audience} · {one.phase} · {one.verdict}", one.subject, ""]
        lines += [one.text, ""]
    return "\n".join(lines)


if __name__ == "__main__":
    for name in INCIDENTS:
        (FOLDER / f"{name}.txt").write_text(written(messages_of("enterprise", name)), "utf-8")
