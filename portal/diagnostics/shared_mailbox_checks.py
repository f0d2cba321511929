"""The check of shared mailboxes, from our own tables."""

from portal.diagnostics.models import Check, advice, failed, ok, skipped
from portal.shared_mailboxes import store
from portal.shared_mailboxes.models import SharedMailbox
from portal.storage.rows import Rows
from portal.wording import counted, verb

NAME = "Shared mailboxes"


def check(rows: Rows) -> Check:
    """Whether each is read, and whether a person decides for it."""
    known = [each for each in store.mailboxes(rows) if each.is_enabled or each.is_converted]
    if not known:
        return skipped(NAME, "None is added.")
    stopped = [each for each in known if each.pill[1] in ("bad", "warn")]
    if stopped:
        first = stopped[0]
        return failed(
            NAME,
            f"{_addresses(stopped)}: {first.state}",
            "Open it under Privacy, Shared mailboxes.",
        )
    undecided = [each for each in known if not each.deciders]
    if undecided:
        return advice(
            NAME,
            f"Nobody decides for {_addresses(undecided)}: no owner recruits and can sign in.",
            "Choose another owner under Privacy, Shared mailboxes.",
        )
    return ok(NAME, f"{counted(len(known), 'mailbox')} {verb(len(known), 'is', 'are')} read.")


def _addresses(mailboxes: list[SharedMailbox]) -> str:
    return ", ".join(each.address for each in mailboxes)
