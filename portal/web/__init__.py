"""What all pages share; knows no subject."""
