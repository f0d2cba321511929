"""Interviews as pages show them: the list, one interview, and a candidate's feed."""
