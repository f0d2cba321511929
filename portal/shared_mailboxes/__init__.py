"""Shared mailboxes that are read for the organization, and the people who decide for them."""
