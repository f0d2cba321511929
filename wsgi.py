"""What gunicorn and `flask --app wsgi` start."""

import sys

from portal import create_app, logs
from portal.errors import PortalError
from portal.users import setup

logs.configure()
try:
    app = create_app()
except PortalError as refusal:
    sys.exit(f"The portal does not start. {refusal}")
setup.announce(app.extensions["portal"], sys.stderr)
