"""Bad input from outside: notifications, sessions, callbacks and forms."""
