"""Addresses that may be a candidate's: strangers in conversations with them."""
