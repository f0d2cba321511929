"""A portal that is registered at a practice tenant of its own."""

from tests.microsoft365.conftest import microsoft, sandbox, world

__all__ = ["microsoft", "sandbox", "world"]
