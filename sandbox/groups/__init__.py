"""The tenant's groups, their members, and the contacts and devices that can be members."""
