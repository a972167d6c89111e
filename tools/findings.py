"""Writes ``docs/findings.md``, the codes of all findings, from their declarations."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from xlmatrix.model.findings import KINDS, Seen

PAGE = Path(__file__).resolve().parents[1] / "docs" / "findings.md"
_INTRO = """\
# Findings

What `xlmatrix check`, the Health sheet and the other commands may find, by code. The tables of this
page are made from the declarations by `make findings`; a test holds them to the code.

An **error** stops a build. A **warning** is doubtful, and `check --strict` ends with exit code 1. A
**note** says what happened. `check --json` gives the `code` of each finding and its `path` in the spec.

## Calls that come too late

To escalate early is good: nothing is said of it. A call is late (`escalation-late`) when it saves
nothing any more. Steps of one instant are one call; who is only informed is not called.

| call | is late |
|---|---|
| the first | at or after the instant at which the acknowledgement or the first response is due: nobody can answer in time |
| the second | after the first response is due: nobody hears in time that the first call is met by silence |
| every one | at or after the instant at which the resolution is due |

So with a first response due in 30 minutes, level 2 after 20 minutes is fine and after 10 hours is not.
The Health sheet counts the late steps live by the same rule; it compares what runs on one calendar, and
`check` of a spec or a workbook what runs on two as well.

## Due times on two calendars

An hour of the night is longer than an hour of the day, so two lengths on two calendars say nothing side
by side. There the due instants of **every start of the horizon** are compared, to the second, and the
finding names one:

```text
first_response in SEV-2 (9 min on Business hours) is due before that in SEV-1 (10 min on Around the clock),
which is the worse severity for some starts: opened Fri 2026-01-02 08:59:01, SEV-2 is due Fri 2026-01-02 09:09
and SEV-1 Fri 2026-01-02 09:09:01; at worst, opened Fri 2026-01-02 09:00, SEV-1 is due 1 min later
```

What fails for every start is an error (`order`, `order-across`). What fails for some is a warning
(`order-sometimes`, `order-across-sometimes`): it names the first such start and the worst. The same
comparison stands behind `escalation-late` and `vendor-slower`.

## Accepting a finding

A team may live with what is doubtful, if it says why:

```yaml
accept:
  - finding: escalation-late
    where: severities[0].ladder[1]
    reason: Level 2 reads along from the start, agreed with operations on 2 March
  - {finding: ladder-empty, where: SEV-4, reason: Those wait in a queue}
```

`where` is a path with all below it, or the id or name of what the finding is about; for what only a
workbook shows it may be the sheet. Left out, every finding of the code is accepted.

An accepted finding counts nowhere as open: not in `check`, not under `--strict`, not in the brief. `check`
ends with how many are accepted (`--json` lists them with their reason), the brief names them with their
reason, and Health says *accepted* as long as no more fails than the spec accepts, with the reasons below
the checks. Errors cannot be accepted. An entry that takes nothing away is a finding itself.
"""


def page() -> str:
    """The page as text."""
    return "\n".join([_INTRO, *_tables()]).rstrip() + "\n"


def _tables() -> Iterator[str]:
    for seen in Seen:
        yield f"## Codes: {seen.value}\n"
        yield "| code | level | on Health | may be accepted | |"
        yield "|---|---|---|---|---|"
        for kind in KINDS.values():
            if kind.seen is seen:
                health, accepted = ("yes" if on else "" for on in (kind.health, kind.acceptable))
                cells = (f"`{kind.code}`", kind.level.value, health, accepted, kind.about)
                yield f"| {' | '.join(cells)} |"
        yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
