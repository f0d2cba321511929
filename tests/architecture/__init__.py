"""The written shape of the code as rules: each reads modules and says what breaks it."""
