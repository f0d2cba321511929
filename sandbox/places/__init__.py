"""Rooms, and the room list of each building."""
