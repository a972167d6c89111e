"""Nothing that lets somebody in stands where many people read it."""

from __future__ import annotations

from collections.abc import Iterator

from xlmatrix.model.base import Problem, warning
from xlmatrix.model.models import MatrixSpec
from xlmatrix.model.secrets import looks_secret


def check(spec: MatrixSpec) -> Iterator[Problem]:
    """Rows of ``access`` that hold what looks like a password or a token; it is not repeated."""
    for place, thing in enumerate(spec.access):
        if looks_secret(filter(None, (thing.name, thing.where, thing.who))):
            yield warning(
                "secret",
                ("access", place),
                "what stands there looks like a password or a token, and whoever has this file "
                "could use it",
                "Say where it is kept and who may open it; change the password, for older copies "
                "of the file have it still",
            )
