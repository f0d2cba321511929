"""Access to Microsoft 365: who permitted what. Knows nothing of email or interviews."""
