"""What somebody might type about reports, drawn at random: notices, moments, facts, scope."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from xlmatrix.model.obligations import law, published

Typed = dict[tuple[str, str, str], Any]


def random_reports(now: datetime, seed: int, *, notices: int = 60, moments: int = 48) -> Typed:
    """Rows of the three tables; incidents are I-1 to I-3, some named in small letters."""
    rng = Random(seed)
    ids = [rule.id for rule in published().values()]
    facts = list(law().facts.values())
    words = sorted({one.after for rule in published().values() for one in rule.counted})
    words += list(law().moments)
    zones = ["", "", "Europe/Berlin", "America/New_York", "Nowhere"]
    cells: Typed = {}

    def put(table: str, key: str, **row: Any) -> None:
        cells.update({(table, key, name.replace("_", " ")): one for name, one in row.items()})

    def stamp() -> Any:
        usual = now + timedelta(hours=rng.randint(-900, 200), minutes=rng.randint(0, 59))
        odd = [datetime(2026, 10, 25, 2, 30), datetime(2026, 12, 31, 16), "yesterday",
               datetime(2027, 1, 2, 9), datetime(2031, 1, 1)]  # fmt: skip
        return rng.choice([usual, usual, usual, *odd])

    for number in range(1, notices + 1):
        put(
            "tNotices", f"N{number:02}",
            Incident=rng.choice(["I-1", "I-2", "i-1", "I-3", ""]),
            Obligation=rng.choice([*ids, "unknown", None]),
            Trigger=rng.choice([stamp(), stamp(), None]),
            Trigger_is=rng.choice([None, None, None, rng.choice(words)]),
            Zone=rng.choice(zones),
            Decision=rng.choice([None, None, None, "no report", "report"]),
            Reported=rng.choice([None, None, stamp()]),
            Decided_by=rng.choice([None, "Eve"]),
        )  # fmt: skip
    for number in range(1, moments + 1):
        incident = rng.choice(["I-1", "I-2", "I-3"])
        if rng.random() < 0.6:
            what = rng.choice(["aware", rng.choice(words)])
            put(
                "tMoments", f"M{number:02}", Incident=incident, What=what,
                When=rng.choice([stamp(), stamp(), None]), Zone=rng.choice(zones),
                Answer=rng.choice([None, None, "no", "yes"]),
            )  # fmt: skip
        else:
            fact = rng.choice(facts)
            said = rng.choice([*fact.answers, "not known", "perhaps", None])
            put("tMoments", f"M{number:02}", Incident=incident, What=fact.id, Answer=said)
    for fact in facts:
        if fact.of == "matrix" and rng.random() < 0.7:
            answer = rng.choice([*fact.answers, "not known", "perhaps", None])
            put("tScope", fact.id, Answer=answer)
    put("tScope", "eu-member", Answer=rng.choice(["DE", "DE", "FR", "PT", None]))
    return cells
