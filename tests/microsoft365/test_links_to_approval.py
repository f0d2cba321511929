"""Pages that lead to the approval by an administrator, and the button it goes on to."""

import pytest

from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.support import builders

PAGE = "/settings/microsoft-365"
ASK = f"{PAGE}/group-calendars"


@pytest.mark.parametrize(
    ("path", "scope"), [("group-calendars", "Group.ReadWrite.All"), ("calendar", "Calendars.Read")]
)
def test_unfinished_flow_leads_to_a_link_with_its_permission(
    env: Environment, path: str, scope: str
) -> None:
    browser = env.visitor(env.person("priya"))
    builders.group_calendar(env.rows, "Hiring")
    browser.post(f"{PAGE}/{path}")

    page = browser.get(PAGE).text

    notice = page[page.index("Not finished yet.") :]
    address = notice.split('href="')[1].split('"')[0]
    assert address == f"{PAGE}/approval?for={path}"
    assert scope in at_microsoft.approval_link(browser.get(address).text)


@pytest.mark.parametrize(
    ("name", "has_calendar", "action"),
    [
        ("alex", False, "/admin/integrations/microsoft-365/group-calendars/connection"),
        ("priya", False, f"{PAGE}/connect"),
        ("priya", True, ASK),
        ("kim", True, f"{PAGE}/connect"),
    ],
)
def test_approval_goes_on_to_what_is_asked_of_the_person(
    env: Environment, name: str, has_calendar: bool, action: str
) -> None:
    browser = env.visitor(env.person(name))
    if has_calendar:
        builders.group_calendar(env.rows, "Hiring")

    page = browser.get(f"{PAGE}/approval?for=group-calendars").text

    assert f'action="{action}"' in page


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/settings/calendar", "calendar"),
        ("/admin/integrations/microsoft-365/group-calendars/new", "group-calendars"),
    ],
)
def test_page_that_needs_a_permission_leads_to_the_approval(
    env: Environment, path: str, wanted: str
) -> None:
    _, browser = env.connect("alex")

    page = browser.get(path).text

    assert f'href="{PAGE}/approval?for={wanted}"' in page
