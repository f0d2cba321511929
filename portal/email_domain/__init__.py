"""The email domain: a mail server of the organization's own for automated mail."""
