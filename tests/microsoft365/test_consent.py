"""Admin consent: each outcome and its effect."""

import html
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from portal.flows.consent_outcomes import ConsentOutcome
from portal.microsoft365 import consent_store
from portal.microsoft365.permission_texts import permission
from portal.microsoft365.permissions import roles_needed
from tests.claims.checks import claims
from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.support.raw_rows import raw
from tests.support.sandbox_server import CLIENT_ID
from tests.support.visitors import Visitor, words

ALEX = "alex@northwind.example"
PRIYA = "priya@northwind.example"
ASK = "/admin/integrations/microsoft-365/consent"
CHECK = f"{ASK}/check"
WHY = "/settings/email/why"
PAGE = "/admin/integrations/microsoft-365"


@pytest.fixture
def alex(env: Environment) -> Visitor:
    return env.visitor(env.person("alex"))


def came_back(env: Environment, alex: Visitor, upn: str = ALEX, *, decision: str = "accept") -> str:
    """The address at which the browser ends after Microsoft's page."""
    back = at_microsoft.came_back(
        env.sandbox, at_microsoft.consent_address(alex), upn, decision=decision
    )
    answer = alex.get(back)
    assert answer.status_code == 303
    return answer.headers["Location"]


def granted(env: Environment) -> frozenset[str]:
    found = consent_store.consent(env.rows)
    return found.roles if found else frozenset()


def test_leaving_page_names_every_permission(env: Environment, alex: Visitor) -> None:
    page = alex.post(ASK)

    assert "Continue to Microsoft" in page.text
    assert all(role in page.text for role in roles_needed())
    assert all(permission(role).stores in html.unescape(page.text) for role in roles_needed())
    assert all(each in page.text for each in ("Email sync", "User sync", "Meeting rooms"))
    asked = at_microsoft.asked(at_microsoft.consent_address(alex))
    assert asked["scope"].endswith("/.default")
    assert asked["client_id"] == CLIENT_ID


def test_accepted_consent_is_recorded(env: Environment, alex: Visitor) -> None:
    place = came_back(env, alex)

    assert place.endswith("/enabled")
    assert "The integration has been enabled" in alex.text(place)
    assert set(roles_needed()) <= granted(env)
    assert ("organization consent recorded", "Alex Berg", "ok") in env.audited()
    page = words(alex.get(PAGE))
    assert "Consent for the whole organization holds since" in page
    assert "Alex Berg asked for it" in page


@pytest.mark.parametrize(
    ("told", "target"),
    [
        ("AAAAAAAA-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000001"),
        ("=1+1", "an unreadable tenant"),
    ],
)
def test_answer_of_another_tenant_is_recorded_and_proves_nothing(
    env: Environment, alex: Visitor, told: str, target: str
) -> None:
    address = at_microsoft.consent_address(alex)
    back = at_microsoft.came_back(env.sandbox, address, ALEX, decision="cancel")
    parts = urlsplit(back)
    arguments = {"state": parse_qs(parts.query)["state"][0], "admin_consent": "True"}

    alex.get(f"{parts.path}?{urlencode({**arguments, 'tenant': told})}")

    assert granted(env) == frozenset()
    noted = raw(env.rows).query(
        "select target, result from audit_log where action = 'foreign consent ignored'"
    )
    assert [(row["target"], row["result"]) for row in noted] == [(target, "refused")]


@claims(ConsentOutcome.DECLINED)
def test_declined_consent_is_explained(env: Environment, alex: Visitor) -> None:
    place = came_back(env, alex, decision="cancel")

    assert place.endswith("/declined")
    assert granted(env) == frozenset()
    assert ("organization consent recorded", "Alex Berg", "refused") in env.audited()


def test_decline_in_another_tab_keeps_the_consent(env: Environment, alex: Visitor) -> None:
    first, second = at_microsoft.consent_address(alex), at_microsoft.consent_address(alex)

    accepted = alex.get(at_microsoft.came_back(env.sandbox, first, ALEX))
    declined = alex.get(at_microsoft.came_back(env.sandbox, second, ALEX, decision="cancel"))

    assert accepted.headers["Location"].endswith("/enabled")
    assert declined.headers["Location"].endswith("/declined")
    assert set(roles_needed()) <= granted(env)


@claims(ConsentOutcome.PARTLY)
def test_partial_consent_names_missing_permissions(env: Environment, alex: Visitor) -> None:
    env.sandbox.control("PATCH", f"applications/{CLIENT_ID}", {"roles": ["Mail.Read"]})

    place = came_back(env, alex)

    assert place.endswith("/partly")
    page = alex.text(place)
    assert "User.Read.All" in page
    assert "Mail.Read" not in page
    assert granted(env) == {"Mail.Read"}
    assert "Not everything is granted" in alex.text(PAGE)


@claims(ConsentOutcome.NOT_ALLOWED)
def test_person_who_may_not_consent_learns_the_missing_role(
    env: Environment, alex: Visitor
) -> None:
    answer = (
        f"/oauth/microsoft/admin-consent?error=access_denied&admin_consent=True&state={state(alex)}"
    )

    place = alex.get(answer).headers["Location"]

    page = alex.text(place)
    assert place.endswith("/not-allowed")
    assert "Global Administrator" in page
    assert granted(env) == frozenset()


def test_cancelled_consent_is_not_called_forbidden(env: Environment, alex: Visitor) -> None:
    """As Microsoft sends it: the code stands in the address of the help page alone."""
    answer = (
        "/oauth/microsoft/admin-consent?error=access_denied&admin_consent=True"
        "&error_uri=https%3a%2f%2flogin.microsoftonline.com%2ferror%3fcode%3d65004"
        f"&state={state(alex)}"
    )

    place = alex.get(answer).headers["Location"]

    assert place.endswith("/declined")
    assert granted(env) == frozenset()


