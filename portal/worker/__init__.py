"""Work that is due; the tables are the queue."""
