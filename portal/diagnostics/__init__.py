"""Is everything right, and if not, what cures it: checks, and errors explained."""
