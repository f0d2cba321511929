"""Delta of a calendar view: everything in its window once, then what changed since."""
