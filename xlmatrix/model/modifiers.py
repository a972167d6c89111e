"""The questions asked before a spec is written, and what each answer changes in a template.

An answer replaces single values in the template's text; every comment and the layout stay, so that
``xlmatrix new`` writes a spec that explains itself.

What the answers change (proposed rules, without a published source):

- monthly interactions set what ``{many_users}`` means in the texts;
- internal use moves REL, QLT and CST classes one severity down, at most to the last;
  mission-critical use moves REL and QLT one up, at most to the first;
- business-hours on-call makes every target that runs around the clock a finding;
- the readiness tier picks the template; the review cadence is only recorded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Path, path_text, suggestion
from xlmatrix.model.parts import Impact, Interactions, OnCall, Readiness, Review
from xlmatrix.model.yamltree import Node, parse

_BASELINE = "customer-facing"
_SHIFTS: Mapping[str, tuple[frozenset[str], int, str]] = {
    "internal": (frozenset({"REL", "QLT", "CST"}), 1, "one level lower: internal use only"),
    "mission-critical": (frozenset({"REL", "QLT"}), -1, "one level higher: mission-critical"),
}
_PLAIN = re.compile(r"[A-Za-z0-9<][A-Za-z0-9 _./+<-]*")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: the field of :class:`Answers` it fills, the words, and the choices."""

    key: str
    text: str
    choices: tuple[str, ...]
    default: str


QUESTIONS: tuple[Question, ...] = (
    Question("interactions", "How many interactions a month?", get_args(Interactions), "50k-250k"),
    Question("impact", "Who notices when it fails?", get_args(Impact), _BASELINE),
    Question("on_call", "When is somebody on call?", get_args(OnCall), "24x7"),
    Question("review", "How often is the matrix reviewed?", get_args(Review), "monthly"),
    Question("readiness", "Which readiness tier?", get_args(Readiness), "standard"),
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the matrix is for; None leaves the template's own value.

    Raises
    ------
    XlmatrixError
        For an answer that is not among the choices of its question.
    """

    interactions: str | None = None
    impact: str | None = None
    on_call: str | None = None
    review: str | None = None
    readiness: str | None = None
    title: str | None = None
    organisation: str | None = None
    zone: str | None = None
    country: str | None = None

    def __post_init__(self) -> None:
        for question in QUESTIONS:
            given = getattr(self, question.key)
            if given is not None and given not in question.choices:
                raise XlmatrixError(
                    f"'{given}' is no answer to: {question.text}",
                    where=question.key,
                    mend=suggestion(given, list(question.choices), instead="Choose one"),
                )

    @property
    def template(self) -> str:
        """The name of the template that the readiness tier asks for."""
        return self.readiness or "standard"


@dataclass(frozen=True, slots=True)
class _Edit:
    """Put ``text`` in place of the characters from ``start`` to ``end``."""

    start: int
    end: int
    text: str


def apply_modifiers(template_text: str, answers: Answers, source: str = "template.yaml") -> str:
    """The template with the answers put in; everything else stays as it was written.

    Parameters
    ----------
    template_text
        A spec in YAML.
    source
        The name of the template, for errors.

    Raises
    ------
    XlmatrixError
        When the template lacks a value that an answer replaces, or was already changed for another
        impact.
    """
    text = template_text.removeprefix("\ufeff")
    tree, _ = parse(text, source)
    edits = [*_scope(tree, answers, source), *_names(tree, answers, source)]
    edits += _severities(tree, text, answers, source)
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _scope(tree: Node, answers: Answers, source: str) -> Iterator[_Edit]:
    for question in QUESTIONS:
        value = getattr(answers, question.key)
        if value is not None:
            yield _replace(tree, ("scope", question.key), value, source)


def _names(tree: Node, answers: Answers, source: str) -> Iterator[_Edit]:
    for key in ("title", "organisation", "zone"):
        value = getattr(answers, key)
        if value is not None:
            yield _replace(tree, (key,), value, source)
    if answers.country is None:
        return
    calendars = tree.child("calendars")
    for place, calendar in enumerate(calendars.items if calendars is not None else ()):
        holidays = calendar.child("holidays")
        if holidays is not None and holidays.child("country") is not None:
            path: Path = ("calendars", place, "holidays", "country")
            yield _replace(tree, path, answers.country, source)


def _severities(tree: Node, text: str, answers: Answers, source: str) -> Iterator[_Edit]:
    """The default severities of the classes that the impact moves."""
    current = _text_at(tree, ("scope", "impact"))
    current = current or _BASELINE
    if answers.impact is None or answers.impact == current:
        return
    if current != _BASELINE:
        raise XlmatrixError(
            f"the severities were already changed for impact '{current}'",
            where=f"{source}:{tree.line_of(('scope', 'impact'))}",
            mend="Start again from the template",
        )
    prefixes, shift, why = _SHIFTS[answers.impact]
    levels = [item.text for item in _column(tree, "severities", "id")]
    classes = tree.child("classes")
    for place, kind in enumerate(classes.items if classes is not None else ()):
        severity, name = kind.child("severity"), _text_at(kind, ("id",)) or ""
        if name.partition("-")[0] not in prefixes or severity is None:
            continue
        if severity.text not in levels:
            continue
        old = levels.index(severity.text)
        new = levels[min(max(old + shift, 0), len(levels) - 1)]
        if new is not None and new != severity.text:
            yield _replace(tree, ("classes", place, "severity"), new, source)
            yield from _remark(text, severity, why)


def _remark(text: str, node: Node, why: str) -> Iterator[_Edit]:
    """A comment at the end of the line, where nothing else stands there."""
    end = text.find("\n", node.span[1])
    end = len(text) if end < 0 else end
    if not text[node.span[1] : end].strip():
        yield _Edit(end, end, f"  # {why}")


def _replace(tree: Node, path: Path, value: str, source: str) -> _Edit:
    node: Node | None = tree
    for part in path:
        node = node.child(part) if node is not None else None
    if node is None or node.kind != "text":
        raise XlmatrixError(
            f"the template has no {path_text(path)} to put '{value}' in",
            where=f"{source}:{tree.line_of(path)}",
            mend=f"Add {path_text(path)} to the template",
        )
    return _Edit(*node.span, _scalar(value))


def _text_at(node: Node | None, path: Path) -> str | None:
    for part in path:
        node = node.child(part) if node is not None else None
    return node.text if node is not None else None


def _column(tree: Node, group: str, key: str) -> Iterator[Node]:
    found = tree.child(group)
    for item in found.items if found is not None else ():
        value = item.child(key)
        if value is not None:
            yield value


def _scalar(value: str) -> str:
    """``value`` as YAML: plain where that is safe, else in double quotes."""
    value = value.strip()
    safe = _PLAIN.fullmatch(value) and value.casefold() not in (
        "null",
        "true",
        "false",
        "yes",
        "no",
    )
    return value if safe else json.dumps(value, ensure_ascii=False)
