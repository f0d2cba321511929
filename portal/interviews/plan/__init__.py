"""Planning an interview: who, where and when, then everything that would be sent."""
