"""The content of the page “Sending”."""

from datetime import datetime

from portal.config import Config
from portal.email_domain import settings
from portal.email_domain import store as domain_store
from portal.outbox import automated, automated_store, sender_store
from portal.sending_settings.models import Limit, Overview
from portal.storage.rows import Rows
from portal.vault import Vault


def overview(rows: Rows, vault: Vault, config: Config, *, now: datetime) -> Overview:
    goal = automated.target(rows, vault, config)
    return Overview(
        target=goal,
        domain=settings.in_force(rows, vault, config),
        entered=domain_store.entered(rows),
        mailboxes=tuple(automated_store.mailboxes(rows)),
        choice=automated_store.choice(rows),
        usable=automated.usable_mailbox(rows),
        limit=Limit(
            automated.budget(rows, now=now),
            tuple(automated_store.waiting(rows, now=now)),
            automated_store.count_useless(rows, since=now - automated.WITHIN),
        ),
        senders=tuple(sender_store.proven_senders(rows)),
        asks=tuple(automated_store.asking(rows)),
        now=now,
    )
