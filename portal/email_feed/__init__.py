"""Messages as the feeds of candidates show them."""
