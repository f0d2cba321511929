"""The steps by which an administrator connects an organization, by the labels on the pages."""

import re

from playwright.sync_api import Locator, Page, expect

from demo.environment import CLIENT_ID, CLIENT_SECRET
from tests.browser import steps
from tests.browser.demo import RunningDemo
from tests.support.sandbox_server import TENANT_ID

ADMIN = "ada@portal.example"
PASSWORD = "a long enough passphrase"
CODE = re.compile(r"\b([A-Z2-9]{4}(?:-[A-Z2-9]{4})+)\b")
ALEX = "Alex Berg"
PAGE = "/admin/integrations/microsoft-365"


def become_first_admin(page: Page, demo: RunningDemo) -> None:
    """Set up the first administrator with the code that the server printed."""
    page.goto(f"{demo.portal}/setup")
    page.get_by_label("One-time code").fill(printed_code(demo))
    page.get_by_label("Your name").fill("Ada Local")
    page.get_by_label("Email address").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the first administrator").click()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()


def printed_code(demo: RunningDemo) -> str:
    log = next(each.log for each in demo.programs if each.name == "portal")
    found = CODE.search(log.read_text())
    assert found is not None, log.read_text()
    return found[1]


def add_candidate(page: Page, demo: RunningDemo, name: str, address: str) -> None:
    page.goto(f"{demo.portal}/candidates/new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Email addresses").fill(address)
    page.get_by_role("button", name="Add candidate").click()
    expect(steps.heading(page)).to_have_text(name)


def import_people(page: Page, demo: RunningDemo) -> None:
    """Import the people of the directory once a worker has made the preview."""
    page.goto(f"{demo.portal}{PAGE}")
    steps.reload_until(page, page.get_by_role("main"), "Preview and import")
    page.get_by_role("link", name="Preview and import").click()
    expect(page.get_by_role("main")).to_contain_text("Priya Kaur")
    page.get_by_role("checkbox", name="Priya Kaur recruits").check()
    page.get_by_role("button", name="Import", exact=True).click()
    page.goto(f"{demo.portal}/admin/users")
    steps.reload_until(page, page.get_by_role("main"), "Sam Reed")


def open_integration(page: Page) -> Locator:
    page.get_by_role("link", name="Integrations").click()
    page.get_by_role("link", name="Microsoft 365", exact=True).last.click()
    expect(steps.heading(page)).to_have_text("Microsoft 365")
    return page.get_by_role("main")


def enter_application(page: Page, *, secret: str = CLIENT_SECRET) -> None:
    page.get_by_role("link", name="Enter the application").click()
    page.get_by_label("Application (client) ID").fill(CLIENT_ID)
    page.get_by_label("Directory (tenant) ID").fill(TENANT_ID)
    page.get_by_label("Client secret", exact=True).fill(secret)
    page.get_by_label("The secret expires on").fill("2099-12-31")
    page.get_by_role("button", name="Try it out and save").click()


def consent(page: Page, demo: RunningDemo, *, by: str = ALEX, decision: str = "Accept") -> None:
    """Answer Microsoft's consent page for the organization, and come back."""
    page.get_by_role("button", name="Connect to Microsoft 365").click()
    steps.confirm_if_asked(page, ALEX)
    expect(steps.heading(page)).to_have_text("Continue to Microsoft")
    page.get_by_role("link", name=re.compile("Continue to Microsoft")).click()
    page.get_by_role("button", name=re.compile(f"^{by}")).click()
    page.get_by_role("button", name=decision).click()
    page.wait_for_url(f"{demo.portal}/**")


def choose_shared_mailbox(page: Page, demo: RunningDemo, address: str) -> None:
    """Open the page on which a shared mailbox is added."""
    page.goto(f"{demo.portal}/admin/privacy")
    page.get_by_role("link", name="Open shared mailboxes").click()
    page.get_by_label("Search by name or address").fill(address.partition("@")[0])
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=f"Choose {address}").click()


def add_chosen_mailbox(page: Page, address: str, *, owner: str) -> None:
    """Add the chosen mailbox for an owner, and wait until it is synced."""
    page.get_by_label(owner).check()
    page.get_by_role("button", name="Add this mailbox").click()
    expect(page.get_by_text(f"{address} is added.")).to_be_visible()
    steps.reload_until(page, page.get_by_role("main"), "Last synced")


def send_by_consent(page: Page, demo: RunningDemo) -> None:
    """Turn on sending for the organization. The demo's consent has the permission already."""
    page.goto(f"{demo.portal}{PAGE}")
    page.get_by_role("switch", name="Send by the organization").click()
    expect(page.get_by_role("main")).to_contain_text("Mail.Send is granted.")
