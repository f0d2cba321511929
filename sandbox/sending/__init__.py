"""Sending: requests that send, who receives the mail, and what the tenant records of it."""
