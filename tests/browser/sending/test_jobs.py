"""Write from a shared mailbox as its owner, without and with the organization's consent."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import administrators as admin
from tests.browser import steps, writers
from tests.browser.accessibility import complaints
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo
from tests.browser.writers import JOBS, PRIYA, ROSA, route

pytestmark = pytest.mark.browser
RIGHTS = f"mailboxes/{JOBS}/rights"


def test_owner_writes_from_a_shared_mailbox(
    demo: RunningDemo, priya: Callable[..., Page], open_page: OpenPage
) -> None:
    page, alex = priya(is_phone=True), open_page()
    steps.sign_in(alex, demo, "Alex Berg")
    admin.open_integration(alex)
    admin.consent(alex, demo)
    admin.choose_shared_mailbox(alex, demo, JOBS)
    admin.add_chosen_mailbox(alex, JOBS, owner="Priya Kaur")
    demo.control("PATCH", RIGHTS, fullAccess=[PRIYA], sendAs=[PRIYA])

    write_from_jobs(page, demo, "By her own connection")

    # Only the organization's consent sends without a right in the mailbox.
    demo.control("PATCH", RIGHTS, fullAccess=[], sendAs=[])
    admin.send_by_consent(alex, demo)
    write_from_jobs(page, demo, "By the consent")


def write_from_jobs(page: Page, demo: RunningDemo, subject: str) -> None:
    writers.open_composer(page, demo, sent_from=JOBS)
    assert complaints(page) == []
    entry = writers.send(page, subject, "Hello from Jobs.", sent_from=JOBS)
    steps.reload_until(page, entry, f"Sent. It is in Sent Items of {JOBS}, from {JOBS}.")
    [mail] = demo.deliveries(subject)
    assert route(mail) == (JOBS, JOBS, ROSA, "delivered")
    page.goto(f"{demo.sandbox}/outlook/{JOBS}?folder=sentitems")
    expect(page.get_by_role("link", name=subject)).to_have_count(1)
