"""The way back: the address of Portal that is registered, on every page."""

import orjson
from flask import Flask

from sandbox.database import current_state


def install(app: Flask) -> None:
    app.context_processor(lambda: {"portal_address": portal_address()})


def portal_address() -> str:
    """The origin of the first redirect address of the application that came first."""
    row = current_state().row(
        "select redirect_uris from applications order by created_at, client_id limit 1"
    )
    addresses = orjson.loads(row["redirect_uris"]) if row else []
    if not addresses:
        return ""
    return "/".join(addresses[0].split("/")[:3]) + "/"
