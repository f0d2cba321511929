"""A small admin center for the practice tenant: people and consent."""

from sandbox.admin_center.routes import bp

__all__ = ["bp"]
