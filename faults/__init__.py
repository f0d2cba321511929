"""Fault injection: cause a fault, let the portal recover, count what is lost, doubled or leaked."""
