"""`python -m demo` runs the portal, a worker and the practice tenant with demo people."""
