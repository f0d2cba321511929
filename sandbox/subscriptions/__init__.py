"""Change notifications: who asked to be told, and the telling."""

from sandbox.subscriptions.notifying import announce

__all__ = ["announce"]
