"""Run web or worker with every logger at debug level, to see everything they may log."""

import logging
import sys
from collections.abc import Sequence

from flask.cli import main as flask
from gunicorn.app.wsgiapp import run as gunicorn

from portal import logs


def main(program: str, rest: Sequence[str]) -> None:
    logs.configure()
    names = ("urllib3", "werkzeug", "flask_wtf.csrf", "authlib", "requests", "sqlite_utils")
    for name in (None, *names):
        logging.getLogger(name).setLevel(logging.DEBUG)
    if program == "web":
        sys.argv = ["gunicorn", "--log-level", "debug", "--access-logfile", "-", *rest, "wsgi:app"]
        gunicorn()
    else:
        sys.argv = ["flask", "--app", "wsgi", "worker"]
        flask()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
