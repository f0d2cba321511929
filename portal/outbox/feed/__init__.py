"""Sent mail in feeds and on its page, and the decisions that people take about it."""
