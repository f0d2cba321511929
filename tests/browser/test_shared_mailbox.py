"""From a shared mailbox with applicants to an answer on its behalf in the feed."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import administrators as admin
from tests.browser import steps
from tests.browser.accessibility import complaints
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser
JOBS = "jobs@northwind.example"
PRIYA = "priya@northwind.example"
APPLICANTS = ("Maja Holm", "Tomas Novak", "Owen Price")
# A colleague, a program, a sender of an earlier month, and a candidate.
OTHERS = ("Sam Reed", "Jobboard", "Ruth Adler", "Leila Haddad")
OF_AN_OWNER = ("", "/sync", "/why", "/never-sync", "/candidates", "/earlier-mail", "/applicants")


def test_applicants_of_a_shared_mailbox(demo: RunningDemo, open_page: OpenPage) -> None:
    demo.control("POST", f"mailboxes/{JOBS}/applicants")
    demo.control("PATCH", f"mailboxes/{JOBS}/rights", fullAccess=[PRIYA], sendOnBehalf=[PRIYA])
    alex, priya = open_page(), open_page()
    steps.sign_in(alex, demo, "Alex Berg")
    steps.sign_in(priya, demo)
    admin.open_integration(alex)
    admin.consent(alex, demo)

    admin.choose_shared_mailbox(alex, demo, JOBS)
    assert complaints(alex) == []
    admin.add_chosen_mailbox(alex, JOBS, owner="Priya Kaur")
    no_page_has_barriers(alex, priya, demo)
    tick_applicants(priya, demo)
    for name in APPLICANTS:
        steps.open_candidate(priya, demo, name)
        steps.reload_until(priya, steps.feed(priya), "pplication")

    answer_on_behalf(priya, demo)
    steps.open_candidate(priya, demo, "Maja Holm")
    steps.reload_until(priya, steps.feed(priya), "on behalf of")
    answers = steps.feed(priya).get_by_text("Priya Kaur on behalf of Northwind Jobs")
    expect(answers).to_have_count(1)
    assert complaints(priya) == []


def no_page_has_barriers(alex: Page, priya: Page, demo: RunningDemo) -> None:
    """Check the pages of its administrator, where Alex is, and those of its owner."""
    assert complaints(alex) == []
    account_id = alex.url.rpartition("/")[2]
    reader = f"/settings/shared-mailboxes/{account_id}/reader"
    for path in (reader, *(f"/settings/mailboxes/{account_id}{each}" for each in OF_AN_OWNER)):
        priya.goto(f"{demo.portal}{path}")
        expect(priya.get_by_role("main")).to_contain_text(JOBS)
        assert complaints(priya) == [], path


def tick_applicants(page: Page, demo: RunningDemo) -> None:
    page.goto(f"{demo.portal}/settings/email")
    page.get_by_role("link", name=f"Open {JOBS}").click()
    page.get_by_role("link", name="Open applicants").click()
    page.get_by_role("button", name="List the senders").click()
    main = page.get_by_role("main")
    expect(main.get_by_role("checkbox")).to_have_count(7)
    for name in OTHERS:
        expect(main).not_to_contain_text(name)
    assert complaints(page) == []
    for name in APPLICANTS:
        page.get_by_label(name).check()
    page.get_by_role("button", name="Add the ticked as candidates").click()
    expect(page.get_by_text("3 candidates are added.")).to_be_visible()


def answer_on_behalf(page: Page, demo: RunningDemo) -> None:
    """Answer Maja in the small Outlook, with the copy in Priya's own Sent Items."""
    page.goto(f"{demo.sandbox}/outlook/{JOBS}?by={PRIYA}")
    page.get_by_role("link", name="Maja Holm").first.click()
    page.get_by_label("Answer from").select_option(label=f"On behalf of {JOBS}")
    page.get_by_label("Your answer").fill("Thank you, we shall read it.")
    page.get_by_role("button", name="Reply").click()
    expect(page.get_by_role("status")).to_have_text("Sent.")
