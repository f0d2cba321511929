"""What every fault needs: a portal beside a practice tenant, programs to start, invariants."""
