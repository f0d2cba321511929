"""Real calendars: the practice tenant and Portal against what another library reads in them."""
