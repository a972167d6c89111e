"""Classes and Frameworks: what each incident class means, what to do at once, what to keep."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import F, col, iferror, this
from xlmatrix.model.frameworks import code_lists
from xlmatrix.model.models import IncidentClass
from xlmatrix.model.taxonomy import FRAMEWORKS, Framework
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.matrix import severity_paints
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Table, TableColumn, Value, Values

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


def _table(scene: Scene) -> Table:
    kinds = scene.spec.classes
    severity = iferror(
        F.INDEX(col("tMatrix", "Severity"), F.MATCH(this("ID"), col("tMatrix", "ID"), 0)) & ""
    )
    columns = (
        TableColumn("ID", "key", 8.5),
        TableColumn("Class", "fixed.wrap", 30),
        TableColumn(
            "Severity",
            "formula.center",
            9.5,
            expr=severity,
            paints=severity_paints(scene, _HEADER_ROW + 1, 4),
        ),
        TableColumn("Signals", "fixed.wrap", 25),
        TableColumn("Raise and lower", "fixed.wrap", 27),
        TableColumn("First hour", "fixed.wrap", 42),
        TableColumn("Evidence to keep", "fixed.wrap", 31),
        TableColumn("Also call", "fixed.wrap", 14),
        TableColumn("Frameworks", "fixed.wrap", 29),
        TableColumn("Source, status", "fixed.wrap", 15),
    )
    values: tuple[Values, ...] = (
        [kind.id for kind in kinds],
        [f"{kind.name}\n{kind.definition}" for kind in kinds],
        [kind.severity for kind in kinds],
        [_bullets(kind.signals) for kind in kinds],
        [_bullets((*_marked("↑", kind.raise_when), *_marked("↓", kind.lower_when)), "")
         for kind in kinds],
        [_bullets(kind.first_hour) for kind in kinds],
        [_bullets(kind.evidence) for kind in kinds],
        [also_call(scene, kind) for kind in kinds],
        [_codes(kind) for kind in kinds],
        [_source(kind) for kind in kinds],
    )  # fmt: skip
    return Table("tClasses", _HEADER_ROW, 2, columns, values)


def also_call(scene: Scene, kind: IncidentClass) -> str:
    """The names of the roles that are always added for a class."""
    spec = scene.spec
    return ", ".join(spec.role(role).name for role in spec.also_called(kind.id))


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
    columns = (
        TableColumn("Code", "key", 17),
        TableColumn("Framework", "fixed", 20),
        TableColumn("Title", "fixed.wrap", 48),
        TableColumn("Classes", "fixed.wrap", 34),
        TableColumn("Status", "fixed.center", 11),
        TableColumn("Source", "fixed.wrap", 52),
    )
    values: tuple[Values, ...] = (
        [_full_code(framework, code) for framework, code in used],
        [FRAMEWORKS[framework] for framework, _ in used],
        [lists[framework].codes.get(code) for framework, code in used],
        [", ".join(kinds) for kinds in used.values()],
        [lists[framework].status for framework, _ in used],
        [lists[framework].source for framework, _ in used],
    )
    table = draft.table(Table("tCodes", _HEADER_ROW, 2, columns, values))
    draft.set_page(
        area=area(1, 1, table.last_row, 7),
        freeze=f"C{_HEADER_ROW + 1}",
        repeat_rows=f"{_HEADER_ROW}:{_HEADER_ROW}",
    )
    return Drawn(draft.plan(), {})


def _full_code(framework: Framework, code: str) -> str:
    """The code as the table's key: those that are mere numbers get their framework's name."""
    return f"{_SHORT[framework]}{code}"
