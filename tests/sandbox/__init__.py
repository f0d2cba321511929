"""The practice tenant against what Microsoft documents and what its servers really said."""
