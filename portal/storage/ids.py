"""Ids of our own rows: random text, so that no row can be guessed from another."""

import uuid


def new_id() -> str:
    """A random UUID in its text form."""
    return str(uuid.uuid4())
