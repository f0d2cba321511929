"""The month of applications in a shared mailbox."""

from datetime import timedelta

from sandbox.rights.applicants import APPLICANTS
from tests.sandbox.callers import Caller, application
from tests.sandbox.messages import PRIYA
from tests.sandbox.rights.conftest import JOBS
from tests.sandbox.rights.sent_mail import mail_of, names
from tests.support.sandbox_server import Sandbox

STORY = f"mailboxes/{JOBS}/applicants"


def test_eight_applicants_wrote_in_the_last_30_days(tenant: Sandbox, app: Caller) -> None:
    said = tenant.control("POST", STORY)

    since = f"{tenant.state.now() - timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
    query = f"$filter=receivedDateTime ge {since}&$top=50&$select=from,internetMessageHeaders"
    found = app.read(f"/users/{JOBS}/mailFolders/inbox/messages?{query}")["value"]
    writers = {one["from"]["emailAddress"]["address"] for one in found}
    automatic = [
        one["from"]["emailAddress"]["address"]
        for one in found
        if "Auto-Submitted" in [header["name"] for header in one["internetMessageHeaders"]]
    ]
    others = {"sam@northwind.example", "no-reply@jobboard.example"}
    assert said == {"messages": 13}
    assert writers == {one.address for one in APPLICANTS} | others
    assert len(APPLICANTS) == 8
    assert automatic == ["no-reply@jobboard.example"]
    assert len(mail_of(tenant, JOBS, "inbox")) == 12


def test_priya_answered_on_behalf(tenant: Sandbox, member: Caller) -> None:
    tenant.control("POST", STORY)

    (copy,) = mail_of(tenant, PRIYA)
    assert names(copy) == (JOBS, PRIYA)
    assert copy["toRecipients"][0]["emailAddress"]["address"] == "leila.haddad@mail.example"
    assert len(member.read(f"/users/{JOBS}/messages?$top=50")["value"]) == 12


def test_story_comes_once(tenant: Sandbox) -> None:
    tenant.control("POST", STORY)

    again = tenant.control("POST", STORY)

    rights = tenant.control("GET", f"mailboxes/{JOBS}/rights")
    assert again == {"messages": 0}
    assert rights["fullAccess"] == [PRIYA, "alex@northwind.example"]
    assert (rights["sendOnBehalf"], rights["sendAs"]) == ([PRIYA], ["alex@northwind.example"])


def test_large_organization_has_the_story_and_a_licensed_shared_mailbox(tenant: Sandbox) -> None:
    tenant.control("POST", "enlarge")

    (careers,) = [
        one
        for one in tenant.control("GET", "state")["users"]
        if one["mail"] == "careers@northwind.example"
    ]
    path = "/users/careers@northwind.example/mailboxSettings/userPurpose"
    purpose = application(tenant, "MailboxSettings.Read").read(path)["value"]
    assert (careers["accountEnabled"], careers["licensed"], purpose) == (True, True, "shared")
    assert len(mail_of(tenant, JOBS, "inbox")) == 12


def test_purpose_has_two_shapes(tenant: Sandbox, app: Caller) -> None:
    path = f"/users/{JOBS}/mailboxSettings"
    plain = app.read(path)["userPurpose"]

    tenant.control("POST", "quirks", {"nestedPurpose": True})

    assert plain == "shared"
    assert app.read(f"{path}?$select=userPurpose")["userPurpose"] == {"value": "shared"}
    assert app.read(f"{path}/userPurpose")["value"] == "shared"
