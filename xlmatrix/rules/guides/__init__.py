"""Checklist, vendors, controls review, audit and change management."""
