"""Returns from Microsoft without a full connection: each is explained and stores nothing."""

import pytest
from werkzeug.test import TestResponse

from portal.flows.outcomes import ConnectionOutcome
from portal.microsoft365 import store
from tests.claims.checks import claims
from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.support import builders
from tests.support.environments import address_on
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

PRIYA = "priya@northwind.example"
KIM = "kim@northwind.example"


@claims(ConnectionOutcome.DECLINED)
def test_declined_consent_keeps_nothing(env: Environment) -> None:
    user_id = env.person("priya")
    browser = env.visitor(user_id)

    answer = env.come_back(browser, PRIYA, decision="cancel")

    page = browser.text(answer.headers["Location"])
    assert answer.headers["Location"] == "/oauth/microsoft/outcome/declined"
    assert "so Portal got nothing and kept nothing" in page
    assert store.connection_of(env.rows, user_id) is None
    assert env.audited()[-1] == ("Microsoft 365 connected", "Priya Kaur", "refused")


def test_required_approval_has_a_link_to_hand_on(env: Environment) -> None:
    env.sandbox.control("PATCH", "tenant", {"adminConsentRequired": True})
    browser = env.visitor(env.person("priya"))

    answer = env.come_back(browser, PRIYA, decision="cancel")

    page = browser.get(answer.headers["Location"]).text
    assert "/v2.0/adminconsent?client_id=" in page
    assert "Mail.Read" in page
    assert "could you please approve" in page
    assert ".default" not in page


def declined(env: Environment, leaving: TestResponse, browser: Visitor, upn: str) -> str:
    """The page after the person cancelled at Microsoft."""
    back = at_microsoft.came_back(env.sandbox, address_on(leaving), upn, decision="cancel")
    return browser.get(browser.get(back).headers["Location"]).text


def test_link_after_a_refusal_names_what_user_sync_needs(env: Environment) -> None:
    _, browser = env.connect("alex")

    leaving = browser.post("/admin/integrations/microsoft-365/user-sync/authorization")
    page = declined(env, leaving, browser, "alex@northwind.example")

    assert "User.Read.All" in at_microsoft.approval_link(page)
    assert "Back to where you were" not in page


def test_link_after_a_refusal_names_what_a_shared_mailbox_needs(env: Environment) -> None:
    priya, browser = env.connect()
    builders.shared_mailbox(env.rows, "Jobs", owners=[priya])

    leaving = browser.post("/settings/shared-mailboxes/jobs/reader")
    page = declined(env, leaving, browser, PRIYA)

    assert "Mail.Read.Shared" in at_microsoft.approval_link(page)


def test_approval_page_offers_the_link_at_any_time(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))

    page = browser.get("/settings/microsoft-365/approval").text

    assert "/northwind.example/v2.0/adminconsent?client_id=" in page
    assert "admin-consent" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?admin_consent=True&tenant=x", "Thank you"),
        ("?error=access_denied&admin_consent=True", "Not approved"),
        ("", "Not approved"),
    ],
)
def test_approved_page_changes_nothing(env: Environment, query: str, words: str) -> None:
    answer = env.stranger().get(f"/oauth/microsoft/admin-consent{query}")

    assert answer.status_code == 200
    assert f"<h1>{words}</h1>" in answer.text
    assert list(raw(env.rows).query("select 1 as x from audit_log")) == []


@claims(ConnectionOutcome.WRONG_ACCOUNT)
def test_wrong_account_is_named_and_not_kept(env: Environment) -> None:
    user_id = env.person("priya")
    browser = env.visitor(user_id)

    answer = env.come_back(browser, KIM)

    page = browser.text(answer.headers["Location"])
    assert answer.headers["Location"] == "/oauth/microsoft/outcome/wrong-account"
    seen = env.sandbox.user_name(KIM)
    assert f"You signed in at Microsoft as {seen}, not as {PRIYA}." in page
    assert "Choose another account" in page
    assert store.connection_of(env.rows, user_id) is None
    assert env.audited()[-1] == ("Microsoft 365 connected", "Priya Kaur", "refused")


def test_reconnecting_with_another_account_changes_nothing(env: Environment) -> None:
    user_id = env.person("alex", has_account=False)
    browser = env.visitor(user_id)
    env.come_back(browser, PRIYA)
    before = env.connection(user_id)

    answer = env.come_back(browser, KIM)

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/wrong-account"
    assert env.connection(user_id) == before


@claims(ConnectionOutcome.TAKEN)
def test_account_of_somebody_else_is_refused(env: Environment) -> None:
    env.connect("priya")
    alex = env.person("alex", has_account=False)
    browser = env.visitor(alex)

    answer = env.come_back(browser, PRIYA)

    page = browser.text(answer.headers["Location"])
    assert answer.headers["Location"] == "/oauth/microsoft/outcome/taken"
    assert f"{PRIYA} already belongs to Priya Kaur in this portal." in page
    assert store.connection_of(env.rows, alex) is None


@claims(ConnectionOutcome.GUEST)
def test_guest_is_refused(env: Environment) -> None:
    guest = next(
        row["upn"]
        for row in env.sandbox.state.rows("select upn from users where user_type = 'Guest'")
    )
    user_id = env.person("alex", has_account=False)
    browser = env.visitor(user_id)

    answer = env.come_back(browser, guest)

    page = browser.text(answer.headers["Location"])
    assert answer.headers["Location"] == "/oauth/microsoft/outcome/guest"
    assert "with a guest account of your organization" in page
    assert store.connection_of(env.rows, user_id) is None


