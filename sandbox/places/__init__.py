"""Rooms and the lists of rooms of each building."""
