"""Real mail, loaded into the practice tenant, synced, and compared message by message."""
