"""Changes that people make to interviews. Each is one transaction; a worker carries it out."""
