"""Step 2 of scheduling: who sees what, and what "Send" stores."""
