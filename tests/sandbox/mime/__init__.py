"""Raw messages in the practice tenant."""
