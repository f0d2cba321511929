"""Our door to Microsoft; knows nothing of email or interviews."""
