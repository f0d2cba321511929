"""Change notifications: subscriptions, and the notifications sent to them."""

from sandbox.subscriptions.notifications import announce, announce_event

__all__ = ["announce", "announce_event"]
