"""Asking for somebody's token, and how often Microsoft was asked for it."""

from datetime import UTC, datetime
from pathlib import Path

from portal.microsoft365 import renewal
from portal.microsoft365.permissions import Feature
from tests.microsoft365.world import World

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PRIYA = "priya@northwind.example"
ROOT = Path(__file__).parents[2]


def token(world: World, user_id: str, **more: int) -> renewal.Fetched:
    services = world.services
    return renewal.token_for(
        services.db,
        services.vault,
        services.microsoft365.oauth,
        user_id=user_id,
        feature=Feature.EMAIL_SYNC,
        **more,
    )


def refreshes(world: World) -> int:
    """Without the one request that turned the code into tokens."""
    return len(world.calls("oauth2/v2.0/token")) - 1
