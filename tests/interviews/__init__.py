"""Interviews: their plan, their events and their changes."""
