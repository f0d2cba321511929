"""User sync: the organization's directory, read, previewed and applied."""
