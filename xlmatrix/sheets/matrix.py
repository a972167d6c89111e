"""Matrix: incident class by severity, clocks and owners, on one landscape page."""

from __future__ import annotations

from typing import Final

from xlmatrix.formula import Expr, F, if_, iferror, is_among, place_among_texts, ref, this
from xlmatrix.model.models import IncidentClass
from xlmatrix.rules import names
from xlmatrix.rules.cells import text_in
from xlmatrix.rules.holders import Holders
from xlmatrix.rules.incidents.owners import LABELS
from xlmatrix.rules.ladder.oncall import holders_now, now_expr
from xlmatrix.rules.names import policy_name
from xlmatrix.sheets.draft import Draft, area
from xlmatrix.sheets.layout import Filled, laid_out
from xlmatrix.sheets.parts import Drawn, Scene, back_link, column_span, heading
from xlmatrix.sheets.plan import Table, Value
from xlmatrix.sheets.policy import clock_words
from xlmatrix.style import bands
from xlmatrix.tables.column import hidden_step
from xlmatrix.tables.kinds import TEXT
from xlmatrix.tables.matrix import MATRIX
from xlmatrix.tables.validation import Paint

NAME: Final = "Matrix"
_HEADER_ROW: Final = 4


def matrix_sheet(scene: Scene) -> Drawn:
    """One row a class. Severity and roles are inputs; clocks and people follow from them."""
    spec = scene.spec
    draft = Draft(NAME)
    heading(
        draft,
        spec.title,
        f"{spec.organisation} · which incident, how severe, how fast, and who. "
        "Yellow cells are yours to change.",
    )
    back_link(draft, 3, 2)
    draft.put(3, 3, "Who holds a role is set on Owners; targets on the severity sheets.", "note")
    table = draft.table(_table(scene))
    last_printed = table.column_of("Check")
    draft.set_page(
        area=area(1, 1, table.last_row, last_printed),
        fit_height=1,
        freeze=f"D{_HEADER_ROW + 1}",
        repeat_rows=f"{_HEADER_ROW}:{_HEADER_ROW}",
    )
    classes = column_span(NAME, table, "Incident class")
    return Drawn(draft.plan(), {names.LIST_CLASSES.text: classes})


def severity_paints(scene: Scene, first_row: int, column: int) -> tuple[Paint, ...]:
    """The severity's badge colour, beside its text."""
    cell = ref(first_row, column, absolute=False)
    return tuple(
        Paint(cell.eq(severity.id), bands(level))
        for level, severity in enumerate(scene.spec.severities, start=1)
    )


def _table(scene: Scene) -> Table:
    filled = (
        *_identity(scene),
        *_clock_columns(scene),
        *_owner_columns(scene),
        *_notices(scene),
        *_also_called(scene),
        _check(scene),
        *_role_inputs(scene),
    )
    return laid_out(MATRIX, _HEADER_ROW, 2, filled, row_height=26)


def _identity(scene: Scene) -> list[Filled]:
    classes = scene.spec.classes
    badge = severity_paints(scene, _HEADER_ROW + 1, 4)
    return [
        (MATRIX["ID"], [kind.id for kind in classes]),
        (MATRIX["Incident class"], [kind.name for kind in classes]),
        (MATRIX["Severity"].having(paints=badge), [kind.severity for kind in classes]),
    ]


def _row_of_severity() -> Expr:
    return place_among_texts(this("Severity"), names.POL_SEVERITY)


def _words(code: str) -> Expr:
    return iferror(F.INDEX(policy_name(code, "T"), _row_of_severity()) & "")


def _policy_text(scene: Scene, kind: IncidentClass, code: str) -> str:
    row = scene.context.policy.row(kind.severity)
    return "" if row is None else clock_words(scene, scene.context.policy.clocks[row][code])


def _clock_columns(scene: Scene) -> list[Filled]:
    kinds = scene.spec.classes
    return [
        (MATRIX[header].by(_words(code)), [_policy_text(scene, kind, code) for kind in kinds])
        for header, code in (("First response", "resp"), ("Escalate after", "esc"))
    ]


def _role_of(label: str) -> Expr:
    """The class's own role, else its severity's."""
    default = iferror(F.INDEX(policy_name("Role", label), _row_of_severity()) & "")
    return if_(this(f"{label} role").filled(), this(f"{label} role") & "", default)


