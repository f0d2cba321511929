"""Faults of the machine: its disk, its locks, its keys and its workers."""
