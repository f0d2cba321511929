"""Mailboxes: what Exchange stores of a message, and what Graph shows of it."""
