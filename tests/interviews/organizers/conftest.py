"""A portal registered at its own practice tenant."""

from tests.microsoft365.conftest import env, microsoft

__all__ = ["env", "microsoft"]
