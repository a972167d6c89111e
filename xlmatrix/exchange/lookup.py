"""What texts of an export stand for in a spec: classes, severities, people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from xlmatrix.exchange.notes import Notes
from xlmatrix.model import ImportMapping, MatrixSpec

#: A cell of a workbook holds 32,767 characters; a little less leaves room for a note.
MAX_TEXT: Final = 32_000
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
EMPTY_TEXT: Final = frozenset({"", "?"})


class Lookup:
    """Maps texts of one file to names of one spec and notes what it does not know."""

    def __init__(self, spec: MatrixSpec, mapping: ImportMapping | None, notes: Notes) -> None:
        self._notes = notes
        self._people = {_key(person.name): person.name for person in spec.people}
        names = {kind.id: kind.name for kind in spec.classes}
        self._classes = _keys({n: n for n in names.values()} | names)
        self._severities = _keys(
            {s.name: s.id for s in spec.severities} | {s.id: s.id for s in spec.severities}
        )
        mapping = mapping or ImportMapping()
        self._priority = _keys(mapping.priority)
        self._category = {key: names[cid] for key, cid in _keys(mapping.category).items()}
        self._default_class = names.get(mapping.default_class or "", "")
        self._default_severity = mapping.default_severity or ""

    def class_of_category(self, line: int, category: str) -> str:
        """The class name that a category is mapped to, else the default class."""
        known = self._category.get(_key(category))
        if known is not None:
            return known
        what = f"category '{category[:80]}' is not mapped" if category else "there is no category"
        return self._class_instead(line, "import-category", what, category)

    def class_of(self, line: int, text: str) -> str:
        """The class name of an id or a name, else the default class."""
        known = self._classes.get(_key(text))
        if known is not None:
            return known
        what = f"there is no class '{text[:80]}'" if text else "no class is given"
        return self._class_instead(line, "import-class", what, text)

    def severity_of_priority(self, line: int, priority: str) -> str:
        """The severity id that a priority is mapped to; empty leaves it to the class."""
        known = self._priority.get(_key(priority))
        if known is not None:
            return known
        what = f"priority '{priority[:80]}' is not mapped" if priority else "there is no priority"
        instead = self._default_severity or "the class's default severity"
        mend = "Add it under import.servicenow.priority in the spec"
        said = f"{what}; {instead} is taken"
        self._notes.repeated(line, "import-priority", said, mend, about=priority[:80])
        return self._default_severity

    def severity_of(self, line: int, text: str) -> str:
        """The severity id of an id or a name; empty leaves it to the class."""
        known = self._severities.get(_key(text))
        if known is not None or not text:
            return known or self._default_severity
        instead = self._default_severity or "the class's default severity"
        self._notes.at(
            line,
            "import-severity",
            f"there is no severity '{text[:80]}'; {instead} is taken",
            f"Use one of {', '.join(dict.fromkeys(self._severities.values()))}",
        )
        return self._default_severity

    def person(self, text: str) -> str | None:
        """The person of that name in the spec; None when it names nobody there."""
        return self._people.get(_key(text))

    def text(self, line: int, field: str, text: str) -> str:
        """A text that a cell can hold; what had to change is noted."""
        text = text.strip()
        if text in EMPTY_TEXT:
            return ""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text.isprintable() and _FORBIDDEN.search(text):
            text = _FORBIDDEN.sub("", text).strip()
            mend = "Nothing to do; the rest of the text is kept"
            what = f"control characters of {field} are left out"
            self._notes.repeated(line, "import-characters", what, mend)
        if len(text) > MAX_TEXT:
            what = f"{field} has {len(text):,} characters; the first {MAX_TEXT:,} are kept"
            self._notes.at(line, "import-long-text", what, "Shorten it")
            text = text[:MAX_TEXT]
        return text

    def _class_instead(self, line: int, code: str, what: str, about: str) -> str:
        place = "import.servicenow.category" if code == "import-category" else "classes"
        if self._default_class:
            what += f"; class '{self._default_class}' is taken"
        else:
            what += "; the class stays empty"
        mend = f"Add it under {place} in the spec, or correct it"
        self._notes.repeated(line, code, what, mend, about=about[:80])
        return self._default_class


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _keys(mapping: Mapping[str, str]) -> dict[str, str]:
    return {_key(text): value for text, value in mapping.items()}
