"""Third-party clients against the practice tenant. Only their base addresses are changed."""
