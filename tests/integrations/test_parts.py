"""The line on top of the Microsoft 365 page: consent, people, mail and rooms as they stand."""

import re

import pytest

from tests.claims.worker import work
from tests.microsoft365.environment import Environment
from tests.support import consents
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

PAGE = "/admin/integrations/microsoft-365"
PART = re.compile(r"<dt>(\w+)</dt>\s*<dd>(.*?)</dd>", re.DOTALL)
TAGS = re.compile(r"<[^>]+>")


def standing(visitor: Visitor) -> dict[str, str]:
    """The parts of the line, with the words of each pill."""
    return {name: TAGS.sub("", pill).strip() for name, pill in PART.findall(visitor.get(PAGE).text)}


@pytest.fixture
def alex(env: Environment) -> Visitor:
    return env.visitor(env.person("alex"))


def test_nothing_is_said_to_work_before_the_organization_consented(alex: Visitor) -> None:
    assert standing(alex) == {
        "Consent": "Not given",
        "People": "Not synced",
        "Email": "No mailbox synced",
        "Rooms": "Not read",
    }


def test_line_counts_what_is_there_and_leads_to_the_import(env: Environment, alex: Visitor) -> None:
    env.person("priya")
    env.sandbox.control("POST", "consent")
    consents.prove(env.services)
    work(env.services)

    before = standing(alex)
    leads = f'<a href="{PAGE}/user-sync"><span class="pill warn">' in alex.get(PAGE).text
    alex.post(f"{PAGE}/user-sync/import")
    work(env.services)

    rooms = raw(env.rows)["rooms"].count
    assert before["Consent"] == "Given"
    assert before["People"] == "3 people to import"
    assert leads
    assert standing(alex) == {
        "Consent": "Given",
        "People": "5 people synced",
        "Email": "2 mailboxes synced",
        "Rooms": f"{rooms} rooms",
    }


def test_withdrawn_consent_is_said_first(env: Environment, alex: Visitor) -> None:
    env.sandbox.control("POST", "consent")
    consents.prove(env.services)
    work(env.services)

    env.sandbox.control("DELETE", "consent")
    alex.post(f"{PAGE}/checks")

    said = standing(alex)
    assert said["Consent"] == "Withdrawn"
    assert said["Rooms"] == "Cannot be read"
