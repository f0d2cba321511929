"""The portal, the practice tenant and a worker with demo people: `python -m demo`."""
