"""A portal that organizes interviews at the practice tenant."""

from tests.interviews.microsoft.conftest import stage
from tests.microsoft365.conftest import env, microsoft

__all__ = ["env", "microsoft", "stage"]
