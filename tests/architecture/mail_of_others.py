"""The rule that no statement reads the mail of others past what colleagues hid."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import Module

# Tables and views from which a message, its feeds, its copies or its files can be read.
MAIL = {
    "messages",
    "message_copies",
    "attachments",
    "feed_entries",
    "kept_messages",
    "kept_message_ids",
    "copies_in_mailboxes",
    "listed_attachments",
    "attachments_in_mailboxes",
    "shown_in_feeds",
    "outbox",
    "outbox_recipients",
    "outbox_files",
    "held_messages",
    "held_sent_mail",
}
READS = re.compile(r"\b(?:select|from|join)\b", re.IGNORECASE)
WORD = re.compile(r"\w+")
# The view that has what a person may not see; in feeds, the subjects that their kinds hide.
FILTERS = ("mail_hidden_from", "sent_mail_hidden_from", "not in :hidden")
# These show nobody the mail of others: each group says why.
ALLOWED = {
    # Sync and removal decide by every message, and show none.
    "portal/email/store.py",
    "portal/email/message_store.py",
    "portal/email/settings_store.py",
    "portal/email/removal_store.py counts_only_from",
    "portal/email/removal_store.py count_only_from_person",
    "portal/email/removal_store.py count_from_person",
    "portal/email/removal_store.py count_sent_as_shared",
    "portal/email/removal_store.py delete_copies_from_alias",
    "portal/email/removal_store.py delete_copies_from_person",
    "portal/email/removal_store.py correspondents",
    "portal/email/removal_store.py messages_of",
    "portal/email/removal_store.py delete_copies",
    "portal/email/removal_store.py messages_without_copy",
    "portal/email/removal_store.py delete_attachments_without_copy",
    "portal/email/removal_store.py delete_messages_without_entry",
    # Mail is sent, searched for and joined with what sync kept, and shown to nobody.
    "portal/outbox/store.py",
    "portal/outbox/attempt_store.py",
    "portal/outbox/sync/store.py",
    "portal/outbox/removal_store.py",
    "portal/outbox/sender_store.py",
    # Its lists for administrators have subjects of automated mail alone.
    "portal/outbox/automated_store.py",
    # A candidate is deleted with every message.
    "portal/candidates/feed_store.py count_of_no_other",
    "portal/candidates/feed_store.py delete_entries",
    "portal/candidates/feed_store.py delete_subjects",
    # Of ids that a statement with the filter has found.
    "portal/email_feed/store.py ATTACHMENTS",
    "portal/email_feed/store.py OWN_ATTACHMENTS",
    "portal/email_feed/store.py WRITTEN",
    "portal/email_feed/store.py MESSAGE_IDS",
    "portal/email_feed/store.py _copies",
    "portal/email_feed/store.py _own",
    "portal/composer/message_store.py HOLDERS",
    "portal/outbox/feed/store.py FILES",
    "portal/outbox/feed/store.py OWN_ACCOUNTS",
    "portal/outbox/feed/store.py repeated",
    # Owners read of their own copies alone.
    "portal/privacy_settings/store.py BROUGHT",
    "portal/privacy_settings/store.py ADDRESSES",
    "portal/suggested_addresses/store.py CANDIDATES",
    "portal/candidates/list_store.py IN_SMALL_MAILBOX",
    "portal/candidates/list_store.py IN_BIG_MAILBOX",
    "portal/candidates/list_store.py IS_BIG",
    # A part of statements that name the view.
    "portal/candidates/list_store.py LAST",
    # A number for the console.
    "portal/upkeep/store.py",
}


def hidden_mail_is_left_out(module: Module) -> Iterator[str]:
    """Refuse statements that read mail without the view of what is hidden from the viewer."""
    if module.program != "portal" or not module.is_store or module.path in ALLOWED:
        return
    for node in module.tree.body:
        for line, text in _texts(node):
            read = MAIL.intersection(WORD.findall(text)) if READS.search(text) else set()
            if read and not any(each in text for each in FILTERS):
                name = f"{module.path} {_name(node)}"
                if name not in ALLOWED:
                    yield f"{module.path}:{line} reads {sorted(read)} and may show hidden mail"


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return getattr(node, "name", "")


def _texts(node: ast.stmt) -> Iterator[tuple[int, str]]:
    """Each text of a statement of the module, docstrings left out, f-strings as a whole."""
    nodes = list(ast.walk(node))
    left_out = {id(each.value) for each in nodes if isinstance(each, ast.Expr)}
    for each in nodes:
        if isinstance(each, ast.JoinedStr):
            left_out.update(id(part) for part in each.values)
            yield each.lineno, "".join(_constant(part) for part in each.values)
        elif isinstance(each, ast.Constant) and id(each) not in left_out:
            yield each.lineno, _constant(each)


def _constant(node: ast.expr) -> str:
    return str(getattr(node, "value", "")) if isinstance(node, ast.Constant) else " "
