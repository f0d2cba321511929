"""Sending: requests that send, delivery to recipients, and the tenant's records of it."""
