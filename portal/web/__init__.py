"""Everything that all pages share. Knows no subject."""
