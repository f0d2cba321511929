"""What gunicorn and `flask --app wsgi` start."""

import sys

from portal import create_app, create_console, logs
from portal.errors import PortalError
from portal.users import setup

logs.configure()
try:
    # Rows that keep the portal from starting must not keep a backup from being restored.
    app = create_console() if "restore" in sys.argv[1:] else create_app()
except PortalError as refusal:
    sys.exit(f"The portal does not start. {refusal}")
if "portal" in app.extensions:
    setup.announce(app.extensions["portal"], sys.stderr)
