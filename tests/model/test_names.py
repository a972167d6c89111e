"""Names that a workbook looks up hold nothing that a look-up reads as a pattern."""

from __future__ import annotations

import pytest

from xlmatrix.errors import FindingsError
from xlmatrix.model import loads
from xlmatrix.resources import template_text


@pytest.mark.parametrize(
    ("known", "odd"),
    [
        ("Incident commander", "Incident * commander"),
        ("Mara Lindqvist", "Mara Lindqvist?"),
        ("Quality regression", "Quality ~ regression"),
        ("Business hours", "Business hours?"),
    ],
)
def test_a_wildcard_in_a_name_is_refused_with_its_place(known: str, odd: str) -> None:
    text = template_text("basic").replace(known, odd)
    assert odd in text
    with pytest.raises(FindingsError) as refused:
        loads(text)
    found = [finding for finding in refused.value.findings if "wildcard" in finding.what]
    assert found
    assert all("yaml:" in finding.where and "without" in finding.mend for finding in found)
