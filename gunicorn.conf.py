"""How gunicorn serves the portal; it reads this file by itself when it is started beside it."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from portal import logs


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Its words take the portal's way: JSON lines without secrets."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        logs.configure()
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


logger_class = JsonLogger
bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = 2
threads = 4
timeout = 60  # a page that asks Microsoft has ended long before
graceful_timeout = 30
limit_request_line = 8190  # what Microsoft sends people back with is long
umask = 0o077
# Forwarded headers are the portal's to judge, by PORTAL_TRUSTED_PROXY.
forwarded_allow_ips = ""
control_socket_disable = True  # signals are enough; a door less
