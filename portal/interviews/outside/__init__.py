"""Moves of an interview, also those made in Outlook: what they are, and how they are undone."""
