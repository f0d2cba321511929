"""Mail with candidates: sync, matching and what is kept."""
