"""HTTP to Microsoft's identity platform and nothing else."""
