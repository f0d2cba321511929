"""The end of an alias test: the proof that it leaves, and whether a test still runs."""

from dataclasses import replace
from datetime import datetime, timedelta

from portal.addresses import fold
from portal.outbox import store
from portal.outbox.attempt_store import LOOKS_OF_UNKNOWN, MOST_LOOKS
from portal.outbox.models import DID_NOT_GO, AliasProof, Kind, Mail, Outcome, State
from portal.outbox.work import Work

# The copy in the mailbox decides if it arrives within this time.
ARRIVES_WITHIN = timedelta(minutes=10)
UNCLEAR = "Microsoft's answer was lost, and no copy of it was found."


def is_running(mail: Mail) -> bool:
    """Whether a test mail is under way, or its copy is still searched for."""
    return mail.ended_at is None and mail.state not in DID_NOT_GO


def closed(mail: Mail, *, now: datetime, failure: str | None = None) -> Mail:
    """A mail after a search. A test without a copy ends then; every other mail is left as it is.

    `failure` is why the search failed.
    """
    if mail.kind is not Kind.ALIAS_TEST or mail.ended_at is not None:
        return mail
    if mail.state is State.ASKS and mail.looks > 0:
        return replace(
            mail,
            state=State.WITHDRAWN,
            may_have_gone=True,
            failure=UNCLEAR,
            failed_at=now,
            ended_at=now,
        )
    if mail.state is State.ACCEPTED and mail.looks >= LOOKS_OF_UNKNOWN:
        told = mail.failure or failure
        return replace(mail, looks=MOST_LOOKS, failure=told, ended_at=now)
    return mail


def keep(work: Work, changed: Mail, *, was: State) -> None:
    """Save a mail after a search, and the proof of an alias test that ended."""
    with work.rows.write():
        work.renew()
        if store.save(work.rows, changed, was=was):
            prove(work, changed)


def prove(work: Work, mail: Mail) -> None:
    """Save what a test that has just ended shows. Belongs inside write()."""
    outcome = outcome_of(mail)
    if outcome is None or mail.alias_id is None or mail.ended_at is None:
        return
    proof = AliasProof(
        mail.alias_id,
        outcome,
        mail.from_seen or "",
        mail.sender_seen or "",
        is_test=True,
        seen_at=mail.ended_at,
    )
    store.save_proof(work.rows, proof)


def outcome_of(mail: Mail) -> Outcome | None:
    """The result of a test. None while it runs, and where it proved nothing.

    `copies_found` counts the copies that arrived, once one did.
    """
    if mail.kind is not Kind.ALIAS_TEST or mail.ended_at is None or mail.failure:
        return None
    if mail.state is State.ACCEPTED or not mail.copies_found:
        return Outcome.NOT_ARRIVED
    is_kept = fold(mail.from_seen or "") == fold(mail.from_address)
    return Outcome.AS_ALIAS if is_kept else Outcome.AS_PRIMARY
