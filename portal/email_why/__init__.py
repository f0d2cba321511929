"""Why is a message in Portal, or why not? Answered from the owner's mailbox and our tables."""
