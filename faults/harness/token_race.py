"""One of several processes that all need a token at once; prints the one it got."""

import os
import sys

from portal.config import Config
from portal.microsoft365 import renewal
from portal.microsoft365.permissions import Feature
from portal.services import build_services


def main(user_id: str) -> None:
    services = build_services(Config.from_environment(os.environ))
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
