"""Lists: the fixed choices behind the dropdowns, and the numbers that steer colours."""

from __future__ import annotations

from xlmatrix.formula import Expr, F, col, ref, span
from xlmatrix.model.ladder import OWNER_WORDS
from xlmatrix.rules import names
from xlmatrix.rules.incidents.columns import NEXT_LABELS
from xlmatrix.rules.incidents.steps import NEXT_STEPS
from xlmatrix.rules.logs.histories import WARN_NAME
from xlmatrix.rules.names import ALL_CALENDARS
from xlmatrix.sheets.draft import Draft
from xlmatrix.sheets.hidden import MODE_LABELS
from xlmatrix.sheets.histories import PAUSE_REASONS
from xlmatrix.sheets.owners import SPARE_ROLES
from xlmatrix.sheets.parts import Drawn, Scene, back_link, heading
from xlmatrix.sheets.plan import Formula, Value
from xlmatrix.sheets.steering import SOON_NAME, said_below
from xlmatrix.tables import vocabulary as words
from xlmatrix.tables.kinds import NUMBER
from xlmatrix.tables.people import TEAMS
from xlmatrix.tables.settings import SOON, WARN
from xlmatrix.worktime import CHANGE_POLICIES

NAME = "Lists"
_TOP = 6
CHANNELS = ("page", "call", "chat", "e-mail", "meeting")


def lists_sheet(scene: Scene) -> Drawn:
    """One column a list, each with a defined name."""
    draft = Draft(NAME, protected=True)
    heading(draft, "Lists", "Choices behind the dropdowns. Calendars and units steer formulas.")
    back_link(draft, 3, 2)
    spec = scene.spec
    calendars = [calendar.name for calendar in spec.calendars]
    steps = {step.channel for severity in spec.severities for step in severity.ladder}
    columns: list[tuple[str, str, list[Value | Formula]]] = [
        (words.SEVERITIES.list_name, "Severities", [level.id for level in spec.severities]),
        (words.CALENDARS.list_name, "Calendars", list(calendars)),
        (
            words.HOLIDAY_CALENDARS.list_name,
            "Holiday calendars",
            [ALL_CALENDARS, *calendars],
        ),
        (words.UNITS.list_name, "Units", list(words.UNITS.words)),
        (words.LADDER_UNITS.list_name, "Units of a step", list(words.LADDER_UNITS.words)),
        (words.YES_NO.list_name, "Yes or no", list(words.YES_NO.words)),
        (words.HOLIDAY_MODES.list_name, "A holiday closes", list(MODE_LABELS.values())),
        (words.CHANNELS.list_name, "Channels", [*CHANNELS, *sorted(steps - set(CHANNELS))]),
        (words.UNTIL.list_name, "Until", list(words.UNTIL.words)),
        (words.CONTACTS.list_name, "Contact", list(words.CONTACTS.words)),
        (words.CALLED.list_name, "Called", _called(scene)),
        (NEXT_LABELS.text, "Next steps", [step.label for step in NEXT_STEPS]),
        (words.PAUSE_REASONS.list_name, "Reasons to pause", list(PAUSE_REASONS)),
        (words.PUBLIC_STATES.list_name, "Public states", list(words.PUBLIC_STATES.words)),
        (words.NOT_COUNTED.list_name, "Not counted", list(words.NOT_COUNTED.words)),
        (words.CHANGE_POLICIES.list_name, "A change counts", list(CHANGE_POLICIES)),
    ]
    if spec.drills is not None:
        clocks = words.DRILL_CLOCKS
        columns.append((clocks.list_name, "Clocks of a drill", list(clocks.words)))
    defined: dict[str, Expr] = {}
    for column, (known, title, values) in enumerate(columns, start=2):
        draft.put(_TOP, column, title, "header")
        for row, value in enumerate(values, start=_TOP + 1):
            draft.put(row, column, value, "fixed")
        shown = [value.value if isinstance(value, Formula) else value for value in values]
        draft.widths[column] = max(14, *(len(str(value)) + 2 for value in shown))
        defined[known] = span(_TOP + 1, column, _TOP + len(values), column, NAME)
    yes_no = 2 + [known for known, _, _ in columns].index(words.YES_NO.list_name)
    defined[names.LIST_NO.text] = ref(_TOP + 2, yes_no, NAME)
    column = len(columns) + 3
    draft.put(_TOP, column, "Due soon (min)", "header")
    draft.ask(_TOP + 1, column, scene.context.soon_s // 60, NUMBER, "input.int")
    minutes = scene.value("", SOON_NAME, "", scene.context.soon_s // 60)
    below = said_below(SOON, minutes, "Amber this long before a due time")
    draft.put(_TOP + 2, column, below, "note")
    draft.widths[column] = 30
    draft.put(_TOP + 4, column, "Incidents: due soon (% of a target)", "header")
    draft.ask(_TOP + 5, column, scene.frame.histories.warn_percent, NUMBER, "input.int")
    percent = scene.value("", WARN_NAME, "", scene.frame.histories.warn_percent)
    below = said_below(WARN, percent, "Worked time of the target, pauses left out")
    draft.put(_TOP + 6, column, below, "note")
    defined[WARN_NAME] = ref(_TOP + 5, column, NAME)
    defined[SOON_NAME] = ref(_TOP + 1, column, NAME)
    draft.set_page(freeze="A7")
    return Drawn(draft.plan(), defined)


def _called(scene: Scene) -> list[Value | Formula]:
    """Whom a ladder's step may name: the owners of the class, teams, roles as they stand."""
    spec = scene.spec
    roles = [*(role.name for role in spec.roles), *[""] * SPARE_ROLES]
    return [
        *OWNER_WORDS.values(),
        *_teams(scene),
        *(
            Formula(_text(F.INDEX(names.LIST_ROLES, number)), role)
            for number, role in enumerate(roles, start=1)
        ),
    ]


def _text(cell: Expr) -> Expr:
    """The text in a cell, and nothing for what is none."""
    return F.IF(F.ISTEXT(cell), cell, "")


def _teams(scene: Scene) -> list[Value | Formula]:
    """The teams as they stand, and the row for one more."""
    if not scene.spec.teams:
        return []
    names_of = [*(team.name for team in scene.spec.teams), ""]
    return [
        Formula(_text(F.INDEX(col(TEAMS.name, "Team"), number)), team)
        for number, team in enumerate(names_of, start=1)
    ]
