"""Stored secrets that no key opens: one entry for each, by the web and the worker alike."""

from portal import clock
from portal.audit import store
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.storage.rows import Rows
from portal.vault import Unreadable

NAMES = {
    ("connections", "access_token"): "access token of a Microsoft 365 connection",
    ("connections", "refresh_token"): "refresh token of a Microsoft 365 connection",
    ("flows", "verifier"): "verifier of a sign-in",
    ("flows", "nonce"): "nonce of a sign-in",
    ("applications", "client_secret"): "client secret of the Microsoft 365 application",
    ("applications", "certificate_private_key"): "certificate of the Microsoft 365 application",
    ("google_applications", "client_secret"): "client secret of the Google application",
    ("email_domains", "password"): "password of the email domain",
    ("carried_changes", "content"): "change that waited for a confirmation",
}


def note(rows: Rows, failed: Unreadable) -> None:
    """Record that no key opens a secret. Repeated for the same stored value, it does nothing."""
    name = NAMES.get((failed.where.table, failed.where.column))
    value = f"stored value {failed.seal_hash}"
    if name is None or store.is_recorded(rows, Action.SECRET_UNREADABLE, value):
        return
    with rows.write():
        if not store.is_recorded(rows, Action.SECRET_UNREADABLE, value):
            act = Act(rows, Actor.system("Portal"), clock.utc_now())
            act.record(Action.SECRET_UNREADABLE, name, result="failed", new=value)
