"""Later changes of the schema of subjects whose first file is full, one file for each subject."""
