"""The test of an alias, against what the practice tenant keeps and delivers."""

from typing import Any

import pytest

from portal import clock
from portal.audit.act import Act
from portal.email import mailboxes
from portal.graph.client import GraphClient
from portal.microsoft365 import consent_store
from portal.outbox import requests
from portal.outbox.alias_tests import results
from portal.outbox.alias_tests.texts import CURE
from portal.outbox.feed.texts import CANNOT_BE_CHECKED
from portal.outbox.models import Kind, Outcome, State
from sandbox.sending import ledger
from tests.email.environment import PRIYA, TALENT, EmailEnvironment
from tests.outbox.alias_runs import JOBS_ALIAS, begin, proof, run, said, switch, text
from tests.outbox.office import BY, JOBS, Office
from tests.support import builders
from tests.support.raw_rows import raw


@pytest.mark.parametrize(
    ("is_on", "outcome", "seen"),
    [(True, Outcome.AS_ALIAS, TALENT), (False, Outcome.AS_PRIMARY, PRIYA)],
)
def test_received_copy_decides(office: Office, is_on: bool, outcome: Outcome, seen: str) -> None:
    switch(office, is_on=is_on)
    before = clock.utc_now()

    mail = begin(office)
    office.work()
    office.later(seconds=5)

    (arrived,) = ledger.deliveries(office.env.sandbox.state)
    assert (arrived.recipient, arrived.mark, arrived.sent_from) == (PRIYA, mail.id, seen)
    kept = proof(office)
    assert kept is not None
    assert (kept.outcome, kept.from_seen, kept.is_test) == (outcome, seen, True)
    assert before < kept.seen_at <= clock.utc_now()
    assert office.mail(mail).ended_at == kept.seen_at


def test_texts_of_both_outcomes(office: Office) -> None:
    untested = text(office)
    switch(office, is_on=False)
    run(office)
    fell_back = text(office)
    switch(office, is_on=True)
    run(office)
    works = text(office)

    assert (untested.pill, untested.button) == ("Not tested yet", "Test this alias")
    assert (fell_back.pill, fell_back.seen_as) == ("Goes out as priya@…", PRIYA)
    assert (fell_back.cure, fell_back.button) == (CURE, "Test it again")
    assert (works.pill, works.seen_as, works.cure) == ("Tested: works", TALENT, "")
    assert works.at == getattr(proof(office), "seen_at", None)


def test_copy_that_arrives_late_decides(office: Office) -> None:
    office.turn(copyDelay=240)

    mail = run(office)

    assert mail.state is State.SEEN
    assert getattr(proof(office), "outcome", None) is Outcome.AS_ALIAS


def test_mail_without_a_copy_has_not_arrived(office: Office) -> None:
    office.turn(keepsCopy=False)

    mail = run(office)

    kept = proof(office)
    assert kept is not None
    assert (mail.state, kept.outcome, kept.is_test) == (
        State.ACCEPTED,
        Outcome.NOT_ARRIVED,
        True,
    )
    assert "was not found in the mailbox within 10 minutes" in said(text(office))


def test_mail_that_arrives_in_no_other_folder_has_not_arrived(office: Office) -> None:
    mail = begin(office)
    office.work()
    _lose_received(office)

    office.look_through()
    office.later(minutes=1)

    done = office.mail(mail)
    assert (done.state, done.ended_at is not None) == (State.SEEN, True)
    assert getattr(proof(office), "outcome", None) is Outcome.NOT_ARRIVED


def _lose_received(office: Office) -> None:
    sandbox = office.env.sandbox
    with sandbox.state.write():
        sandbox.state.execute(
            "delete from messages where oid = ? and folder_id in "
            "(select id from folders where well_known = 'inbox')",
            (sandbox.oid(PRIYA),),
        )


def test_refusal_is_the_result_with_its_cure(office: Office) -> None:
    office.fault(status=403, code="ErrorSendAsDenied")

    mail = run(office)

    kept = proof(office)
    assert kept is not None
    assert (mail.state, kept.outcome, kept.is_test) == (State.REFUSED, Outcome.REFUSED, True)
    assert not office.delivered()
    assert (text(office).pill, text(office).button) == ("Refused", "Test it again")
    assert "Delegation → Send as" in text(office).cure


def test_test_works_with_sync_off_and_reads_this_mail_alone(office: Office) -> None:
    rows = office.env.rows
    mailboxes.set_syncing(Act(rows, BY, clock.utc_now()), office.priya, is_syncing=False)
    asked: list[tuple[str, str]] = []
    real = GraphClient.get

    def noted(graph: GraphClient, path: str, **details: Any) -> dict[str, Any]:
        asked.append((path, (details.get("query") or {}).get("$filter", "")))
        return real(graph, path, **details)

    office.monkeypatch.setattr(GraphClient, "get", noted)
    mail = run(office)

    assert consent_store.has_opted_out(rows, office.priya)
    assert getattr(proof(office), "outcome", None) is Outcome.AS_ALIAS
    assert asked == [
        ("messages", requests.by_mark(mail.id)),
        ("mailFolders/sentitems", ""),
        ("messages", f"internetMessageId eq '{mail.internet_message_id}'"),
    ]


def test_last_search_that_fails_tells_nothing(office: Office) -> None:
    begin(office)
    office.work()
    office.env.sandbox.control(
        "POST", "faults", {"path": "internetMessageId", "status": 503, "times": 99}
    )
    office.look_through()
    office.later(minutes=1)

    assert proof(office) is None
    assert text(office).pill == "Test told nothing"
    assert "could not be checked" in said(text(office))


def test_lost_answers_end_the_test(office: Office) -> None:
    office.fault(status=500, times=2)

    mail = run(office)
    office.look_through()
    office.later(minutes=2)

    done = office.mail(mail)
    assert (done.state, done.may_have_gone) == (State.WITHDRAWN, True)
    assert text(office).pill == "Test told nothing"
    assert not results.is_running(done)


def test_alias_of_a_shared_mailbox_reaches_that_mailbox(office: Office) -> None:
    rows = office.env.rows
    proxies = [f"SMTP:{JOBS}", f"smtp:{JOBS_ALIAS}"]
    office.env.sandbox.control("PATCH", f"users/{JOBS}", {"proxyAddresses": proxies})
    with rows.write():
        builders.alias(rows, office.jobs, JOBS, is_primary=1, is_included=1)
        alias_id = builders.alias(rows, office.jobs, JOBS_ALIAS, is_included=1)

    mail = run(office, JOBS_ALIAS)

    kept = proof(office, alias_id)
    assert kept is not None
    assert (mail.through_id, kept.outcome, kept.from_seen) == (
        office.jobs,
        Outcome.AS_ALIAS,
        JOBS_ALIAS,
    )
    (arrived,) = ledger.deliveries(office.env.sandbox.state)
    assert arrived.recipient == JOBS


def test_test_has_no_entry_in_a_feed_and_later_mail_replaces_its_proof(office: Office) -> None:
    mail = run(office)
    entries = raw(office.env.rows).execute("select count(*) from feed_entries").fetchone()
    office.write()
    office.work()
    office.later(seconds=5)

    assert (mail.kind, mail.candidate_id) == (Kind.ALIAS_TEST, None)
    assert entries is not None
    assert entries[0] == 0
    assert getattr(proof(office), "is_test", None) is False


def test_mailbox_that_cannot_be_read_back(
    env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(env, monkeypatch)
    office.open()
    office.connect("Mail.Send")

    run(office)

    assert proof(office) is None
    assert CANNOT_BE_CHECKED in said(text(office))
