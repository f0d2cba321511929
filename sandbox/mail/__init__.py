"""Mailboxes: what Exchange makes of a message, and what Graph shows of it."""