def state(alex: Visitor) -> str:
    return at_microsoft.asked(at_microsoft.consent_address(alex))["state"]


@pytest.mark.parametrize("again", [True, False])
def test_return_works_once_and_only_for_its_session(
    env: Environment, alex: Visitor, again: bool
) -> None:
    back = at_microsoft.came_back(env.sandbox, at_microsoft.consent_address(alex), ALEX)
    other = env.visitor(env.person("kim"))
    if again:
        alex.get(back)

    answer = (alex if again else other).get(back)

    assert answer.headers["Location"].endswith("/stale")
    assert (granted(env) != frozenset()) is again


def test_stranger_changes_nothing(env: Environment, alex: Visitor) -> None:
    back = at_microsoft.came_back(env.sandbox, at_microsoft.consent_address(alex), ALEX)

    answer = env.stranger().get(back)

    assert answer.headers["Location"].endswith("/outcome/refused")
    assert granted(env) == frozenset()


@claims(ConsentOutcome.ROLE_LOST)
def test_former_administrator_is_refused(env: Environment) -> None:
    user_id = env.person("alex")
    alex = env.visitor(user_id)
    back = at_microsoft.came_back(env.sandbox, at_microsoft.consent_address(alex), ALEX)
    with env.rows.write():
        raw(env.rows).execute("update users set role = 'member' where id = ?", [user_id])

    answer = alex.get(back)

    assert answer.headers["Location"].endswith("/role-lost")
    assert "You are not an administrator any more" in alex.text(answer.headers["Location"])
    assert granted(env) == frozenset()


def test_former_administrator_is_told_after_other_pages_too(env: Environment) -> None:
    """The first page after the change renews the session, which the flow has to survive."""
    user_id = env.person("alex")
    alex = env.visitor(user_id)
    back = at_microsoft.came_back(env.sandbox, at_microsoft.consent_address(alex), ALEX)
    with env.rows.write():
        raw(env.rows).execute("update users set role = 'member' where id = ?", [user_id])

    alex.get("/candidates")

    assert alex.get(back).headers["Location"].endswith("/role-lost")


@claims(ConsentOutcome.NOT_YET)
def test_success_without_a_token_is_no_consent(env: Environment, alex: Visitor) -> None:
    answer = f"/oauth/microsoft/admin-consent?admin_consent=True&tenant=x&state={state(alex)}"

    place = alex.get(answer).headers["Location"]

    assert place.endswith("/not-yet")
    assert granted(env) == frozenset()


def test_consent_by_a_shared_link_counts_when_checked(env: Environment, alex: Visitor) -> None:
    page = alex.get(PAGE).text
    link = re.search(r'value="(http[^"]+/adminconsent[^"]+)"', page)
    assert link is not None

    back = at_microsoft.came_back(env.sandbox, html.unescape(link[1]), ALEX)
    elsewhere = env.stranger().get(back)

    assert "<h1>Thank you</h1>" in elsewhere.text
    assert granted(env) == frozenset()
    alex.post(CHECK)
    assert set(roles_needed()) <= granted(env)
    assert "checked it after somebody followed the link" in alex.text(PAGE)


def test_check_again_says_what_is_missing(env: Environment, alex: Visitor) -> None:
    alex.post(CHECK)

    assert "none of the permissions" in alex.text(PAGE)
    assert granted(env) == frozenset()


def test_withdrawn_consent_is_shown_on_its_pages(env: Environment, alex: Visitor) -> None:
    came_back(env, alex)
    env.sandbox.control("DELETE", "consent")

    alex.post(CHECK)

    assert "consent was withdrawn on" in words(alex.get(PAGE))
    assert "Needs attention" in alex.text("/admin/integrations/marketplace")
    priya = env.visitor(env.person("priya"))
    shown = words(priya.get("/settings/microsoft-365"))
    assert "consent was withdrawn on" in shown
    assert "Consent withdrawn" in shown
    email, candidates = words(priya.get("/settings/email")), words(priya.get("/candidates"))
    assert "An administrator has to give it again. You can also connect your own" in email
    assert "Waiting for your organization" in email
    assert "An administrator has to give it again. You can also connect your own" in candidates
    assert "Connect your Microsoft account" not in email + candidates
    assert "consent was withdrawn, so no mailbox is read" in words(priya.get(WHY))
    env.sandbox.control("POST", "consent")
    alex.post(CHECK)
    assert "grants everything" in alex.text(PAGE)


def test_consent_given_twice_is_one_consent(env: Environment, alex: Visitor) -> None:
    came_back(env, alex)
    came_back(env, alex)

    assert raw(env.rows)["consents"].count == 1


@pytest.mark.parametrize("path", [ASK, CHECK, f"{PAGE}/enablement", f"{PAGE}/disablement"])
def test_pages_are_for_administrators(env: Environment, path: str) -> None:
    priya = env.visitor(env.person("priya"))

    assert priya.post(path).status_code == 403
    assert env.stranger().post(path).status_code in (303, 400)


def test_person_covered_by_consent_need_not_connect(env: Environment, alex: Visitor) -> None:
    came_back(env, alex)

    page = words(env.visitor(env.person("priya")).get("/settings/microsoft-365"))

    assert "You need not connect an account for email" in page
    assert "organize interviews in Teams" in page
    assert "By your organization" in page
