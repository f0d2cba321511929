"""Random changes by people in Portal and in Outlook, with stops and faults."""
