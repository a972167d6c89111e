"""What responders need to get into during an incident: where each thing is, and who has access."""

from __future__ import annotations

from xlmatrix.model.base import KeyName, Strict, Text


class Access(Strict):
    """One thing, such as the call bridge, a provider's console or the kill switch.

    ``where`` is a link or a place and ``who`` has access: never a password or a token. Either may
    be left out, to be filled in the workbook.
    """

    name: KeyName
    where: Text | None = None
    who: Text | None = None
