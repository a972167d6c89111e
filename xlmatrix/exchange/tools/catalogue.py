"""Every form that is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from xlmatrix.exchange.tools import (
    aiid,
    firehydrant,
    freshservice,
    github,
    glpi,
    goalert,
    incidentio,
    jira,
    opsgenie,
    pagerduty,
    plain,
    rootly,
    servicenow,
    statuspage,
    zammad,
    zendesk,
)
from xlmatrix.exchange.tools.form import Form

#: The forms that are sure; the plain one is tried where none of these fits.
OF_TOOLS: Final[tuple[Form, ...]] = (
    plain.WRITTEN,
    *servicenow.FORMS,
    *aiid.FORMS,
    *firehydrant.FORMS,
    *freshservice.FORMS,
    *goalert.FORMS,
    *incidentio.FORMS,
    *opsgenie.FORMS,
    *pagerduty.FORMS,
    *rootly.FORMS,
    *statuspage.FORMS,
    *zendesk.FORMS,
    *jira.FORMS,
    *github.FORMS,
    *zammad.FORMS,
    *glpi.FORMS,
)
FORMS: Final[tuple[Form, ...]] = (*OF_TOOLS, plain.PLAIN)
#: What ``--format`` may name: tools, and single forms of them.
NAMES: Final = tuple(dict.fromkeys([form.tool for form in FORMS] + [form.id for form in FORMS]))


def tools_of(sources: Iterable[str]) -> frozenset[str]:
    """The tools that the column *Source* of incidents speaks of; a plain table has none to say."""
    tools = {form.title: form.tool for form in FORMS}
    titles = {source.partition("; ")[0] for source in sources}
    return frozenset(tools[one] if one else plain.PLAIN.tool for one in titles & {"", *tools})


def forms_of(name: str) -> tuple[Form, ...]:
    """The forms of a tool, or the one form of that name; none for a name nobody knows."""
    return tuple(form for form in FORMS if name in (form.tool, form.id))
