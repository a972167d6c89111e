"""Translated: what was offered and what was typed, in the words of the new spec."""

from __future__ import annotations

from dataclasses import dataclass

from xlmatrix.model.models import MatrixSpec
from xlmatrix.regen.merging.given import with_given
from xlmatrix.regen.merging.migrate import Glossary, by_id, translated, words_between
from xlmatrix.regen.reading.book import UsedBook
from xlmatrix.regen.reading.tables import Inputs


@dataclass(frozen=True, slots=True)
class Translated:
    """Two of the three sides; tables of severities go by their ids.

    ``base`` is what the old spec offered, ``mine`` what people made of it, ``words`` the names
    that the new spec changed.
    """

    words: Glossary
    base: Inputs
    mine: Inputs


def translate(used: UsedBook, new: MatrixSpec) -> Translated:
    """Say what stands in a used workbook as the new spec would."""
    words = with_given(words_between(used.base, new), used)
    ids = [severity.id for severity in used.base.severities]
    return Translated(
        words,
        base=translated(by_id(used.stamp.base, ids), words),
        mine=translated(by_id(used.inputs, ids), words),
    )
