"""Architecture rules: each reads modules and yields a complaint for each violation."""
