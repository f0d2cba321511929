"""A portal that is registered at a practice tenant of its own."""

from tests.microsoft365.conftest import env, microsoft, sandbox

__all__ = ["env", "microsoft", "sandbox"]
