"""Calendars: when people and rooms are busy."""
