"""Candidates and the feed of each."""
