"""Meeting rooms of the organization, and when they are free."""
