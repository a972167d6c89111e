"""Jira and Jira Service Management: CSV exports in five languages, REST searches with changelogs.

Stamps of a CSV are in the zone of the person who exports and name none. Its columns of service
levels hold how much time was left, so they are never stamps. Names of states are free; the category
of a state is not, and says whether the work is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from xlmatrix.exchange.files.tabled import Path, Record
from xlmatrix.exchange.tickets.cells import text_of
from xlmatrix.exchange.tools.form import Event, Form, What

_TOOL: Final = "jira"
#: What stands before the name of a field of a site's own, in each language.
_OWN_FIELD: Final = (
    "Custom field", "Benutzerdefinierte Felder", "Benutzerdefiniertes Feld", "Campo personalizado",
    "Campos personalizados", "Champ personnalisé", "Champs personnalisés",
)  # fmt: skip


def _own(*names: str) -> tuple[str, ...]:
    return tuple(f"{before} ({name})" for name in names for before in _OWN_FIELD)


#: English, German, Spanish, French and Portuguese, as the export writes them.
_KEY: Final = (
    "Issue key", "Work item key", "Vorgangsschlüssel", "Clave de incidencia", "Clé de ticket",
    "Chave da item", "Chave do item",
)  # fmt: skip
_CREATED: Final = ("Created", "Erstellt", "Creada", "Creado", "Créé", "Création", "Criado")
_RESPONSE: Final = _own(
    "[CHART] Date of First Response",
    "[CHART] Datum der ersten Antwort",
    "[CHART] Fecha de la primera respuesta",
    "[CHART] Date de la première réponse",
    "[CHART] Data da primeira resposta",
)
_REPORTER: Final = ("Reporter", "Autor", "Informador", "Rapporteur", "Relator")
_FIELDS: Final = {
    "id": _KEY,
    "external_id": ("Issue id", "Work item id", "Vorgangs-ID", "ID de la incidencia",
                    "ID de ticket", "ID da item", "ID do item"),
    "title": ("Summary", "Zusammenfassung", "Resumen", "Résumé", "Resumo"),
    "opened": _CREATED,
    "responded": _RESPONSE,
    "resolved": ("Resolved", "Erledigt", "Resuelta", "Resuelto", "Résolue", "Résolu", "Resolvido"),
    "updated": ("Updated", "Aktualisiert", "Actualizada", "Actualizado", "Mise à jour",
                "Mis à jour", "Atualizado(a)", "Atualizado"),
    "state_since": ("Status Category Changed", "Statuskategorie geändert",
                    "Categoría de estado modificada", "Categoría de estado cambiada",
                    "Catégorie d'état modifiée", "Catégorie de statut modifiée",
                    "Categoria do status alterada", "Categoria de status alterada"),
    "priority": ("Priority", "Priorität", "Prioridad", "Priorité", "Prioridade"),
    "category": ("Issue Type", "Work type", "Vorgangstyp", "Tipo de Incidencia", "Type de ticket",
                 "Tipo de item"),
    "state": ("Status", "Estado", "État", "Statut"),
    "state_group": ("Status Category", "Statuskategorie", "Categoría de estado",
                    "Catégorie d'état", "Catégorie de statut", "Categoria do status",
                    "Categoria de status"),
    "resolution": ("Resolution", "Lösung", "Resolución", "Résolution", "Resolução"),
    "owner": ("Assignee", "Zugewiesene Person", "Bearbeiter", "Persona asignada",
              "Personne assignée", "Responsable", "Responsável"),
    "reporter": _REPORTER,
    "customer": _own("Organizations", "Organisationen", "Organizaciones", "Organisations",
                     "Organizações"),
}  # fmt: skip
#: Keys of the categories of states, as the API has them.
_STATES: Final = {
    "indeterminate": "acknowledged",
    "waiting for approval": "waiting",
    "itens pendentes": "open",
    "itens concluídos": "resolved",
}
_SEVERITIES: Final = {
    "höchste": 1, "am höchsten": 1, "más alta": 1, "muy alta": 1, "máxima": 1, "la plus haute": 1,
    "le plus élevé": 1, "la plus élevée": 1, "mais alta": 1, "altíssima": 1, "élevé": 2,
    "élevée": 2, "moyen": 3, "média": 3, "médio": 3, "faible": 4, "baixa": 4, "baixo": 4,
    "am niedrigsten": 5, "más baja": 5, "muy baja": 5, "la plus basse": 5, "le plus faible": 5,
    "la plus faible": 5, "mais baixa": 5, "baixíssima": 5,
}  # fmt: skip
_CANNOT: Final = ("when it was acknowledged, when it waited, and when its severity changed",)
_ANSWERED: Final = "without a better one, the first comment by somebody else than the reporter"


def _form(id_: str, title: str, **more: Any) -> Form:
    return Form(
        tool=_TOOL, id=id_, title=title, states=_STATES, severities=_SEVERITIES,
        manifold=frozenset({"customer", "owner"}), **more,
    )  # fmt: skip


def _comments(row: Record) -> Iterator[Event]:
    """The comments in a row of a CSV: each has a stamp, who wrote it, and the text."""
    comments = [cell for cell in row.get("comment", ()) if cell]
    if not comments or any(map(text_of, row.get("response", ()))):
        return
    own = {text_of(cell).casefold() for name in ("reporter", "by") for cell in row.get(name, ())}
    for cell in comments:
        at, _, rest = text_of(cell).partition(";")
        who, found, _ = rest.partition(";")
        if found and who.strip().casefold() not in own and any(map(str.isdigit, at)):
            yield Event("", at, What.RESPONDED, who.strip())


CSV: Final = _form(
    "jira",
    "a Jira export",
    fields=_FIELDS,
    telling=("|".join(_KEY), "|".join(_CREATED)),
    structured=False,
    utc=frozenset({"responded"}),
    events=_comments,
    heeds=(
        "comment|Comments|Kommentar|Kommentare|Comentario|Comentarios|Commentaire|Commentaires"
        "|Comentário|Comentários",
        "reporter|" + "|".join(_REPORTER),
        "by|Reporter Id|Autor-ID|ID del informador|ID du rapporteur|ID do relator",
        "response|" + "|".join(_RESPONSE),
    ),
    alone=_CANNOT,
    approximate={"responded": _ANSWERED},
)

_IN_FIELDS: Final = {
    "title": ("fields.summary",),
    "opened": ("fields.created",),
    "responded": tuple(
        f"fields.*[name={name}].completedCycles[0].stopTime"
        for name in (
            "Time to first response",
            "Zeit bis zur ersten Antwort",
            "Tiempo hasta la primera respuesta",
            "Délai de première réponse",
            "Tempo até a primeira resposta",
        )
    ),
    "resolved": ("fields.resolutiondate",),
    "updated": ("fields.updated",),
    "state_since": ("fields.statuscategorychangedate",),
    "priority": ("fields.priority.name", "fields.priority"),
    "category": ("fields.issuetype.name", "fields.issuetype"),
    "state": ("fields.status.name", "fields.status"),
    "state_group": ("fields.status.statusCategory.key", "fields.status.statusCategory.name"),
    "resolution": ("fields.resolution.name", "fields.resolution"),
    "owner": ("fields.assignee.displayName", "fields.assignee.name", "fields.assignee"),
    "reporter": ("fields.reporter.displayName", "fields.reporter.name"),
}
_ITEMS: Final = {
    "status": What.STATE,
    "resolution": What.REASON,
    "priority": What.SEVERITY,
}
_STOPPED: Final = tuple(map(Path, _IN_FIELDS["responded"]))
_WHO: Final = ("accountId", "key", "name", "displayName")


def _changes(ticket: str, histories: Any) -> Iterator[Event]:
    """What a changelog says of states, resolutions and priorities."""
    for history in _mappings(histories):
        for item in _mappings(history.get("items")):
            what = _ITEMS.get(text_of(item.get("field")).casefold())
            if what is not None:
                before, after = text_of(item.get("fromString")), text_of(item.get("toString"))
                yield Event(ticket, history.get("created"), what, after, before)


def _of_issue(issue: Record) -> Iterator[Event]:
    """The changelog of an issue, and its comments where no service level tells the response."""
    yield from _changes("", _inner(issue, "changelog").get("histories"))
    if any(path.of(issue) for path in _STOPPED):
        return
    fields = _inner(issue, "fields")
    reporter = _inner(fields, "reporter")
    own = {text_of(reporter.get(key)) for key in _WHO} - {""}
    comments = _inner(fields, "comment").get("comments") or issue.get("comments_data")
    for comment in _mappings(comments):
        author = _inner(comment, "author")
        who = {text_of(author.get(key)) for key in _WHO} - {""}
        # A comment that the customer cannot see is no answer.
        if who and not who & own and comment.get("jsdPublic") is not False:
            name = text_of(author.get("displayName")) or min(who)
            yield Event("", comment.get("created"), What.RESPONDED, name)


def _inner(record: Record, name: str) -> Mapping[str, Any]:
    found = record.get(name)
    return found if isinstance(found, Mapping) else {}


def _mappings(values: Any) -> Iterable[Mapping[str, Any]]:
    return [one for one in values if isinstance(one, Mapping)] if isinstance(values, list) else ()


def _is_cut(issue: Record) -> bool:
    """Whether an issue's changelog has more entries than are in the file."""
    changelog = _inner(issue, "changelog")
    total, held = changelog.get("total"), changelog.get("histories")
    return isinstance(total, int) and isinstance(held, list) and total > len(held)


