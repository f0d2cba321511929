"""Effects on interviews when a person, a candidate, a calendar or a room goes."""
