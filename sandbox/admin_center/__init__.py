"""A small admin center: what an administrator of the tenant does with people and consent."""

from sandbox.admin_center.routes import bp

__all__ = ["bp"]
