"""Fault injection: cause a fault, let Portal recover, count what is lost, doubled or leaked."""
