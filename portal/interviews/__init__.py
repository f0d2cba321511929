"""Interviews with candidates: planned, written to Microsoft, changed, cancelled, and listed."""
