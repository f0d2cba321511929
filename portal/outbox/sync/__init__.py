"""The meeting of outbox and email sync: copies of sent mail, and notices of non-delivery."""
