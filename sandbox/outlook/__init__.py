"""A small Outlook to click in, and the world outside the tenant."""

from sandbox.outlook.routes import bp

__all__ = ["bp"]
