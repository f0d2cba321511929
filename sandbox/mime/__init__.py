"""Raw messages: parsed, and built from Graph's JSON."""
