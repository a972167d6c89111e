"""Classes and Frameworks: what each incident class means, what to do at once, what to keep."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, col, iferror, place_among_texts, this
from xlmatrix.model.frameworks import code_lists
from xlmatrix.model.models import IncidentClass
from xlmatrix.model.taxonomy import FRAMEWORKS, Framework
from xlmatrix.rules import names
from xlmatrix.rules.cells import word_in
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.matrix import severity_paints
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Table, Value
from xlmatrix.tables.matrix import CLASSES, CODES, MATRIX

NAME: Final = "Classes"
FRAMEWORKS_NAME: Final = "Frameworks"
_HEADER_ROW: Final = 6
#: How a framework is named before its codes; codes that name their framework need nothing.
_SHORT: Final[dict[Framework, str]] = {
    "owasp_llm": "",
    "owasp_agentic": "",
    "atlas": "",
    "nist_ai_600_1": "NIST 2.",
    "eu_ai_act": "EU Art. ",
    "avid": "AVID ",
    "mit": "MIT ",
}


def class_sheets(scene: Scene) -> list[tuple[Drawn, str | Formula]]:
    """The reference of the classes, and the codes they name; nothing where no class has any."""
    described = any(kind.first_hour or kind.evidence for kind in scene.spec.classes)
    offers: list[tuple[Drawn, str | Formula]] = []
    if described:
        purpose = "Each class: how it shows, when to raise it, the first hour, what to keep"
        offers.append((_classes(scene), purpose))
    if _used(scene):
        offers.append((_frameworks(scene), "The codes of the classes in public frameworks"))
    return offers


def _classes(scene: Scene) -> Drawn:
    draft = Draft(NAME, protected=True)
    heading(
        draft,
        "Incident classes",
        "How each class shows, when its severity changes, what to do in the first hour, "
        "and what to keep.",
    )
    back_link(draft, 3, 2)
    draft.put(
        4,
        2,
        "Severities follow the Matrix. Actions, evidence and rules are proposed unless the last "
        "column says otherwise; * needs somebody who means harm.",
        "note",
    )
    table = draft.table(_table(scene))
    draft.set_page(
        area=area(1, 1, table.last_row, table.column + len(table.columns) - 1),
        freeze=f"D{_HEADER_ROW + 1}",
        repeat_rows=f"{_HEADER_ROW}:{_HEADER_ROW}",
        zoom=90,
    )
    return Drawn(draft.plan(), {})


def severity_of(class_id: Expr) -> Expr:
    """The severity of a class as it is called, or what stands there instead."""
    row = place_among_texts(class_id, col(MATRIX.name, "ID"))
    typed = F.INDEX(col(MATRIX.name, "Severity"), row)
    called = F.INDEX(names.POL_SEVERITY, place_among_texts(typed, names.POL_SEVERITY))
    return iferror(called, iferror(typed & ""))


def _table(scene: Scene) -> Table:
    kinds = scene.spec.classes
    severity = severity_of(this("ID"))
    badge = severity_paints(scene, _HEADER_ROW + 1, 4)
    filled: list[Filled] = [
        (CLASSES["ID"], [kind.id for kind in kinds]),
        (CLASSES["Class"], [f"{kind.name}\n{kind.definition}" for kind in kinds]),
        (
            CLASSES["Severity"].by(severity, paints=badge),
            [word_in(kind.severity) for kind in kinds],
        ),
        (CLASSES["Signals"], [_bullets(kind.signals) for kind in kinds]),
        (CLASSES["Raise and lower"], [_raise_and_lower(kind) for kind in kinds]),
        (CLASSES["First hour"], [_bullets(kind.first_hour) for kind in kinds]),
        (CLASSES["Evidence to keep"], [_bullets(kind.evidence) for kind in kinds]),
        (CLASSES["Also call"], [also_call(scene, kind) for kind in kinds]),
        (CLASSES["Frameworks"], [_codes(kind) for kind in kinds]),
        (CLASSES["Source, status"], [_source(kind) for kind in kinds]),
    ]
    return laid_out(CLASSES, _HEADER_ROW, 2, filled)


def also_call(scene: Scene, kind: IncidentClass) -> str:
    """The names of the roles that are always added for a class."""
    spec = scene.spec
    return ", ".join(spec.role(role).name for role in spec.also_called(kind.id))


def _raise_and_lower(kind: IncidentClass) -> Value:
    return _bullets((*_marked("↑", kind.raise_when), *_marked("↓", kind.lower_when)), "")


def _marked(sign: str, rules: tuple[str, ...]) -> list[str]:
    return [f"{sign} {rule}" for rule in rules]


def _bullets(texts: tuple[str, ...], sign: str = "• ") -> Value:
    return "\n".join(f"{sign}{text}" for text in texts) or None


def _codes(kind: IncidentClass) -> Value:
    lines = []
    for framework, prefix in _SHORT.items():
        codes = kind.mappings.marked(framework)
        if codes:
            lines.append(prefix + ", ".join(codes))
    return "\n".join([*lines, *kind.references]) or None


def _source(kind: IncidentClass) -> Value:
    if kind.status == "published" or not kind.source:
        return kind.source
    return kind.source if kind.status in kind.source else f"{kind.source} ({kind.status})"


def _used(scene: Scene) -> dict[tuple[Framework, str], list[str]]:
    """Every code that a class names, with the classes, in the order of the lists."""
    named: dict[tuple[Framework, str], list[str]] = {}
    for kind in scene.spec.classes:
        for framework, codes in kind.mappings.items():
            for code in codes:
                named.setdefault((framework, code), []).append(kind.id)
    order = [(framework, code) for framework, known in code_lists().items() for code in known.codes]
    rank = {key: place for place, key in enumerate(order)}
    return dict(sorted(named.items(), key=lambda item: rank.get(item[0], len(rank))))


def _frameworks(scene: Scene) -> Drawn:
    draft = Draft(FRAMEWORKS_NAME, protected=True)
    heading(
        draft,
        "Codes in public frameworks",
        "What the codes of the classes stand for, and which classes name them.",
    )
    back_link(draft, 3, 2)
    note = "Which class belongs to which code is proposed; verify means: check the title yourself."
    draft.put(4, 2, note, "note")
    used, lists = _used(scene), code_lists()
    filled: list[Filled] = [
        (CODES["Code"], [_full_code(framework, code) for framework, code in used]),
        (CODES["Framework"], [FRAMEWORKS[framework] for framework, _ in used]),
        (CODES["Title"], [lists[framework].codes.get(code) for framework, code in used]),
        (CODES["Classes"], [", ".join(kinds) for kinds in used.values()]),
        (CODES["Status"], [lists[framework].status for framework, _ in used]),
        (CODES["Source"], [lists[framework].source for framework, _ in used]),
    ]
    table = draft.table(laid_out(CODES, _HEADER_ROW, 2, filled))
    draft.set_page(
        area=area(1, 1, table.last_row, 7),
        freeze=f"C{_HEADER_ROW + 1}",
        repeat_rows=f"{_HEADER_ROW}:{_HEADER_ROW}",
    )
    return Drawn(draft.plan(), {})


def _full_code(framework: Framework, code: str) -> str:
    """The code as the table's key: those that are mere numbers get their framework's name."""
    return f"{_SHORT[framework]}{code}"
