"""A part of the fault suite, with small numbers."""
