"""What the product does, recorded: pages, rows and calls to Microsoft that a change must repeat."""
