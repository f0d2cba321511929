"""The product's SQL, checked against a PostgreSQL of this machine."""