@claims(ConnectionOutcome.PARTLY)
def test_partly_granted_names_what_is_missing(env: Environment) -> None:
    user_id = env.person("priya")
    browser = env.visitor(user_id)
    address = env.leave(browser).replace("+Mail.Read", "").replace("%20Mail.Read", "")

    answer = browser.get(at_microsoft.came_back(env.sandbox, address, PRIYA))

    page = browser.text(answer.headers["Location"])
    assert answer.headers["Location"] == "/oauth/microsoft/outcome/partly"
    assert not env.connection(user_id).is_lapsed
    assert "Mail.Read" in page
    assert "Without it, no mail with candidates is synced." in page
    settings = browser.text("/settings/microsoft-365")
    assert "Not granted: Mail.Read" in settings
    assert "Reconnect" in settings


@claims(ConnectionOutcome.UNAVAILABLE)
def test_token_endpoint_down_changes_nothing(env: Environment) -> None:
    user_id = env.person("priya")
    browser = env.visitor(user_id)
    back = at_microsoft.came_back(env.sandbox, env.leave(browser), PRIYA)
    env.sandbox.control("POST", "faults", {"path": "/token", "status": 503, "body": "<html>"})

    answer = browser.get(back)

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/unavailable"
    assert "Please try again in a few minutes" in browser.text(answer.headers["Location"])
    assert store.connection_of(env.rows, user_id) is None
    assert env.audited()[-1][2] == "refused"


@pytest.mark.parametrize("fault", [{"reset": True}, {"truncate": True}])
def test_token_answer_cut_changes_nothing(env: Environment, fault: dict[str, bool]) -> None:
    user_id = env.person("priya")
    browser = env.visitor(user_id)
    back = at_microsoft.came_back(env.sandbox, env.leave(browser), PRIYA)
    env.sandbox.control("POST", "faults", {"path": "/token", **fault})

    answer = browser.get(back)

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/unavailable"
    assert store.connection_of(env.rows, user_id) is None


@claims(ConnectionOutcome.EXPIRED)
def test_code_that_expired_asks_to_start_again(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))
    back = at_microsoft.came_back(env.sandbox, env.leave(browser), PRIYA)
    env.sandbox.state.execute("update codes set expires_at = '2020-01-01T00:00:00+00:00'")

    answer = browser.get(back)

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/expired"
    assert "Please start again" in browser.text(answer.headers["Location"])
    assert raw(env.rows)["connections"].count == 0


@claims(ConnectionOutcome.MISCONFIGURED)
def test_wrong_secret_is_told_as_a_wrong_registration(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))
    back = at_microsoft.came_back(env.sandbox, env.leave(browser), PRIYA)
    env.sandbox.state.execute("update secrets set value = 'another'")

    answer = browser.get(back)

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/misconfigured"
    assert raw(env.rows)["connections"].count == 0


@claims(ConnectionOutcome.GUEST_SIGN_IN)
def test_guest_who_only_signs_in_reads_that(env: Environment) -> None:
    sql = "select upn from users where user_type = 'Guest'"
    guest = next(row["upn"] for row in env.sandbox.state.rows(sql))
    browser = env.stranger()
    back = at_microsoft.came_back(env.sandbox, env.leave_to_sign_in(browser), guest)

    place = browser.get(back).headers["Location"]

    page = browser.text(place)
    assert place == "/oauth/microsoft/outcome/guest-sign-in"
    assert "Guests cannot sign in" in page
    assert [raw(env.rows)[each].count for each in ("users", "connections", "sessions")] == [0, 0, 0]


@claims(ConnectionOutcome.APPROVAL)
def test_consent_that_is_missing_leads_to_an_administrator(env: Environment) -> None:
    env.sandbox.control("PATCH", "tenant", {"adminConsentRequired": True})
    user_id = env.person("priya")
    browser = env.visitor(user_id)
    address = f"{env.leave(browser)}&prompt=none"

    answer = browser.get(at_microsoft.came_back(env.sandbox, address, PRIYA))

    page = browser.get(answer.headers["Location"]).text
    assert answer.headers["Location"] == "/oauth/microsoft/outcome/approval"
    assert "Send the link below to an administrator" in page
    assert store.connection_of(env.rows, user_id) is None
    link = at_microsoft.approval_link(page)
    at_microsoft.followed(env.sandbox, link, "alex@northwind.example", "accept")
    env.come_back(browser, PRIYA)
    assert not env.connection(user_id).is_lapsed


@claims(ConnectionOutcome.FAILED)
def test_answer_to_another_sign_in_is_not_trusted(env: Environment) -> None:
    user_id = env.person("priya")
    browser = env.visitor(user_id)
    address = env.leave(browser)
    nonce = at_microsoft.asked(address)["nonce"]

    answer = browser.get(
        at_microsoft.came_back(env.sandbox, address.replace(nonce, "another"), PRIYA)
    )

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/failed"
    assert "could not be trusted, so it was not used" in browser.text(answer.headers["Location"])
    assert store.connection_of(env.rows, user_id) is None
