"""Write to a candidate: the page, its drafts, and answers."""
