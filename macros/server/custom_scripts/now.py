"""What the page "Incident now" asks for: the open incidents, and one stamp at a time."""

import xlwings as xw
from xlwings.server import script
from xlwings_server.models import CurrentUser

from xlmatrix.addin import pane

# Hidden sheets of many rows that the page does not need.
HIDDEN = ["Calendar", "Week", "Tz", "Policy", "Ladder"]

__all__ = ["incident_now", "stamp_now"]


@script(name="Incident now", exclude=HIDDEN)
def incident_now(book: xw.Book, user: CurrentUser, ticket: str = ""):
    """Show the open incidents; the ticket of a stamp is read back."""
    pane.show(book, who=str(user.name), roles=user.roles, owner=str(user.id), ticket=ticket)


@script(name="Stamp", exclude=HIDDEN)
def stamp_now(book: xw.Book, user: CurrentUser, key: str, word: str):
    """Write one stamp into one empty cell of an incident, or of the record of a drill."""
    pane.press(book, key, word, who=str(user.name), roles=user.roles, owner=str(user.id))
