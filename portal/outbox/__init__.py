"""Mail that goes out: what is meant, what was tried, and what Microsoft did with it."""
