"""Recordings of the product: pages, rows and calls to Microsoft that a change must repeat."""
