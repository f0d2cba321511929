"""Compare a copy with its mail: the address that recipients see, the sender, the recipients."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from portal.addresses import fold
from portal.outbox import store
from portal.outbox.copies import Copy
from portal.outbox.models import AliasProof, Kind, Mail, Outcome, State
from portal.outbox.sync import bindings
from portal.storage.rows import Rows


def compared(
    rows: Rows, mail: Mail, copies: Sequence[Copy], recipients: frozenset[str], *, now: datetime
) -> Mail:
    """The mail as seen, with the addresses of its copy. Belongs inside write(); save the result.

    A second copy with the same Message-ID is one that Exchange keeps in a shared mailbox.
    """
    copy = copies[0]
    ids = {each.internet_message_id for each in copies}
    found = replace(
        mail,
        state=State.SEEN,
        seen_at=now,
        copies_found=len(ids),
        graph_id=copy.graph_id,
        web_link=copy.web_link,
        internet_message_id=copy.internet_message_id,
        from_seen=copy.from_address or mail.from_address,
        sender_seen=copy.sender_address or copy.from_address or mail.from_address,
        is_throttled=False,
        failure=_difference(recipients, copy.recipients),
        failed_at=None,
        # The test of an alias waits for the received copy.
        due_at=now if mail.kind is Kind.ALIAS_TEST else mail.due_at,
    )
    _prove(rows, found, now=now)
    return bindings.found(rows, found)


def _difference(written: frozenset[str], found: frozenset[str]) -> str | None:
    """Recipients that only the mail or only its copy has."""
    if written == found:
        return None
    parts = [
        f"{word} {', '.join(_sorted(some))}"
        for word, some in (("without", written - found), ("also to", found - written))
        if some
    ]
    return f"The copy in Sent Items went {' and '.join(parts)}."


def _sorted(addresses: Iterable[str]) -> list[str]:
    return sorted(addresses)


def _prove(rows: Rows, mail: Mail, *, now: datetime) -> None:
    """Save the address that recipients saw. The test of an alias reads the received copy."""
    if mail.alias_id is None or mail.kind is Kind.ALIAS_TEST or not mail.from_seen:
        return
    is_kept = fold(mail.from_seen) == fold(mail.from_address)
    store.save_proof(
        rows,
        AliasProof(
            mail.alias_id,
            Outcome.AS_ALIAS if is_kept else Outcome.AS_PRIMARY,
            mail.from_seen,
            mail.sender_seen or "",
            is_test=False,
            seen_at=now,
        ),
    )
