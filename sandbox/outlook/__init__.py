"""A small Outlook for tests and demos, and the world outside the tenant."""

from sandbox.outlook.routes import bp

__all__ = ["bp"]