SEARCH: Final = _form(
    "jira-search",
    "the issues of a Jira search",
    fields={"id": ("key",), "external_id": ("id",), **_IN_FIELDS},
    telling=("key", "fields.created", "changelog.histories"),
    structured=True,
    events=_of_issue,
    cut=_is_cut,
    approximate={"responded": _ANSWERED},
)
#: A search that was not asked for changelogs.
ISSUES: Final = _form(
    "jira-issues",
    "a list of Jira issues without changelogs",
    fields=SEARCH.fields,
    telling=("key", "fields.created"),
    structured=True,
    events=_of_issue,
    alone=_CANNOT,
    approximate={"responded": _ANSWERED},
)


def _of_bulk(record: Record) -> Iterator[Event]:
    yield from _changes(text_of(record.get("issueId")), record.get("changeHistories"))


CHANGELOGS: Final = _form(
    "jira-changelog",
    "the changelogs of Jira",
    telling=("issueId", "changeHistories"),
    structured=True,
    history=True,
    events=_of_bulk,
)
#: What people's own scripts write: the names of the API, one level deep or with dots.
_FLAT: Final = {
    "id": ("key", "issue_key", "issuekey"),
    "external_id": ("id", "issue_id"),
    **{
        name: (*(path.removeprefix("fields.").removesuffix(".name") for path in paths), *paths)
        for name, paths in _IN_FIELDS.items()
        if name not in ("responded", "state_group")
    },
    "state_group": ("status_category", "statuscategory", "fields.status.statusCategory.name"),
}
FLAT: Final = _form(
    "jira-flat",
    "a list of Jira issues with the names of the API",
    fields=_FLAT,
    telling=("key|issue_key", "created", "resolutiondate"),
    alone=_CANNOT,
)
FLATTENED: Final = _form(
    "jira-flattened",
    "a table of Jira issues with the names of the API",
    fields=_FLAT,
    telling=("key", "fields.created"),
    structured=False,
    alone=_CANNOT,
)

FORMS: Final = (CSV, SEARCH, ISSUES, CHANGELOGS, FLAT, FLATTENED)
