"""One of several processes that all need a token at once; prints the one it got."""

import sys
from pathlib import Path

from portal.config import Config, MicrosoftConfig
from portal.microsoft365 import renewal
from portal.microsoft365.permissions import Feature
from portal.services import build_services
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET


def main(instance: str, authority: str, user_id: str) -> None:
    config = Config(
        instance=Path(instance),
        secret_key=bytes(range(64)),
        test_mode=True,
        microsoft=MicrosoftConfig(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            tenant="northwind.example",
            authority=authority,
            graph=authority,
        ),
    )
    services = build_services(config)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    fetched = renewal.token_for(
        services.db,
        services.vault,
        services.microsoft365.oauth,
        user_id=user_id,
        feature=Feature.EMAIL_SYNC,
    )
    sys.stdout.write(fetched.access_token)


if __name__ == "__main__":
    main(*sys.argv[1:])
