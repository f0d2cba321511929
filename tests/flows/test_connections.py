"""Connecting to Microsoft: what is stored, and what is refused."""

import pytest

from portal import clock
from portal.flows.outcomes import ConnectionOutcome
from portal.microsoft365 import store
from portal.microsoft365.models import ConnectionState
from portal.microsoft365.permissions import Feature
from portal.users import setup
from sandbox.entra import keys
from tests.claims.checks import claims
from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.support.raw_rows import raw
from tests.support.sandbox_server import TENANT_ID
from tests.users.people import PASSWORD

PRIYA = "priya@northwind.example"
KIM = "kim@northwind.example"


def test_leaving_page_names_the_permissions(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))

    answer = browser.post("/settings/microsoft-365/connect")

    assert answer.status_code == 200
    assert "<h1>Continue to Microsoft</h1>" in answer.text
    assert ">Mail.Read<" in answer.text
    assert "All other mail is never stored." in answer.text
    assert "Mail.Send" not in answer.text


def test_leaving_asks_with_pkce_and_what_is_in_use(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))

    asked = at_microsoft.asked(env.leave(browser))

    assert asked["scope"] == "openid profile email offline_access User.Read Mail.Read"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert asked["redirect_uri"] == "http://localhost:8000/oauth/microsoft/callback"
    assert asked["login_hint"] == PRIYA


def test_connecting_keeps_sealed_tokens(env: Environment) -> None:
    user_id, browser = env.connect()

    kept = env.connection(user_id)

    assert kept.state is ConnectionState.WORKING
    assert kept.key == (TENANT_ID, env.sandbox.oid(PRIYA))
    assert kept.address == PRIYA
    assert {"Mail.Read", "User.Read"} <= kept.scopes
    assert (kept.sealed_access_token or "").startswith("1.")
    assert "eyJ" not in (kept.sealed_access_token or "")
    assert ("Microsoft 365 connected", PRIYA, "ok") in env.audited()
    assert f"{PRIYA} is connected." in browser.text("/settings/microsoft-365")


def test_callback_leaves_no_code_in_the_address(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))

    answer = env.come_back(browser, PRIYA)

    assert answer.headers["Location"] == "/settings/microsoft-365"


def test_graph_is_asked_in_the_persons_name(env: Environment) -> None:
    user_id, _ = env.connect()

    client = env.services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)

    assert client.get("/me")["userPrincipalName"] == env.sandbox.user_name(PRIYA)


@claims(ConnectionOutcome.REFUSED)
def test_callback_replayed_is_refused(env: Environment) -> None:
    user_id = env.person("priya")
    browser = env.visitor(user_id)
    back = at_microsoft.came_back(env.sandbox, env.leave(browser), PRIYA)
    browser.get(back)
    before = env.connection(user_id)

    answer = browser.get(back)

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/refused"
    assert "This way back cannot be used" in browser.text(answer.headers["Location"])
    assert env.connection(user_id) == before
    assert env.calls("oauth2/v2.0/token") == ["POST"]
    assert env.audited()[-1] == ("answer from Microsoft", "Priya Kaur", "refused")


def test_callback_of_another_browser_is_refused(env: Environment) -> None:
    priya, kim = env.person("priya"), env.person("kim")
    address = env.leave(env.visitor(priya))
    back = at_microsoft.came_back(env.sandbox, address, PRIYA)

    answer = env.visitor(kim).get(back)

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/refused"
    assert env.calls("oauth2/v2.0/token") == []
    assert store.connection_of(env.rows, kim) is None
    assert store.connection_of(env.rows, priya) is None


@pytest.mark.parametrize("query", ["", "?state=", "?code=abc", "?state=made-up&code=abc"])
def test_callback_with_foreign_state_is_refused(env: Environment, query: str) -> None:
    browser = env.stranger()

    answer = browser.get(f"/oauth/microsoft/callback{query}")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/oauth/microsoft/outcome/refused"
    assert env.calls("oauth2/v2.0/token") == []
    assert "127.0.0.1" not in str(list(raw(env.rows)["rate_limits"].rows))


