"""Conversations that span mailboxes, and those that the owner of a mailbox hid from others."""
