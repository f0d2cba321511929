"""Microsoft fails during a sync: the owner and an administrator read why."""

import html
from dataclasses import dataclass
from typing import Any

import pytest

from portal.errors import PortalError
from portal.worker import foreground
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, let_retry, raw_message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import portal_in, visitor

PROBLEM = "Microsoft 365 has a problem at the moment. We will try again."
WAIT = "Microsoft is receiving too many requests and asked us to wait."
FAILED = "The last look at your mailbox failed"
ABSENT = "Your mailbox is not in Exchange Online"
LEFT_OUT = "left out: the mailbox is on premises or not there"
SLOWED = "Microsoft slows the sync down"


@dataclass(frozen=True)
class Fault:
    """An answer of Microsoft, and what the two pages then say."""

    plan: dict[str, Any]
    sentence: str
    headline: str = FAILED
    job: str = "Failed"
    path: str = "mailFolders|batch"
    in_the_log: str = ""
    is_stale: bool = False


SIGN_IN_DOWN = "Microsoft's sign-in has a problem. Please try again later."
FAULTS = {
    "429 with Retry-After": Fault({"status": 429, "retryAfter": 120}, WAIT, SLOWED, "Slowed"),
    "429 without Retry-After": Fault({"status": 429}, WAIT, SLOWED, "Slowed"),
    "500": Fault({"status": 500}, PROBLEM),
    "502": Fault({"status": 502, "body": "<html>Bad gateway"}, PROBLEM),
    "503": Fault({"status": 503}, PROBLEM),
    "504": Fault({"status": 504}, PROBLEM),
    "connection cut": Fault({"reset": True}, "Microsoft 365 could not be reached."),
    "JSON cut short": Fault({"status": 200, "body": '{"value": [{"id'}, "was cut short"),
    "mailbox missing": Fault(
        {"status": 404, "code": "MailboxNotEnabledForRESTAPI"},
        "Microsoft has no mailbox of this account in Exchange Online",
        headline=ABSENT,
        job=LEFT_OUT,
    ),
    "mailbox disabled": Fault(
        {"status": 404, "code": "MailboxInactive"},
        "it is on premises, on your organization's own servers, or it is not there yet.",
        headline=ABSENT,
        job=LEFT_OUT,
    ),
    "mailbox fenced": Fault({"status": 403}, "Microsoft refuses access to this mailbox."),
    "token endpoint down": Fault({"status": 503}, SIGN_IN_DOWN, path="/token", is_stale=True),
    "refresh token revoked": Fault(
        {"status": 400, "body": {"error": "invalid_grant", "error_codes": [50173]}},
        "Your connection to Microsoft 365 has ended. Reconnect it",
        headline="Waiting for you to reconnect.",
        job="Needs a reconnect",
        path="/token",
        in_the_log="Microsoft ended the access.",
        is_stale=True,
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_fault_is_told_to_both_and_nothing_is_lost_or_doubled(
    email_env: EmailEnvironment, fault: Fault
) -> None:
    rosa = followed_mailbox(email_env)
    email_env.arrives(PRIYA, raw_message("During"))
    if fault.is_stale:
        raw(email_env.rows).execute(
            "update connections set access_expires_at = '2020-01-01T00:00:00Z'"
        )
    email_env.sandbox.control("POST", "faults", {"path": fault.path, **fault.plan})

    with pytest.raises(PortalError):
        foreground.sync(email_env.services, PRIYA, lambda _: None)
    own, jobs, log = pages(email_env)
    email_env.sandbox.control("DELETE", "faults")
    email_env.connect(PRIYA)
    for _ in range(2):
        email_env.sync("priya")

    assert fault.sentence in own, own
    assert fault.headline in own, own
    assert fault.job in jobs, jobs
    assert fault.in_the_log in log, log
    assert email_env.subjects(rosa) == ["Before", "During"]
    assert email_env.count("message_copies") == 2


def test_message_cut_short_is_asked_for_again_and_holds_up_nothing(
    email_env: EmailEnvironment,
) -> None:
    rosa = followed_mailbox(email_env)
    email_env.arrives(PRIYA, raw_message("During"))
    cut = {"path": "/messages/.*body", "status": 200, "body": '{"id": "A", "bo'}
    email_env.sandbox.control("POST", "faults", cut)

    foreground.sync(email_env.services, PRIYA, lambda _: None)
    own, jobs, _ = pages(email_env)
    kept_during_the_fault = email_env.subjects(rosa)
    email_env.sandbox.control("DELETE", "faults")
    let_retry(email_env)
    email_env.sync("priya")

    assert FAILED not in own, own
    assert "Failed" not in jobs, jobs
    assert kept_during_the_fault == ["Before"]
    assert email_env.subjects(rosa) == ["Before", "During"]
    assert email_env.count("message_copies") == 2


@pytest.mark.parametrize("code", ["syncStateNotFound", "resyncRequired"])
def test_expired_cursor_stands_on_the_jobs_page_until_the_folder_is_read_anew(
    email_env: EmailEnvironment, code: str
) -> None:
    rosa = followed_mailbox(email_env)
    email_env.arrives(PRIYA, raw_message("During"))
    gone = {"path": "messages/delta.*deltatoken", "status": 410, "code": code}
    email_env.sandbox.control("POST", "faults", gone)
    # Keeps the folder unread while the page is opened.
    email_env.sandbox.control("POST", "faults", {"path": "messages/delta", "status": 503})
    with pytest.raises(PortalError):
        foreground.sync(email_env.services, PRIYA, lambda _: None)
    _, jobs, _ = pages(email_env)
    email_env.sandbox.control("DELETE", "faults")
    email_env.sync("priya")
    _, jobs_after, _ = pages(email_env)

    assert "reads a folder anew, because Microsoft forgot" in jobs
    assert "reads a folder anew" not in jobs_after
    assert email_env.subjects(rosa) == ["Before", "During"]


def followed_mailbox(email_env: EmailEnvironment) -> str:
    """Sync Priya's mailbox with one message from Rosa; return the candidate's id."""
    builders.user(email_env.rows, "Alex Berg", role="admin")
    rosa = email_env.candidate("Rosa Ortega", ROSA)
    email_env.arrives(PRIYA, raw_message("Before"))
    email_env.sync(email_env.connect(PRIYA))
    return rosa


def pages(email_env: EmailEnvironment) -> tuple[str, str, str]:
    """Return Priya's Email page, and Alex's Jobs page and audit log."""
    app = portal_in(email_env.services.config.instance)
    priya, alex = visitor(app, "priya"), visitor(app, "alex")
    own = priya.text("/settings/email") + priya.text("/settings/microsoft-365")
    return html.unescape(own), alex.text("/admin/jobs"), alex.text("/admin/audit-log")
