"""Invariants after every fault, compared with the practice tenant's own records."""

import hashlib
from collections import Counter
from pathlib import Path

import orjson

from faults.harness.fault_run import CHECKED, FaultRun
from faults.harness.messages import BODY, HIDDEN, ROSA
from faults.harness.outcome import Outcome, error_of
from portal.graph.errors import NeedsReconnect
from portal.microsoft365.permissions import Feature
from tests.support.sandbox_server import CLIENT_SECRET


def outcome_of(run: FaultRun, *, checked: str = CHECKED, inputs: int = 0) -> Outcome:
    lost, doubled, _ = _differences(run)
    wrong = [*run.wrong, *token(run), *secrets_in(run.log, run), *rows(run)]
    return Outcome(run.struck, checked, tuple(wrong), inputs, lost, doubled)


def rows(run: FaultRun) -> list[str]:
    """Report messages that are lost, doubled or in a feed they do not belong to."""
    counted = zip(_differences(run), ("lost", "doubled", "strange"), strict=True)
    return [f"{count} {what}" for count, what in counted if count]


def _differences(run: FaultRun) -> tuple[int, int, int]:
    """Count lost, doubled and strange messages over all feeds."""
    feeds, lost, doubled, strange = run.environment.feeds(), 0, 0, 0
    for candidate_id, address in {run.candidate: ROSA, **run.others}.items():
        expected, there = _expected(run, address), Counter(feeds.get(candidate_id, []))
        lost += len(expected - there.keys())
        doubled += sum(count - 1 for count in there.values())
        strange += len(there.keys() - expected - _once(run, address))
    return lost, doubled, strange


def _expected(run: FaultRun, address: str) -> set[str]:
    state, oids = (
        run.sandbox.state,
        [run.sandbox.oid(m) for m in run.members],
    )
    sql = (
        "select item from messages where instr(item, ?) > 0"
        f" and oid in ({', '.join('?' * len(oids))})"
    )
    rows = state.rows(sql, (address, *oids))
    items = [orjson.loads(row["item"]) for row in rows]
    return {each["internetMessageId"] for each in items if address in each["internetMessageId"]}


def _once(run: FaultRun, address: str) -> set[str]:
    """Messages delivered at any time: once deleted from the mailbox, they may stay in the feed."""
    return {f"<{number}-{address}>" for number in range(run.delivered)}


def visible(run: FaultRun) -> list[str]:
    """Report messages of the hidden conversation that others would see at this moment."""
    answers = run.sandbox.state.rows("select item from messages where instr(headers, ?)", (HIDDEN,))
    ids = [orjson.loads(row["item"])["internetMessageId"] for row in answers]
    found = run.services.rows.all(
        str,
        "select internet_message_id from messages where internet_message_id in :ids "
        "and not exists (select 1 from hidden_mail h where h.message_id = messages.id)",
        {"ids": ids},
    )
    return [f"{each} of the hidden conversation is visible" for each in found]


def token(run: FaultRun) -> list[str]:
    """Check that the refresh token still works, or that the lapsed connection gives a reason."""
    run.change("update connections set access_expires_at = '2026-01-01T00:00:00Z'")
    error = error_of(lambda: _read_inbox(run))
    if isinstance(error, NeedsReconnect):
        return [] if str(error) else ["lapsed without a word"]
    if error is not None:
        return [f"the connection does not work: {type(error).__name__} {error}"]
    return []


def _read_inbox(run: FaultRun) -> None:
    client = run.services.microsoft365.client_for(Feature.EMAIL_SYNC, run.user_id)
    client.get("mailFolders/inbox")


def secrets_in(log: Path, run: FaultRun) -> list[str]:
    text = log.read_text(errors="replace") if log.exists() else ""
    known = {row["token_hash"] for row in run.sandbox.state.rows("select * from refresh_tokens")}
    words = (word.strip("\"',;:()[]{}") for word in text.split())
    has_refresh = any(hashlib.sha256(word.encode()).hexdigest() in known for word in words)
    told = [what for what in (CLIENT_SECRET, "eyJ", BODY, "deltatoken=") if what in text]
    return [f"the log tells {what[:6]}…" for what in told] + ["refresh token told"] * has_refresh
