"""An organization of 80 people of whom six recruit: whose mailbox is opened, and who sees what."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from sandbox.directory import large_seed
from tests.browser import administrators as admin
from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo, raw_message, running_new

pytestmark = pytest.mark.browser
PRIYA = "priya@northwind.example"
AGNES = "agnes.ahlgren@northwind.example"
ELIF = "elif.eriksen@northwind.example"
RECRUITERS = {PRIYA, "sam@northwind.example", *large_seed.recruiters()}
ROSA = "rosa.ortega@mail.example"
DOCTOR = "anna@doctor.example"
MAILBOX = re.compile(r"/users/([^/]+)/(?:mailFolders|messages|mailboxSettings)")
PAUSE_MS = 500


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_new(tmp_path_factory.mktemp("instance")) as demo:
        control(demo, "POST", "enlarge")
        yield demo


def control(demo: RunningDemo, method: str, path: str) -> Any:
    answer = requests.request(method, f"{demo.sandbox}/_sandbox/{path}", timeout=30)
    answer.raise_for_status()
    return answer.json()


def opened(demo: RunningDemo) -> set[str]:
    """The people whose mailboxes were opened, by the practice tenant's record."""
    names = {each["id"]: each["mail"] for each in demo.tenant.state()["users"]}
    found = (MAILBOX.search(each["path"]) for each in control(demo, "GET", "requests")["value"])
    return {str(names.get(each[1], each[1])) for each in found if each}


def test_six_of_80_recruit_and_nobody_else_is_read(demo: RunningDemo, open_page: OpenPage) -> None:
    page = open_page()
    connect_organization(page, demo)
    for address in (AGNES, ELIF):
        demo.deliver(address, raw_message(ROSA, address, f"For {address}", "Hello."))
    demo.deliver(PRIYA, raw_message(DOCTOR, PRIYA, "Your results", "Private."))
    assert opened(demo) == set()

    import_with_six_recruiters(page, demo)
    admin.add_candidate(page, demo, "Rosa Ortega", ROSA)
    steps.reload_until(page, page.get_by_role("main"), f"For {AGNES}")
    wait_for_mailboxes(page, demo)

    limited_person_sees_nothing(open_page(javascript=False), demo)
    colleague_cannot_open_private_mail(open_page(javascript=False), open_page(), demo)
    steps.open_candidate(page, demo)
    expect(page.get_by_role("main")).not_to_contain_text(f"For {ELIF}")
    assert opened(demo) == RECRUITERS


def connect_organization(page: Page, demo: RunningDemo) -> None:
    admin.become_first_admin(page, demo)
    admin.open_integration(page)
    admin.enter_application(page)
    page.get_by_role("button", name="Enable").click()
    admin.consent(page, demo)
    expect(steps.heading(page)).to_have_text("The integration has been enabled")


def import_with_six_recruiters(page: Page, demo: RunningDemo) -> None:
    page.goto(f"{demo.portal}{admin.PAGE}")
    steps.reload_until(page, page.get_by_role("main"), "Preview and import")
    page.get_by_role("link", name="Preview and import").click()
    expect(page.get_by_role("main")).to_contain_text("None of them recruits yet.")
    for address in RECRUITERS:
        row = page.get_by_role("row").filter(has_text=address)
        row.get_by_role("checkbox", name="recruits").check()
    page.get_by_role("button", name="Save who recruits").click()
    expect(page.get_by_role("main")).to_contain_text("6 of them recruit and become members.")
    page.get_by_role("button", name="Import", exact=True).click()
    page.goto(f"{demo.portal}/admin/users")
    steps.reload_until(page, page.get_by_role("main"), "Agnes Ahlgren")


def wait_for_mailboxes(page: Page, demo: RunningDemo) -> None:
    """Wait until the mailbox of each recruiter has been opened, for at most a minute."""
    for _ in range(steps.FIRST_SYNC_MS // PAUSE_MS):
        if opened(demo) >= RECRUITERS:
            return
        page.wait_for_timeout(PAUSE_MS)
    raise AssertionError(RECRUITERS - opened(demo))


def limited_person_sees_nothing(page: Page, demo: RunningDemo) -> None:
    """A person who does not recruit sees no candidate, and their mailbox is closed."""
    steps.sign_in(page, demo, "Elif Eriksen")
    page.goto(f"{demo.portal}/candidates")
    expect(page.get_by_role("main")).not_to_contain_text("Rosa Ortega")
    page.goto(f"{demo.portal}/settings/email")
    expect(page.get_by_role("main")).to_contain_text("Your mailbox is not opened")
    expect(page.get_by_role("main")).to_contain_text("once email sync is on")


def colleague_cannot_open_private_mail(priya: Page, agnes: Page, demo: RunningDemo) -> None:
    """Adding a colleague or a person on a “Never sync” list opens no mail with them."""
    steps.sign_in(priya, demo)
    priya.goto(f"{demo.portal}/settings/email/never-sync")
    priya.get_by_role("textbox").last.fill("doctor.example")
    priya.get_by_role("button", name="Never sync").click()
    expect(priya.get_by_role("main")).to_contain_text("Everyone at doctor.example")

    steps.sign_in(agnes, demo, "Agnes Ahlgren")
    agnes.goto(f"{demo.portal}/candidates/new")
    agnes.get_by_label("Name").fill("A colleague")
    agnes.get_by_label("Email addresses").fill(ELIF)
    agnes.get_by_role("button", name="Add candidate").click()
    expect(agnes.get_by_role("main")).to_contain_text("Its own addresses are never candidates.")

    admin.add_candidate(agnes, demo, "Anna Berg", DOCTOR)
    demo.deliver(PRIYA, raw_message(DOCTOR, PRIYA, "Your next results", "Private, too."))
    demo.deliver(AGNES, raw_message(DOCTOR, AGNES, "An application", "Hello Agnes."))
    steps.reload_until(agnes, agnes.get_by_role("main"), "An application")
    expect(agnes.get_by_role("main")).not_to_contain_text("results")
