"""Pages of settings about one's own mailbox, or about a shared one that one decides for.

Every page below `/settings/email` is also below `/settings/mailboxes/<account>`.
"""

from typing import Any

from flask import Flask, current_app, g, has_request_context, request

from portal.shared_mailboxes import store
from portal.shared_mailboxes.models import Account
from portal.web.current import current_user, services

OWN, SHARED = "/settings/email", "/settings/mailboxes/<mailbox_account>"
ARGUMENT = "mailbox_account"


def page_account() -> Account:
    """The account whose mailbox this page is about."""
    return g.get("account") or Account(
        current_user.id, current_user.address, current_user.display_name
    )


def add_shared_paths(app: Flask) -> None:
    """Give each page about one's own mailbox a path for shared ones. Links keep the mailbox."""
    for rule in [*app.url_map.iter_rules()]:
        if rule.rule == OWN or rule.rule.startswith(f"{OWN}/"):
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            path = SHARED + rule.rule.removeprefix(OWN)
            app.add_url_rule(path, endpoint=rule.endpoint, methods=methods)
    app.before_request(_require_decider)
    app.url_defaults(_keep_account)


def _require_decider() -> None:
    """Find the mailbox in the path. It exists only for those who decide for it."""
    account_id = (request.view_args or {}).pop(ARGUMENT, None)
    if account_id is not None:
        g.account = store.account(services.rows, account_id, decided_by=current_user.id)


def _keep_account(endpoint: str, values: dict[str, Any]) -> None:
    account = g.get("account") if has_request_context() else None
    if account is not None and current_app.url_map.is_endpoint_expecting(endpoint, ARGUMENT):
        values.setdefault(ARGUMENT, account.id)