def test_flood_of_forged_callbacks_leaves_few_rows(env: Environment) -> None:
    browser = env.stranger()

    statuses = [
        browser.get(f"/oauth/microsoft/callback?state=forged-{number}&code=abc").status_code
        for number in range(150)
    ]

    noted = raw(env.rows).query("select count(*) as c from audit_log where result = 'refused'")
    # A second window may begin in between.
    assert statuses.count(303) in range(60, 121)
    assert {*statuses} == {303, 429}
    assert [row["c"] for row in noted] == [statuses.count(303)]
    assert not list(raw(env.rows)["sessions"].rows)


def test_flow_ends_after_ten_minutes(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))
    back = at_microsoft.came_back(env.sandbox, env.leave(browser), PRIYA)
    raw(env.rows).execute("update flows set started_at = '2020-01-01T00:00:00Z'")

    answer = browser.get(back)

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/refused"


def test_only_five_flows_stay_open(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))
    addresses = [env.leave(browser) for _ in range(7)]

    states = len(list(raw(env.rows).query("select 1 as x from flows where used_at is null")))
    last = browser.get(at_microsoft.came_back(env.sandbox, addresses[-1], PRIYA))

    assert states == 5
    assert last.headers["Location"] == "/settings/microsoft-365"


def test_flow_secrets_are_sealed_and_wiped_after_use(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))
    address = env.leave(browser)
    open_row = next(raw(env.rows).query("select * from flows"))

    browser.get(at_microsoft.came_back(env.sandbox, address, PRIYA))

    used_row = next(raw(env.rows).query("select * from flows"))
    assert open_row["verifier"].startswith("1.")
    assert at_microsoft.asked(address)["nonce"] not in open_row["nonce"]
    assert (used_row["verifier"], used_row["nonce"]) == ("", "")
    assert used_row["used_at"] is not None


def test_another_account_is_asked_for_without_a_hint(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))

    asked = at_microsoft.asked(env.leave(browser, account="other"))

    assert asked["prompt"] == "select_account"
    assert "login_hint" not in asked


def test_settings_mention_an_unfinished_flow(env: Environment) -> None:
    browser = env.visitor(env.person("priya"))
    env.leave(browser)

    page = browser.text("/settings/microsoft-365")

    assert "You began to connect just now and did not finish." in page
    assert "Approval by an administrator" in page


def test_keys_that_rotated_are_read_again(env: Environment) -> None:
    env.connect("priya")
    keys.rotate(env.sandbox.state)

    user_id, _ = env.connect("kim")

    assert env.connection(user_id).address == KIM


def test_local_admin_who_connects_a_known_account_becomes_that_person(env: Environment) -> None:
    first = setup.FirstAdmin("Root", "root@home.example", PASSWORD)
    root, _ = setup.make_admin(env.rows, first, now=clock.utc_now())
    priya, browser = env.person("priya"), env.visitor(root.id)

    env.come_back(browser, PRIYA)

    assert env.connection(priya).address == PRIYA
    assert store.connection_of(env.rows, root.id) is None
    shown = browser.text("/settings/personal-info")
    assert "Priya Kaur" in shown
    assert "You also sign in with root@home.example and a password." in shown
    assert browser.get("/admin/users").status_code == 200
    assert "Root" not in browser.text("/admin/users")
    assert ("local account became a person", f"Priya Kaur <{PRIYA}>", "ok") in env.audited()


def test_hint_is_the_user_name_and_the_address_is_the_mail(env: Environment) -> None:
    user_id, upn = env.person("priya"), "u.pn@northwind.example"
    env.sandbox.control("PATCH", f"users/{PRIYA}", {"userPrincipalName": upn, "mail": PRIYA})
    browser = env.stranger()
    browser.get(at_microsoft.came_back(env.sandbox, env.leave_to_sign_in(browser), upn))

    leaving = env.leave(browser)
    browser.get(at_microsoft.came_back(env.sandbox, leaving, upn))

    name = env.sandbox.user_name(upn)
    assert at_microsoft.asked(leaving)["login_hint"] == name
    assert env.connection(user_id).address == PRIYA
    assert f"User name at Microsoft {name}" in browser.text("/settings/personal-info")
