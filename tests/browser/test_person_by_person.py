"""Without consent, people connect one by one, and one person may list the directory."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import administrators as admin
from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser


def test_connections_alone_import_no_people_and_one_person_may_list_the_directory(
    demo: RunningDemo, open_page: OpenPage
) -> None:
    page = open_page()
    steps.sign_in(page, demo, admin.ALEX)
    steps.connect(page, demo)
    steps.watch_first_sync(page, demo)
    main = admin.open_integration(page)
    expect(main).to_contain_text("the whole organization is not connected")
    expect(main).to_contain_text("Connecting one person does not import others")
    expect(main).not_to_contain_text("Preview and import")

    page.get_by_role("button", name="Authorize user sync").click()
    expect(page.get_by_role("main")).to_contain_text("User.Read.All")
    page.get_by_role("link", name=re.compile("Continue to Microsoft")).click()
    steps.agree_if_asked(page)
    page.wait_for_url(f"{demo.portal}/**")

    admin.import_people(page, demo)
    page.goto(f"{demo.portal}{admin.PAGE}")
    expect(page.get_by_role("main")).to_contain_text("The directory is read as Alex Berg")
