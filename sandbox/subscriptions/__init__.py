"""Change notifications: who asked to be told, and the telling."""

from sandbox.subscriptions.notifications import announce

__all__ = ["announce"]
