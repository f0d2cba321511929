"""The tenant's directory: people, domains and the organization."""
