"""The shared contents of optional sheets: rows, texts and figures as data, read and checked.

The files stand in ``workbook_templates/_shared``. Every row says where it comes from and how far it
can be trusted: ``published``, ``proposed`` (ours) or ``verify`` (check against the primary text).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Id, Name, Strict, Text
from xlmatrix.model.duration import Duration
from xlmatrix.model.guides import Checklist
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.yamltree import parse
from xlmatrix.resources import shared_text

Standing = Literal["published", "proposed", "verify"]
Share = Annotated[float, Field(ge=0, le=10)]
Score = Annotated[int, Field(ge=1, le=5)]


class Row(Strict):
    """A row with its key, its source and the roles of which the first known one owns it."""

    id: Id
    roles: tuple[Id, ...] = ()
    source: Text = "proposed"
    status: Standing = "proposed"


class Item(Row):
    """A line of the checklist; with ``check`` the workbook itself finds out."""

    text: Text
    check: Name | None = None
    renew_days: Annotated[int, Field(ge=1)] | None = None


class Section(Strict):
    """Lines of the checklist under one heading."""

    title: Name
    items: tuple[Item, ...]


class ChecklistContent(Strict):
    """A whole checklist; ``guide`` is the source that its lines share."""

    guide: Text
    sections: tuple[Section, ...]


class Band(Strict):
    """Residual risk from ``lowest`` on, and how many days it may last."""

    name: Name
    lowest: Annotated[float, Field(ge=0, alias="from")]
    days: Annotated[int, Field(ge=1)]


class Level(Strict):
    """How far a control is shown to work, and what share of the risk that takes away."""

    counts: Annotated[float, Field(ge=0, le=1)]
    name: Name


class ControlTest(Row):
    """How a control is tested; ``failed`` is how many cases may fail, ``cases`` how many it takes.

    ``limit`` is the most that may be measured, in ``unit``; in points it is by how much the cases
    may be worse than those beside them.
    """

    test: Text
    passes: Text
    channel: Name | None = None
    days: Annotated[int, Field(ge=1)] | None = None
    cases: Annotated[int, Field(ge=1)] = 1
    failed: Annotated[int, Field(ge=0)] | None = 0
    limit: Annotated[float, Field(ge=0)] | None = None
    unit: Literal["s", "min", "h", "points"] | None = None
    adversary: bool = False


class Control(Row):
    """A control with a first guess of the risk it answers."""

    name: Name
    risk: Text
    cadence: Name
    days: Annotated[int, Field(ge=1)] | None = None
    likelihood: Score
    impact: Score
    references: Mapping[Name, Name] = Field(default_factory=dict)
    status: Standing = "verify"
    tests: tuple[ControlTest, ...] = ()


class ControlsContent(Strict):
    """The controls review.

    ``scale`` is how far a control may be shown to work: absent, written, running, tested, tested by
    an adversary. ``bounds`` names the method of what a number of cases shows.
    """

    method: Text
    bounds: Text
    scale: Annotated[tuple[Level, ...], Field(min_length=5, max_length=5)]
    bands: tuple[Band, ...]
    stale_factor: Share
    controls: tuple[Control, ...]


class Phase(Row):
    """A phase of a response plan; without ``within`` it has no deadline.

    With ``target`` it is due with that target of the incident's severity, unless a time is typed.
    """

    target: Literal["review"] | None = None
    name: Name
    actions: Text
    accountable: tuple[Id, ...] = ()
    within: Duration | None = None
    calendar: Id | None = None
    cadence: Name | None = None


class Layer(Strict):
    """A layer of defence and the question that tests it."""

    name: Name
    question: Text


class FirstCut(Row):
    """What is cut first where an injection came by ``vector`` and took hold in ``architecture``."""

    vector: Name
    architecture: Name
    cut: Text


class Forensic(Row):
    """A question that the response must be able to answer afterwards."""

    about: Name
    question: Text


class Trace(Row):
    """A piece of evidence; ``days`` is how long it is kept where nobody secures it."""

    name: Name
    save: Text
    days: Annotated[int, Field(ge=1)] | None = None


class InjectionContent(Strict):
    """The prompt-injection plan; ``classes`` are those it is for."""

    classes: tuple[Id, ...]
    phases: tuple[Phase, ...]
    cuts: tuple[FirstCut, ...]
    questions: tuple[Forensic, ...]
    evidence: tuple[Trace, ...]
    hops: Annotated[int, Field(ge=1)]
    layers: tuple[Layer, ...]
    layers_source: Text


class Gate(Row):
    """What must be shown before a change goes on."""

    name: Name
    evidence: Text
    note: Name | None = None


class Meeting(Row):
    """A meeting that recurs after ``days``."""

    name: Name
    days: Annotated[int, Field(ge=1)]


class ChangeContent(Strict):
    """Change management."""

    stages: tuple[Name, ...]
    gates: tuple[Gate, ...]
    meetings: tuple[Meeting, ...]
    source: Text


#: The windows that a burn is measured over.
Window = Literal["5 min", "30 min", "1 h", "6 h", "3 days"]


class Question(Row):
    """A question of the audit."""

    area: Name
    question: Text


class Workload(Row):
    """Which model serves what and what stands in; ``low`` and ``high`` bound its share of calls.

    ``wanted`` is the share of the workload's own calls that its primary provider shall have.
    """

    name: Name
    primary: Name
    primary_provider: Name
    fallback: Name
    fallback_provider: Name
    rule: Name
    low: Share | None = None
    high: Share | None = None
    wanted: Share | None = None


class Stage(Row):
    """A stage of traffic with its guardrail; shares of the daily cap.

    ``cap`` is the multiple of the usual day's share; where ``needs_cap`` holds, somebody types one.
    """

    name: Name
    share: Share
    cap: Share
    warn: Share
    act: Share
    stop: Share
    action: Name
    needs_cap: bool = False


class BurnAlarm(Row):
    """A long and a short window, and the multiple of the even budget that both are above."""

    long: Window
    short: Window
    above: Annotated[float, Field(gt=1)]


class TokenCount(Row):
    """Whether a provider's count of tokens in holds those of its cache; None where unsure."""

    provider: Name
    cached: bool | None = None
    writes: bool | None = None


