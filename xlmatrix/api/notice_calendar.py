"""Running reports as a calendar file: iCalendar (RFC 5545), times in UTC.

An event stands at the safe time of its report, with an alarm an hour before and one then. It keeps
its UID for ever, and its SEQUENCE rises when the time moves, so that calendars take the new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from xlmatrix.api.invitations import Invitations, calendar_library, known_events, sequence_of
from xlmatrix.api.noticed import Noticed, ReportShown, stamp
from xlmatrix.version import __version__

_ALARMS: Final = (timedelta(hours=-1), timedelta())


def notice_calendar(found: Noticed, *, earlier: bytes = b"") -> Invitations:
    """The reports that run, each at its safe time, as a calendar file.

    Parameters
    ----------
    earlier
        The file of the same list that was made before, if there is one: a report whose time has
        moved gets the next SEQUENCE, and one that runs no more is cancelled.
    """
    ical = calendar_library()
    title = f"Reports: {found.incident}" if found.incident else "Reports that run"
    calendar = ical.Calendar()
    calendar.add("prodid", f"-//xlmatrix//reports {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    before = known_events(earlier) if _is_of(earlier, title) else {}
    running = {report.uid: report for report in found.reports if report.runs}
    for report in running.values():
        calendar.add_component(_event(found, report, before))
    for uid, event in before.items():
        if uid not in running:
            calendar.add_component(_cancelled(found, event))
    return Invitations(calendar.to_ical(), len(running))


def _is_of(earlier: bytes, title: str) -> bool:
    """Whether a file is an earlier one of the same list."""
    try:
        found: Any = calendar_library().Calendar.from_ical(earlier)
        return str(found.get("x-wr-calname")) == title
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return False


def _event(found: Noticed, report: ReportShown, before: Mapping[str, Any]) -> Any:
    ical = calendar_library()
    assert report.safe_due is not None
    at = report.safe_due.astimezone(UTC)
    event = ical.Event()
    event.add("uid", report.uid)
    event.add("dtstamp", found.as_of.astimezone(UTC))
    event.add("dtstart", at)
    summary = f"{report.incident}: report to {report.recipient} ({report.obligation})".lstrip(": ")
    event.add("summary", summary)
    event.add("description", "\n".join(_about(report)))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("sequence", _sequence(at, before.get(report.uid)))
    for ahead in _ALARMS:
        alarm = ical.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", ahead)
        event.add_component(alarm)
    return event


def _about(report: ReportShown) -> list[str]:
    law = report.due_by_law
    return [
        ", ".join(filter(None, (report.regime, report.article))),
        f"{report.state}: {report.detail}",
        *([f"By law: {stamp(law)}"] if law is not None else []),
        *([f"The question: {report.question}"] if report.question else []),
        *(f"Must say: {field.says}" for field in report.must_say),
        *([f"Before missing it: {report.before_missing}"] if report.before_missing else []),
    ]


def _sequence(at: datetime, before: Any) -> int:
    if before is None:
        return 0
    was = sequence_of(before) or 0
    same = before["dtstart"].dt == at and str(before.get("status")) == "CONFIRMED"
    return was if same else was + 1


def _cancelled(found: Noticed, before: Any) -> Any:
    event = calendar_library().Event()
    for name in ("uid", "dtstart", "summary"):
        if name in before:
            event.add(name, before[name] if name != "dtstart" else before[name].dt)
    event.add("dtstamp", found.as_of.astimezone(UTC))
    event.add("status", "CANCELLED")
    was = sequence_of(before) or 0
    event.add("sequence", was if str(before.get("status")) == "CANCELLED" else was + 1)
    return event
