"""When people and rooms are busy."""
