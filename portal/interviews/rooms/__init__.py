"""Rooms of interviews: whether Microsoft booked them, and the next one that is free."""
