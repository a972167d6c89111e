"""GLPI: tickets of the API or its search, lists as CSV with localised headers, and logs.

Stamps are in the zone of the server and name none. Priorities run from 1, very low, to 6, major.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Record
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tools.form import Event, Form, What

_TOOL: Final = "glpi"
_STATUS: Final = {
    "1": "new", "2": "processing (assigned)", "3": "processing (planned)", "4": "pending",
    "5": "solved", "6": "closed", "10": "approval",
}  # fmt: skip
_PRIORITY: Final = {
    "1": "very low", "2": "low", "3": "medium", "4": "high", "5": "very high", "6": "major",
}  # fmt: skip
_STATES: Final = {
    "1": "open", "2": "acknowledged", "3": "acknowledged", "4": "waiting", "5": "resolved",
    "6": "closed", "10": "open", "approval": "open", "validation": "open", "genehmigung": "open",
    "aprobación": "open", "aprovação": "open",
    "processing (assigned)": "acknowledged", "processing (planned)": "acknowledged",
    "en cours (attribué)": "acknowledged", "en cours (planifié)": "acknowledged",
    "in bearbeitung (zugewiesen)": "acknowledged", "in bearbeitung (geplant)": "acknowledged",
    "in arbeit (zugewiesen)": "acknowledged", "in arbeit (geplant)": "acknowledged",
    "en curso (asignada)": "acknowledged", "en curso (asignado)": "acknowledged",
    "en curso (planificada)": "acknowledged", "en curso (planificado)": "acknowledged",
    "em atendimento (atribuído)": "acknowledged", "em atendimento (planejado)": "acknowledged",
    "solucionado": "resolved", "fechado": "closed",
}  # fmt: skip
_SEVERITIES: Final = {
    **{str(number): 6 - number if number < 6 else 1 for number in range(1, 7)},
    "major": 1, "very high": 1, "high": 2, "medium": 3, "low": 4, "very low": 5,
    "majeure": 1, "très haute": 1, "haute": 2, "moyenne": 3, "basse": 4, "très basse": 5,
    "schwerwiegend": 1, "sehr hoch": 1, "hoch": 2, "mittel": 3, "niedrig": 4, "sehr niedrig": 5,
    "mayor": 1, "muy alta": 1, "muy urgente": 1, "alta": 2, "media": 3, "mediana": 3, "baja": 4,
    "muy baja": 5, "muito alta": 1, "média": 3, "baixa": 4, "muito baixa": 5,
}  # fmt: skip
_ROUNDED: Final = {
    "acknowledged": "GLPI counts the time until somebody took it in the hours of its calendar"
}
_CANNOT: Final = ("when the first response was",)


def _form(id_: str, title: str, **more: Any) -> Form:
    return Form(
        tool=_TOOL, id=id_, title=title, states=_STATES, severities=_SEVERITIES,
        called={"state": _STATUS, "priority": _PRIORITY}, **more,
    )  # fmt: skip


def _deleted(ticket: Record) -> str:
    return "a deleted ticket" if text_of(ticket.get("is_deleted")) in ("1", "true") else ""


TICKETS: Final = _form(
    "glpi",
    "a list of GLPI tickets",
    fields={
        "id": ("id",),
        "title": ("name",),
        "opened": ("date",),
        "acknowledged": ("takeintoaccountdate",),
        "resolved": ("solvedate",),
        "closed": ("closedate",),
        "updated": ("date_mod",),
        "paused_since": ("begin_waiting_date",),
        "paused_s": ("waiting_duration",),
        "priority": ("priority",),
        "category": ("itilcategories_id",),
        "state": ("status",),
        "customer": ("entities_id",),
    },
    telling=("id", "name", "date", "status", "solvedate|closedate", "date_mod|priority"),
    after={"acknowledged": ("takeintoaccount_delay_stat", 1.0)},
    aside=_deleted,
    unknown=_CANNOT,
    approximate=_ROUNDED,
)
#: What a search of the API gives: fields by the numbers of their search options.
SEARCH: Final = _form(
    "glpi-search",
    "a search of GLPI",
    fields={
        "id": ("2",),
        "title": ("1",),
        "opened": ("15",),
        "resolved": ("17",),
        "closed": ("16",),
        "updated": ("19",),
        "priority": ("3",),
        "category": ("7",),
        "state": ("12",),
        "owner": ("5",),
        "team": ("8",),
        "customer": ("80",),
    },
    telling=("1", "2", "12", "15"),
    structured=True,
    unknown=_CANNOT,
    alone=("when it was acknowledged, and when it waited",),
)
_OPENED: Final = (
    "Opening date", "Date d'ouverture", "Eröffnungsdatum", "Öffnungsdatum", "Fecha de apertura",
    "Fecha de Apertura", "Data de abertura",
)  # fmt: skip
#: A list as CSV, with the headers of the user's language.
LIST: Final = _form(
    "glpi-list",
    "a GLPI list with labels",
    fields={
        "id": ("ID",),
        "title": ("Title", "Titre", "Titel", "Título"),
        "opened": _OPENED,
        "acknowledged": ("Take into account date", "Date de prise en compte"),
        "resolved": ("Solution date", "Resolution date", "Date de résolution", "Date de solution",
                     "Lösungsdatum", "Fecha de solución", "Fecha de resolución",
                     "Data da solução", "Data de solução"),
        "closed": ("Closing date", "Closure date", "Date de clôture", "Schließungsdatum",
                   "Abschlussdatum", "Fecha de cierre", "Data de fechamento"),
        "updated": ("Last update", "Dernière modification", "Letzte Änderung",
                    "Letzte Aktualisierung", "Última actualización", "Última atualização"),
        "priority": ("Priority", "Priorité", "Priorität", "Prioridad", "Prioridade"),
        "category": ("Category", "Catégorie", "Kategorie", "Categoría", "Categoria"),
        "state": ("Status", "Statut", "Estado"),
        "owner": ("Assigned to - Technician", "Attribué à - Technicien",
                  "Zugewiesen an - Techniker", "Asignado a - Técnico", "Atribuído - Técnico",
                  "Technician", "Technicien"),
        "team": ("Assigned to - Technician group", "Attribué à - Groupe de techniciens",
                 "Attribué à - Groupe technicien", "Zugewiesen an - Technikergruppe",
                 "Asignado a - Grupo de técnicos"),
        "reporter": ("Requester - Requester", "Demandeur - Demandeur",
                     "Anforderer - Anforderer", "Solicitante - Solicitante", "Requester"),
        "customer": ("Entity", "Entité", "Einheit", "Entidad", "Entidade"),
    },
    telling=("ID", "Status|Statut|Estado", "|".join(_OPENED)),
    structured=False,
    unknown=_CANNOT,
    alone=("when it was acknowledged, and when it waited",),
)  # fmt: skip

#: Search options of a ticket, by which logs name its fields.
_LOGGED: Final = {"12": What.STATE, "3": What.SEVERITY}


def _log(row: Record) -> Iterator[Event]:
    """A row of the logs: one field, its old and its new value."""
    what = _LOGGED.get(text_of(row.get("id_search_option")))
    if what is not None and text_of(row.get("itemtype")) in ("Ticket", ""):
        before, after = text_of(row.get("old_value")), text_of(row.get("new_value"))
        yield Event(text_of(row.get("items_id")), row.get("date_mod"), what, after, before)


LOGS: Final = _form(
    "glpi-logs",
    "the logs of GLPI",
    telling=("items_id", "id_search_option", "old_value", "new_value", "date_mod"),
    history=True,
    events=_log,
)

FORMS: Final = (TICKETS, SEARCH, LIST, LOGS)
