"""Settings of gunicorn, which reads this file automatically when started in this folder."""

import sys

from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from portal import logs
from portal.users import setup


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Log gunicorn's messages like Portal's: JSON lines without secrets."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        logs.configure()
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


def post_worker_init(worker: Worker) -> None:
    """Announce the setup code in the first process alone, so that it is printed once."""
    portal = worker.wsgi.extensions.get("portal")
    if worker.age == 1 and portal is not None:
        setup.announce(portal, sys.stderr)


logger_class = JsonLogger
bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = 2
threads = 4
timeout = 60  # A page that asks Microsoft ends long before this.
graceful_timeout = 30
limit_request_line = 8190  # Microsoft's redirects back to Portal are long.
umask = 0o077
# Portal judges forwarded headers itself, by PORTAL_TRUSTED_PROXY.
forwarded_allow_ips = ""
control_socket_disable = True  # Signals are enough, and a socket would be one more way in.