def _owner_columns(scene: Scene) -> list[Filled]:
    spec, holders = scene.spec, holders_now(scene.context)
    columns: list[Filled] = []
    for function, label in LABELS.items():
        roles: list[Value] = [
            scene.spec.role(getattr(scene.spec.owners_for(kind), function)).name
            for kind in scene.spec.classes
        ]
        role = _role_of(label)
        if spec.plans_duty:
            # Who holds it depends on the hour, which is longer to ask.
            columns.append((hidden_step(f"{label} role now", role, kind=TEXT), roles))
            role = this(f"{label} role now")
        columns += [
            (
                MATRIX[f"{label} owner"].by(now_expr(spec, role)),
                [holders.primary(str(known)) for known in roles],
            ),
            (
                MATRIX[f"{label} backup"].by(now_expr(spec, role, backup=True)),
                [holders.backup(str(known)) for known in roles],
            ),
        ]
    return columns


def _notices(scene: Scene) -> list[Filled]:
    kinds, spec = scene.spec.classes, scene.spec
    executive = [spec.severity(kind.severity).executive_notify or "" for kind in kinds]
    first, repeat = _words("cust1"), _words("cust")
    window = if_(first.filled(), first & if_(repeat.filled(), " then every " & repeat))
    note = iferror(F.INDEX(policy_name("Note", "Customer"), _row_of_severity()) & "")
    window = F.TRIM(window & " " & note)
    expr = if_(this("Customer window").filled(), this("Customer window") & "", window)
    notify = iferror(F.INDEX(policy_name("Note", "Executive"), _row_of_severity()) & "")
    return [
        (MATRIX["Executive notify"].by(notify), executive),
        (MATRIX["Customer update"].by(expr), [_customer_text(scene, kind) for kind in kinds]),
    ]


def _customer_text(scene: Scene, kind: IncidentClass) -> str:
    if kind.customer_update:
        return text_in(kind.customer_update)
    first, repeat = (_policy_text(scene, kind, code) for code in ("cust1", "cust"))
    window = first + (f" then every {repeat}" if first and repeat else "")
    return f"{window} {scene.spec.severity(kind.severity).customer_note or ''}".strip()


def _also_called(scene: Scene) -> list[Filled]:
    """The roles that a class's family always adds to the ladder; no column where there is none."""
    spec = scene.spec
    if not spec.always_add:
        return []
    roles = [
        ", ".join(spec.role(role).name for role in spec.also_called(kind.id)) or None
        for kind in spec.classes
    ]
    return [(MATRIX["Also call"], roles)]


def _check(scene: Scene) -> Filled:
    pairs = [(this(f"{label} owner"), this(f"{label} backup")) for label in LABELS.values()]
    missing = F.OR(*(owner.empty() for owner, _ in pairs))
    # Here no owner is missing.
    same = F.OR(*(owner.eq(backup) for owner, backup in pairs))
    no_backup = F.OR(*(backup.empty() for _, backup in pairs))
    expr = if_(
        F.NOT(is_among(this("Severity"), names.LIST_SEVERITIES)),
        "No severity",
        if_(
            missing,
            "No owner",
            if_(same, "Backup is the owner", if_(no_backup, "No backup", "ok")),
        ),
    )
    holders = holders_now(scene.context)
    values: list[Value] = [_checked(scene, kind, holders) for kind in scene.spec.classes]
    first = _HEADER_ROW + 1
    cell = ref(first, 16 if scene.spec.always_add else 15, absolute=False)
    paints = (Paint(cell.eq("ok"), "good"), Paint(cell.ne("ok"), "bad"))
    return MATRIX["Check"].by(expr, paints=paints), values


def _checked(scene: Scene, kind: IncidentClass, holders: Holders) -> str:
    """What the column Check says of a class."""
    if scene.context.policy.row(kind.severity) is None:
        return "No severity"
    owners = scene.spec.owners_for(kind)
    roles = [scene.spec.role(getattr(owners, function)).name for function in LABELS]
    pairs = [(holders.primary(r).casefold(), holders.backup(r).casefold()) for r in roles]
    if not all(owner for owner, _ in pairs):
        return "No owner"
    if any(owner == backup for owner, backup in pairs):
        return "Backup is the owner"
    return "ok" if all(backup for _, backup in pairs) else "No backup"


def _role_inputs(scene: Scene) -> list[Filled]:
    columns: list[Filled] = []
    for function, label in LABELS.items():
        roles: list[Value] = []
        for kind in scene.spec.classes:
            role_id = getattr(kind.owners, function)
            roles.append(scene.spec.role(role_id).name if role_id else None)
        columns.append((MATRIX[f"{label} role"], roles))
    windows = [kind.customer_update for kind in scene.spec.classes]
    columns.append((MATRIX["Customer window"], windows))
    return columns
