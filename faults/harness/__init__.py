"""The harness of all faults: a portal beside a practice tenant, programs, invariants."""
