"""Walks through scheduling, in the running programs."""
