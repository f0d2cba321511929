"""The practice tenant's mailboxes."""
