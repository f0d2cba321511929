"""When people are free: their calendars' busy times, meeting hours, and nothing else of theirs."""
