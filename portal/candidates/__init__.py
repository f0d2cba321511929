"""The people a team talks to, and what happened with each."""
