"""Texts for places in a package where there is no escape for what XML forbids."""

from __future__ import annotations

import re
from typing import Final

FORBIDDEN_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text for a title, hint or property, where there is no escape for what XML forbids."""
    return FORBIDDEN_IN_XML.sub("", text)
