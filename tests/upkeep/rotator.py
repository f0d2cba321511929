"""A rotation as a program of its own, which is killed after so many rows."""

import os
import signal
import sys

from portal import clock
from portal.config import Config, read_environment
from portal.services import build_services
from portal.upkeep import key_rotation


def main(rows: int) -> None:
    seen = 0

    def tell() -> None:
        nonlocal seen
        seen += 1
        if seen == rows:
            os.kill(os.getpid(), signal.SIGKILL)

    services = build_services(Config.from_environment(read_environment()))
    key_rotation.rotate(services, now=clock.utc_now(), tell=tell)


if __name__ == "__main__":
    main(int(sys.argv[1]))