class Kpi(Row):
    """A figure made of a top and a bottom."""

    name: Name
    group: Name
    kind: Literal["ratio", "per thousand", "lift", "difference", "share"]
    top: Name
    bottom: Name
    better: Literal["higher", "lower"]
    cadence: Name
    feed: Name
    percent: bool = False
    target: float | None = None
    alert: float | None = None


class Weight(Row):
    """A part of the scorecard."""

    name: Name
    weight: Share


class AuditContent(Strict):
    """The implementation audit."""

    source: Text
    process: tuple[Question, ...]
    concentration: Share
    fallback_days: Annotated[int, Field(ge=1)]
    workloads: tuple[Workload, ...]
    stages: tuple[Stage, ...]
    alarms: tuple[BurnAlarm, ...]
    split_points: Annotated[float, Field(ge=0)]
    token_counts: tuple[TokenCount, ...]
    kpis: tuple[Kpi, ...]
    on_time: Share | None = None
    scorecard: tuple[Weight, ...]


_Content = TypeVar("_Content", bound=Strict)


@cache
def content(name: str, kind: type[_Content]) -> _Content:
    """A shared file as a checked model; a planned error where there is none or it is at fault."""
    source = f"{name}.yaml"
    tree, problems = parse(shared_text(source), source)
    if problems:
        first = problems[0]
        raise XlmatrixError(first.what, where=f"{source}:{first.line}", mend=first.mend)
    try:
        return kind.model_validate(tree.plain())
    except ValidationError as failed:
        fault = failed.errors(include_url=False)[0]
        line = tree.line_of(tuple(fault["loc"]))
        place = ".".join(map(str, fault["loc"]))
        raise XlmatrixError(
            f"{place}: {fault['msg'].lower()}",
            where=f"{source}:{line}",
            mend="Correct the file; docs/templates.md says what belongs in it",
        ) from failed


def checklist_sections(asked: Checklist) -> list[Section]:
    """The checklist that a spec asks for: the shared one, less some items, with some of its own.

    Own items stand at the end of their section.
    """
    left_out = set(asked.without)
    shared = content(asked.content, ChecklistContent)
    sections = {
        section.title: [item for item in section.items if item.id not in left_out]
        for section in shared.sections
    }
    for own in asked.also:
        roles = (own.role,) if own.role else ()
        item = Item(id=own.id, text=own.text, roles=roles, source="this matrix")
        sections.setdefault(own.section, []).append(item)
    return [Section(title=title, items=tuple(items)) for title, items in sections.items() if items]


def owner_of(spec: MatrixSpec, roles: tuple[str, ...]) -> str | None:
    """The person who holds the first of ``roles`` that the matrix has."""
    role = role_of(spec, roles)
    return next((known.primary for known in spec.roles if known.name == role), None)


def role_of(spec: MatrixSpec, roles: tuple[str, ...]) -> str | None:
    """The name of the first of ``roles`` that the matrix has."""
    known = {role.id: role.name for role in spec.roles}
    return next((known[role] for role in roles if role in known), None)
