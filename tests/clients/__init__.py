"""Other people's clients against the practice tenant, unchanged but for base addresses."""
