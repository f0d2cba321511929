"""The application that gunicorn and `flask --app wsgi` start."""

import sys

from portal import create_app, create_console, logs
from portal.config import Config, read_environment
from portal.errors import PortalError
from portal.upkeep import program_locks
from portal.users import setup

logs.configure()
try:
    # A database that stops the portal from starting must not stop a restore.
    if "restore" in sys.argv[1:]:
        app = create_console()
    else:
        config = Config.from_environment(read_environment())
        program_locks.hold(config.instance, program_locks.program(sys.argv))
        app = create_app(config)
except PortalError as refusal:
    sys.exit(f"The portal does not start. {refusal}")
if "portal" in app.extensions:
    setup.announce(app.extensions["portal"], sys.stderr)
