"""Moves of interviews, also those made in Outlook."""
