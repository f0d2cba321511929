"""The second step of planning: who sees what of an interview before it is sent."""
