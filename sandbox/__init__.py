"""The practice tenant: Entra ID and Microsoft Graph for tests and demos, on this machine."""
