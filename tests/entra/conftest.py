"""The registered portal that the tests of Microsoft 365 also use."""

from tests.microsoft365.conftest import env, microsoft

__all__ = ["env", "microsoft"]
