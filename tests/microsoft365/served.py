"""Portal on a real port, so that Microsoft's handshake can reach it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from werkzeug.serving import make_server

from portal import clock
from portal.config import Config
from portal.errors import PortalError
from portal.worker.due import SUBSCRIPTIONS
from portal.worker.retry import setback
from tests.microsoft365.environment import Environment


@contextmanager
def served(env: Environment) -> Iterator[Config]:
    """Serve a portal. Yields its configuration, with the port it answers on."""
    server = make_server("127.0.0.1", 0, env.app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield replace(env.services.config, base_url=f"http://localhost:{server.port}")
    finally:
        server.shutdown()
        server.server_close()


def work(env: Environment, config: Config, by: str = "a worker") -> list[bool]:
    """Work on all due subscriptions, as a worker does."""
    services = replace(env.services, config=config)
    worked = []
    while claim := SUBSCRIPTIONS.claim(services, by, now=clock.utc_now()):
        try:
            SUBSCRIPTIONS.work(services, claim, lambda: False)
        except PortalError as error:
            SUBSCRIPTIONS.fail(services, claim, setback(error), now=clock.utc_now())
        worked.append(True)
    return worked
