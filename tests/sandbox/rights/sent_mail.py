"""Mail in a folder of a mailbox, and the names that it carries."""

from typing import Any

import orjson

from tests.support.sandbox_server import Sandbox


def mail_of(tenant: Sandbox, upn: str, folder: str = "sentitems") -> list[dict[str, Any]]:
    rows = tenant.state.rows(
        "select item from messages join folders on folders.id = folder_id"
        " where messages.oid = ? and well_known = ?",
        (tenant.oid(upn), folder),
    )
    return [orjson.loads(row["item"]) for row in rows]


def names(item: dict[str, Any]) -> tuple[str, str]:
    """The addresses of `from` and `sender`."""
    return item["from"]["emailAddress"]["address"], item["sender"]["emailAddress"]["address"]
