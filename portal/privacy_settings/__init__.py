"""Pages about privacy: what is never synced, and which domains are the organization's."""
