"""The application that gunicorn and `flask --app wsgi` start."""

import sys

from portal import create_app, create_console, logs
from portal.config import Config, instance_folder, read_environment
from portal.errors import PortalError
from portal.upkeep import program_locks
from portal.users import setup

logs.configure()
try:
    environ = read_environment()
    is_there = program_locks.holds_portal(instance_folder(environ))
    may_begin = program_locks.may_begin_a_portal(sys.argv)
    # A database that stops Portal from starting must not stop a restore.
    if program_locks.command(sys.argv) == "restore" or not (is_there or may_begin):
        app = create_console()
    else:
        config = Config.from_environment(environ)
        program_locks.hold(config.instance, program_locks.program(sys.argv))
        app = create_app(config)
except PortalError as refusal:
    sys.exit(f"Portal does not start. {refusal}")
is_web = program_locks.program(sys.argv) == "web"
# gunicorn starts several processes of the web, and announces in one (gunicorn.conf.py).
if "portal" in app.extensions and is_web and "gunicorn" not in sys.argv[0]:
    setup.announce(app.extensions["portal"], sys.stderr)
