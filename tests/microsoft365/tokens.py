"""Ask for a user's token, and count the refreshes at Microsoft."""

from datetime import UTC, datetime
from pathlib import Path

from portal.microsoft365 import renewal
from portal.microsoft365.permissions import Feature
from tests.microsoft365.environment import Environment

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PRIYA = "priya@northwind.example"
ROOT = Path(__file__).parents[2]


def token(env: Environment, user_id: str, **more: int) -> renewal.Fetched:
    services = env.services
    return renewal.token_for(
        services.rows,
        services.vault,
        services.microsoft365.oauth,
        user_id=user_id,
        feature=Feature.EMAIL_SYNC,
        **more,
    )


def refreshes(env: Environment) -> int:
    """How many refreshes the tenant saw, without the first exchange of the code."""
    return len(env.calls("oauth2/v2.0/token")) - 1
