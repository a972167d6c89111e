"""What fuzzing found: the target, and an input that it did not end on as planned."""

from __future__ import annotations

from tests.fuzz.targets import TARGETS


def _version_of_the_future(data: bytes) -> bytes:
    """An archive whose index asks for a reader that nobody has written yet."""
    changed = bytearray(data)
    changed[data.find(b"PK\x01\x02") + 6] = 0xFF
    return bytes(changed)


FOUND: list[tuple[str, bytes]] = [
    # openpyxl takes formulas apart that fill down, and has errors of its own for half of one.
    ("filled_down", b"A1+#$B$2"),
    ("filled_down", b'horizon: {a: "1", b: 2026-01-c<x>\n</r><t>{'),
    ("archive", _version_of_the_future(TARGETS["archive"].seeds[0])),
    # Who commented on an issue of GitHub may be said in any way.
    (
        "ticket_records",
        b'[{"issue": 1, "event": "commented", "created_at": "2026-11-02T08:00:00Z",'
        b' "author_association": {"a": 1}, "actor": {"login": "lena"}}]',
    ),
    ("salvage", _version_of_the_future(TARGETS["archive"].seeds[0])),
]
