"""Kinds of interviews: what scheduling begins with, as administrators keep them."""
