"""The portal's web answering on a real port, as Microsoft's handshake needs it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from werkzeug.serving import make_server

from portal import clock
from portal.config import Config
from portal.microsoft365 import jobs
from tests.microsoft365.world import World


@contextmanager
def served(world: World) -> Iterator[Config]:
    """The settings of a portal that lives at the port on which it answers."""
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield replace(world.services.config, base_url=f"http://localhost:{server.port}")
    finally:
        server.shutdown()
        server.server_close()


def work(world: World, config: Config, by: str = "a worker") -> list[bool]:
    """What a worker does with all subscriptions that are due now."""
    now = clock.utc_now()
    return [
        jobs.keep_due_subscription(
            world.services.database, world.services.microsoft365, config, due, by=by, now=now
        )
        for due in jobs.due_subscriptions(world.db, config, now=now)
    ]
