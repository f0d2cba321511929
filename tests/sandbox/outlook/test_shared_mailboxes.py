"""The small Outlook: a person opens a shared mailbox and answers from it."""

import re
from html import unescape

import pytest

from tests.sandbox.messages import PRIYA, raw_message
from tests.sandbox.rights.conftest import JOBS, give
from tests.sandbox.rights.sent_mail import mail_of, names
from tests.support.sandbox_server import Sandbox
from tests.support.walk import Person

ROSA = "rosa.ortega@mail.example"


@pytest.fixture
def identity(tenant: Sandbox) -> str:
    return tenant.deliver(JOBS, raw_message("An application", To=JOBS))


def opened(tenant: Sandbox, identity: str, by: str | None = PRIYA) -> Person:
    query = f"?message={identity}" + (f"&by={by}" if by else "")
    return Person().open(f"{tenant.url}/outlook/{JOBS}{query}")


def choices(page: Person) -> list[str]:
    """The choices of “Answer from”."""
    select = re.search(r'<select id="reply-from".*?</select>', page.html, re.DOTALL)
    assert select
    return [unescape(text) for text in re.findall(r"<option[^>]*>([^<]*)", select[0])]


def test_person_opens_the_mailbox_from_their_own(tenant: Sandbox, identity: str) -> None:
    give(tenant, "fullAccess")

    own = Person().open(f"{tenant.url}/outlook/{PRIYA}").html

    assert "Shared with Priya Kaur" in own
    assert f'/outlook/{JOBS}?by={PRIYA}"' in own
    page = opened(tenant, identity).html
    assert "Opened by" in page
    assert "Inbox of Northwind Jobs" in page


def test_mailbox_stays_closed_without_full_access(tenant: Sandbox, identity: str) -> None:
    give(tenant, "sendAs")

    answer = Person().session.get(f"{tenant.url}/outlook/{JOBS}?by={PRIYA}", timeout=30)

    assert answer.status_code == 403
    assert "no full access to Northwind Jobs" in answer.text


def test_choices_are_the_rights_that_work(tenant: Sandbox, identity: str) -> None:
    give(tenant, "fullAccess", "sendAs", "sendOnBehalf")
    own = [PRIYA, "talent@northwind.example", "p.kaur@northwind.example"]

    both = choices(opened(tenant, identity))
    give(tenant, "fullAccess")

    assert both == [f"On behalf of {JOBS}", f"As {JOBS}", *own]
    assert choices(opened(tenant, identity)) == own
    assert choices(opened(tenant, identity, by=None)) == [JOBS]


@pytest.mark.parametrize(
    ("choice", "seen"),
    [
        (f"sendOnBehalf:{JOBS}", (JOBS, PRIYA)),
        (f"sendAs:{JOBS}", (JOBS, JOBS)),
        (PRIYA, (PRIYA, PRIYA)),
    ],
)
@pytest.mark.parametrize(("keep", "keeper"), [("person", PRIYA), ("mailbox", JOBS)])
def test_answer_is_sent_as_chosen(
    tenant: Sandbox,
    identity: str,
    choice: str,
    seen: tuple[str, str],
    keep: str,
    keeper: str,
) -> None:
    give(tenant, "fullAccess", "sendAs", "sendOnBehalf")
    page = opened(tenant, identity)

    done = page.press("Reply", **{"from": choice, "text": "Thank you.", "copy": keep}).html

    (copy,) = mail_of(tenant, keeper)
    assert "Sent." in done
    assert names(copy) == seen
    assert copy["toRecipients"][0]["emailAddress"]["address"] == ROSA
    assert mail_of(tenant, PRIYA if keeper == JOBS else JOBS) == []


def test_new_message_on_behalf_begins_in_ones_own_mailbox(tenant: Sandbox) -> None:
    give(tenant, "sendOnBehalf", messageCopyForSendOnBehalfEnabled=True)
    page = Person().open(f"{tenant.url}/outlook/{PRIYA}")

    page.press(
        "Send",
        **{"from": f"sendOnBehalf:{JOBS}", "to": ROSA, "subject": "Hello", "text": "Hello."},
    )

    own, second = mail_of(tenant, PRIYA), mail_of(tenant, JOBS)
    assert [names(one) for one in (*own, *second)] == [(JOBS, PRIYA)] * 2
