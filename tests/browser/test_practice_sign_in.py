"""Sign-in at the practice tenant in a browser, and the accessibility of its pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import barriers_in_every_view
from tests.browser.conftest import OpenPage
from tests.sandbox.sign_in import Visit
from tests.support.sandbox_server import Sandbox, running_sandbox

pytestmark = pytest.mark.browser


@pytest.fixture
def tenant() -> Iterator[Sandbox]:
    with running_sandbox() as tenant:
        tenant.control("PATCH", "tenant", {"redirectUris": [Visit(tenant).back]})
        yield tenant


def address(tenant: Sandbox, **changes: str | None) -> str:
    """The address to which an application sends a person."""
    return Visit(tenant).start(**changes).url


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_account_and_consent_are_chosen_with_the_mouse(
    tenant: Sandbox, open_page: OpenPage
) -> None:
    page = open_page(javascript=False)
    page.goto(address(tenant))

    press(page, "Priya Kaur priya@northwind.example")
    press(page, "Accept")

    assert page.url.startswith(f"{tenant.url}/back?code=")


def test_form_post_is_sent_on_by_a_button(tenant: Sandbox, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(address(tenant, response_mode="form_post"))

    press(page, "Priya Kaur")
    press(page, "Accept")
    with page.expect_request(f"{tenant.url}/back") as sent:
        press(page, "Continue")

    assert sent.value.method == "POST"
    assert "code=" in (sent.value.post_data or "")


def test_accounts_have_no_barriers(tenant: Sandbox, open_page: OpenPage) -> None:
    page = open_page()

    page.goto(address(tenant))

    assert barriers_in_every_view(page) == []


def test_consent_has_no_barriers(tenant: Sandbox, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(address(tenant))

    press(page, "Alex Berg")

    assert page.get_by_label("Consent on behalf of your organization").is_visible()
    assert barriers_in_every_view(page) == []


def test_approval_has_no_barriers(tenant: Sandbox, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(address(tenant, scope="openid User.Read.All"))

    press(page, "Priya Kaur")

    assert page.get_by_role("heading", name="Need admin approval").is_visible()
    assert barriers_in_every_view(page) == []


def test_refusal_and_sign_out_have_no_barriers(tenant: Sandbox, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(address(tenant))

    press(page, "Use another account")
    refused = barriers_in_every_view(page)
    page.goto(f"{tenant.url}/northwind.example/oauth2/v2.0/logout")

    assert refused == []
    assert barriers_in_every_view(page) == []
