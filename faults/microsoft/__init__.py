"""Faults on the Microsoft side: answers, clocks, tokens, consent and mailboxes."""
