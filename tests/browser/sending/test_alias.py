"""Write from an alias: taken back, sent and found, and what Portal says while the switch is off."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps, writers
from tests.browser.accessibility import complaints
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo
from tests.browser.writers import PRIYA, ROSA, TALENT, route

pytestmark = pytest.mark.browser
BOX = "tick “Turn on sending from aliases”"


def test_mail_is_taken_back_written_again_and_found(
    demo: RunningDemo, priya: Callable[..., Page]
) -> None:
    page, subject = priya(javascript=False, is_phone=True), "Your first day"
    # Without it, the copy is found before a page can say that Microsoft took the mail.
    demo.control("PATCH", f"mailboxes/{PRIYA}/sending", copyDelay=4)
    writers.include_alias(page, demo, TALENT)
    writers.open_composer(page, demo)

    entry = writers.send(page, subject, "Until Thursday.", sent_from=TALENT)
    entry.get_by_role("button", name="Take it back").click()
    expect(writers.sender(page, TALENT)).to_be_checked()
    expect(page.get_by_label("Message")).to_have_value("Until Thursday.")
    entry = writers.send(page, subject, "Until Friday.", sent_from=TALENT)
    steps.reload_until(page, entry, "Microsoft took it.")
    steps.reload_until(page, entry, f"Sent. It is in your Sent Items, from {TALENT}.")

    [mail] = demo.deliveries(subject)
    assert route(mail) == (TALENT, TALENT, ROSA, "delivered")
    assert "Until Friday." in mail["text"]
    page.goto(f"{demo.sandbox}/outlook/{PRIYA}?folder=sentitems")
    page.get_by_role("link", name=subject).click()
    expect(page.get_by_role("article")).to_contain_text(f"<{TALENT}>")


def test_switch_of_the_tenant_is_off_and_then_on(
    demo: RunningDemo, priya: Callable[..., Page], open_page: OpenPage
) -> None:
    page, alex, subject = priya(), open_page(), "As another address"
    steps.sign_in(alex, demo, "Alex Berg")
    writers.include_alias(page, demo, TALENT)
    writers.open_composer(page, demo)
    demo.control("PATCH", "tenant", sendFromAlias=False)

    entry = writers.send(page, subject, "From which address?", sent_from=TALENT)
    steps.reload_until(page, entry, f"Sent, but as {PRIYA} and not as {TALENT}.")
    expect(entry).to_contain_text(f"Went out as {PRIYA}")
    [mail] = demo.deliveries(subject)
    assert route(mail) == (PRIYA, PRIYA, ROSA, "delivered")
    fall_back_is_said(page, alex, demo)

    run_the_test(page, demo, "Goes out as priya@…")
    expect(aliases_of(page)).to_contain_text("When this was tested on")
    demo.control("PATCH", "tenant", sendFromAlias=True)
    run_the_test(page, demo, "Tested: works")
    expect(aliases_of(page)).to_contain_text("Mail goes out as this address, tested")
    assert [each["from"] for each in sent_to_priya(demo)] == [PRIYA, TALENT]
    alex.reload()
    expect(alex.get_by_role("region", name="Sending from aliases")).to_contain_text("Works")


def fall_back_is_said(page: Page, alex: Page, demo: RunningDemo) -> None:
    """In the composer, and to administrators with the box to tick."""
    writers.open_composer(page, demo)
    writers.sender(page, TALENT).check()
    composer = page.get_by_role("group", name="From")
    expect(composer).to_contain_text("Goes out as priya@…")
    expect(composer).to_contain_text(f"Recipients will see: Priya Kaur <{PRIYA}>")
    assert complaints(page) == []
    alex.goto(f"{demo.portal}/admin/sending")
    aliases = alex.get_by_role("region", name="Sending from aliases")
    expect(aliases).to_contain_text("1 alias fell back")
    expect(aliases).to_contain_text(f"mail went out as {PRIYA}")
    expect(aliases.get_by_text(BOX)).to_be_visible()
    assert complaints(alex) == []


def run_the_test(page: Page, demo: RunningDemo, result: str) -> None:
    page.goto(f"{demo.portal}/settings/email")
    page.get_by_role("button", name=re.compile(f"Test (this alias|it again).*{TALENT}")).click()
    expect(aliases_of(page)).to_contain_text("Being tested")
    steps.reload_until(page, aliases_of(page), result)
    assert complaints(page) == []


def aliases_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Aliases to include")


def sent_to_priya(demo: RunningDemo) -> list[dict[str, Any]]:
    found = demo.control("GET", "deliveries")["value"]
    return [each for each in found if each["recipient"] == PRIYA]
