"""What a role looks like can be read."""

from __future__ import annotations

import pytest

from xlmatrix.style import bands, look, palette, roles

# WCAG 2.2, success criterion 1.4.3: normal text.
LEAST_CONTRAST = 4.5


def luminance(colour: str) -> float:
    """Relative luminance of RRGGBB as WCAG defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("000000", "FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("role", roles())
def test_every_role_can_be_read_on_its_fill(role: str) -> None:
    wish = look(role)
    assert contrast(wish.ink, wish.fill or palette.paper) >= LEAST_CONTRAST


def test_a_format_changes_the_number_format_and_keeps_the_colours() -> None:
    plain, stamp = look("input"), look("input.stamp")
    assert (plain.ink, plain.fill, plain.locked) == (stamp.ink, stamp.fill, stamp.locked)
    assert stamp.number_format == "yyyy-mm-dd hh:mm"


def test_only_inputs_can_be_typed_into_on_a_protected_sheet() -> None:
    unlocked = {role for role in roles() if not look(role).locked}
    assert unlocked == {role for role in roles() if role.startswith("input")}


def test_a_role_nobody_defined_is_an_error() -> None:
    with pytest.raises(KeyError):
        look("inptu.stamp")


def test_severities_beyond_the_last_colour_share_it() -> None:
    last = len(palette.severity_fill)
    assert bands(1) == "severity1"
    assert bands(last + 4) == f"severity{last}"
