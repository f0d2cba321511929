"""The practice tenant: Entra ID and Microsoft Graph as a small recruiting team would meet them."""
