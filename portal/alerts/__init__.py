"""Mail about what needs a person: what it is, who is told, and when nothing more is said."""
