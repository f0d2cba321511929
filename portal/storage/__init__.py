"""The database: rows, schema, migrations and copies."""
