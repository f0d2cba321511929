"""Kill -9 at every single step of one piece of work, then let it recover."""
