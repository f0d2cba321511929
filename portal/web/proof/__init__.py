"""Changes that need a fresh sign-in, and the wait until there is one."""
