"""Mail with candidates: which of it is kept, and how it comes."""
