"""Load real mail into the practice tenant, sync it, and compare it message by message."""
