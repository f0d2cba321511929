"""1,050 automated mails: 1,000 go, 50 are held with the time when they go on, then they go."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from portal import clock, create_app
from portal.microsoft365 import consent_store
from portal.outbox import automated, automated_store
from portal.outbox.automated import Notice
from portal.outbox.models import State
from tests.browser.accessibility import complaints
from tests.browser.conftest import OpenPage
from tests.browser.demo import free_ports
from tests.browser.served import served, signed_in
from tests.email.conftest import env
from tests.email.environment import ALEX, EmailEnvironment, config
from tests.outbox.office import Office
from tests.support.raw_rows import raw

__all__ = ["env"]
pytestmark = pytest.mark.browser
COUNT, HELD = 1_050, 50


@pytest.fixture
def office(env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The organization lets jobs@ send. Nothing may read its copies, which saves the searches."""
    office = Office(env, monkeypatch)
    office.open()
    office.consent("User.Read.All", "Mail.Send")
    given = consent_store.consent(env.rows)
    assert given is not None
    raw(env.rows).table("users").update(office.jobs, {"tenant_id": given.tenant_id})
    raw(env.rows).table("users").update(env.hire(ALEX), {"role": "admin"})
    with env.rows.write():
        choice = automated_store.Choice(office.jobs, "Alex Berg", clock.utc_now())
        automated_store.save_choice(env.rows, choice)
    return office


@pytest.fixture
def sending(office: Office, instance: Path, open_page: OpenPage) -> Iterator[Callable[[], Page]]:
    """Open the page “Sending” as Alex, at the time of the office's clock."""
    (port,) = free_ports(1)
    base_url = f"http://localhost:{port}"
    app = create_app(replace(config(instance, office.env.sandbox), base_url=base_url))
    with served(app, port) as address:

        def opened() -> Page:
            page = open_page(signed_in=signed_in(app, "alex"))
            page.goto(f"{address}/admin/sending")
            return page

        yield opened


def queue_all(office: Office) -> None:
    services = office.env.services
    with services.rows.write():
        for number in range(COUNT):
            address = f"candidate-{number}@mail.example"
            automated.queue_automated(
                services.rows,
                services.vault,
                services.config,
                Notice(address, "", "Your interview tomorrow", "Until tomorrow."),
                now=clock.utc_now(),
            )


def accepted(office: Office) -> int:
    return raw(office.env.rows).table("outbox").count_where("state = ?", [State.ACCEPTED])


def part(page: Page) -> Locator:
    return page.get_by_role("region", name="Automated mail", exact=True)


def next_at(page: Page) -> datetime:
    """When the page says that held mail goes on."""
    held = part(page).get_by_role("definition").filter(has_text="next")
    return clock.moment(held.locator("time").get_attribute("datetime") or "")


def test_thousand_go_and_the_rest_is_held(office: Office, sending: Callable[[], Page]) -> None:
    start = clock.utc_now()
    queue_all(office)

    for _ in range(45):
        office.later(seconds=61)

    page = sending()
    expect(part(page)).to_contain_text(f"1,000 of 1,000, {HELD} held, next at")
    expect(part(page)).to_contain_text("The limit is used up.")
    assert timedelta(hours=24) <= next_at(page) - start < timedelta(hours=24, minutes=3)
    assert complaints(page) == []
    assert accepted(office) == 1_000

    office.later(hours=24)
    for _ in range(3):
        office.later(seconds=61)

    expect(part(sending())).to_contain_text(f"{HELD} of 1,000")
    assert accepted(office) == COUNT
    assert set(office.delivered().values()) == {1}
    assert len(office.delivered()) == COUNT
