"""The outbox: mail to send, the attempts to send it, and the copies that prove it."""
