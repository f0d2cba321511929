"""HTTP to Microsoft Graph and nothing else."""
