"""What a checklist or a set of messages leaves out or adds refers to something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlmatrix.errors import XlmatrixError
from xlmatrix.model.base import Path, Problem, error, suggestion, warning
from xlmatrix.model.guides import Comms, verdicts_in
from xlmatrix.model.models import MatrixSpec


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """Unknown contents and ids, ids used twice, roles and severities that are not there."""
    # The contents are models that know the whole spec.
    from xlmatrix.model import content, messages

    roles = {role.id for role in spec.roles}
    if spec.checklist is not None:
        try:
            items = content.content(spec.checklist.content, content.ChecklistContent).sections
        except XlmatrixError as failed:
            yield _unreadable("checklist", failed)
        else:
            known = [item.id for section in items for item in section.items]
            own = [item.id for item in spec.checklist.also]
            yield from _ids("checklist", known, spec.checklist.without, own)
            for place, item in enumerate(spec.checklist.also):
                if item.role is not None and item.role not in roles:
                    mend = suggestion(item.role, sorted(roles), instead="Use a role of the spec")
                    yield error("dangling", ("checklist", "also", place, "role"),
                                f"there is no role '{item.role}'", mend)  # fmt: skip
    if spec.comms is not None:
        try:
            shared = content.content(spec.comms.content, messages.CommsContent)
        except XlmatrixError as failed:
            yield _unreadable("comms", failed)
        else:
            own = [message.id for message in spec.comms.also]
            yield from _ids("comms", [m.id for m in shared.messages], spec.comms.without, own)
            levels = [severity.id for severity in spec.severities]
            for place, added in enumerate(spec.comms.also):
                if added.severity != "any" and added.severity not in levels:
                    mend = suggestion(added.severity, levels, instead="Use one of the spec, or any")
                    yield error("dangling", ("comms", "also", place, "severity"),
                                f"there is no severity '{added.severity}'", mend)  # fmt: skip
            yield from _verdicts(spec.comms, shared.inside)
    for place, guide in enumerate(spec.guides):
        if guide in spec.guides[:place]:
            yield error("duplicate", ("guides", place), f"'{guide}' is listed twice",
                        "Name each guide once")  # fmt: skip


def _verdicts(asked: Comms, shared: Sequence[str]) -> Iterator[Problem]:
    """Own messages that would tell outsiders how an incident stands against our targets."""
    inside = {name.casefold() for name in (*shared, *asked.inside)}
    for place, added in enumerate(asked.also):
        for field, text in (("subject", added.subject), ("text", added.text)):
            if (words := verdicts_in(text)) and added.audience.casefold() not in inside:
                yield warning("message-verdict", ("comms", "also", place, field),
                              f"{added.id} would tell {added.audience} {' '.join(words)}",
                              "Write {state} or {state_says}, or name the audience under "
                              "comms.inside")  # fmt: skip


def _unreadable(key: str, failed: XlmatrixError) -> Problem:
    return error("shared-content", (key, "content"), failed.what, failed.mend)


def _ids(
    key: str, known: Sequence[str], without: Sequence[str], own: Sequence[str]
) -> Iterator[Problem]:
    for place, wanted in enumerate(without):
        if wanted not in known:
            mend = suggestion(wanted, list(known), instead="Remove it")
            here: Path = (key, "without", place)
            yield warning(
                "nothing-to-leave-out", here, f"there is no '{wanted}' to leave out", mend
            )
    # An own one may take the place of one that is left out.
    seen = {item.casefold() for item in known if item not in without}
    for place, added in enumerate(own):
        if added.casefold() in seen:
            yield error("duplicate", (key, "also", place, "id"), f"'{added}' is used already",
                        "Give it another id")  # fmt: skip
        seen.add(added.casefold())
