"""`python -m demo` runs Portal, a worker and the practice tenant with demo people."""
