"""Changes of the schema after the first migration, one file for each subject."""
