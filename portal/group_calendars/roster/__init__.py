"""People who can schedule on a group calendar, read daily by the tokens of its members."""
