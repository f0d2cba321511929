"""Processes that all need one person's token at the same moment."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from faults.harness import programs
from portal.config import Config
from portal.microsoft365 import renewal
from portal.microsoft365.permissions import Feature
from portal.services import build_services

PATIENCE = 90


def race(variables: Mapping[str, str], user_id: str, *, racers: int, log: Path) -> set[str]:
    """Start the processes, release them together and return the different tokens they got."""
    arguments = ("-m", "faults.harness.token_race", user_id)
    started = [programs.talk_to(arguments, variables, log=log) for _ in range(racers)]
    for each in started:
        if programs.read_line(each) != b"ready\n":
            raise RuntimeError(f"a racer did not start, see {log}")
    for each in started:
        programs.write_line(each)
    return {each.communicate(timeout=PATIENCE)[0].decode() for each in started}


def main(user_id: str) -> None:
    """Print this person's token after reading one line."""
    services = build_services(Config.from_environment(os.environ))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    fetched = renewal.token_for(
        services.rows,
        services.vault,
        services.microsoft365.oauth,
        user_id=user_id,
        feature=Feature.EMAIL_SYNC,
    )
    sys.stdout.write(fetched.access_token)


if __name__ == "__main__":
    main(*sys.argv[1:])
