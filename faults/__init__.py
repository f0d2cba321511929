"""Faults on purpose: strike, let it recover, and count what is lost, doubled or told."""
