"""Deadlines: calendars as rows, pauses, changes of severity, obligations."""
