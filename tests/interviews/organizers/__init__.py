"""Organizers of interviews: their permissions, and the reasons why somebody cannot be one."""
