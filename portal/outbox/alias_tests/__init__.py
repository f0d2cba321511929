"""The test of an alias: one mail to its own mailbox shows which address recipients see."""
