"""Change notifications: subscriptions, and the notifications sent to them."""

from sandbox.subscriptions.notifications import announce

__all__ = ["announce"]
