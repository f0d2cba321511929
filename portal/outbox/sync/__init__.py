"""Where the outbox and email sync meet: copies of sent mail, and notices of non-delivery."""
