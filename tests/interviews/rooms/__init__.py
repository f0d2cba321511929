"""Rooms of interviews."""
