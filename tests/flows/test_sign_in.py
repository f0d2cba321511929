"""Sign-in with Microsoft: the same round trip, for a session instead of tokens."""

from portal.flows.outcomes import ConnectionOutcome
from portal.users import domain_store
from tests.claims.checks import claims
from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.support.raw_rows import raw
from tests.support.sandbox_server import TENANT_ID

PRIYA = "priya@northwind.example"
KIM = "kim@northwind.example"
ALEX = "alex@northwind.example"


def test_sign_in_begins_a_session(env: Environment) -> None:
    env.person("priya")
    browser = env.stranger()

    answer = browser.get(at_microsoft.came_back(env.sandbox, env.leave_to_sign_in(browser), PRIYA))

    assert answer.status_code == 303
    assert "code=" not in answer.headers["Location"]
    assert "Priya Kaur" in browser.get("/settings/microsoft-365").text


def test_sign_in_keeps_no_token(env: Environment) -> None:
    env.person("priya")
    browser = env.stranger()

    browser.get(at_microsoft.came_back(env.sandbox, env.leave_to_sign_in(browser), PRIYA))

    assert list(raw(env.rows).query("select id from connections")) == []


def test_sign_in_of_an_unknown_person_is_refused(env: Environment) -> None:
    browser = env.stranger()

    answer = browser.get(at_microsoft.came_back(env.sandbox, env.leave_to_sign_in(browser), KIM))

    page = browser.text(answer.headers["Location"])
    assert answer.headers["Location"] == "/oauth/microsoft/outcome/kept-out"
    assert "You are not in this portal yet" in page
    assert f"You signed in to Microsoft as {env.sandbox.user_name(KIM)}" in page
    assert list(raw(env.rows).query("select id from users")) == []


@claims(ConnectionOutcome.KEPT_OUT)
def test_sign_in_of_a_disabled_person_is_refused(env: Environment) -> None:
    user_id = env.person("priya")
    with env.rows.write():
        raw(env.rows).execute("update users set is_enabled = 0 where id = ?", [user_id])
    browser = env.stranger()

    answer = browser.get(at_microsoft.came_back(env.sandbox, env.leave_to_sign_in(browser), PRIYA))

    assert "Not enabled for sign-in" in browser.text(answer.headers["Location"])
    assert raw(env.rows)["sessions"].count == 0
    assert browser.get("/settings/microsoft-365").status_code == 303


def test_sign_in_that_is_declined_offers_sign_in_again(env: Environment) -> None:
    browser = env.stranger()

    answer = browser.get(
        at_microsoft.came_back(env.sandbox, env.leave_to_sign_in(browser), PRIYA, decision="cancel")
    )

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/declined"
    assert "Back to sign in" in browser.get(answer.headers["Location"]).text


def test_sign_in_flow_does_not_connect(env: Environment) -> None:
    env.person("priya")
    browser = env.stranger()
    back = at_microsoft.came_back(env.sandbox, env.leave_to_sign_in(browser), PRIYA)

    browser.get(back)
    again = browser.get(back)

    assert again.headers["Location"] == "/oauth/microsoft/outcome/refused"


def domains(env: Environment) -> list[str]:
    return [each.name for each in domain_store.domains(env.rows, TENANT_ID)]


def sign_in(env: Environment, upn: str) -> None:
    browser = env.stranger()
    browser.get(at_microsoft.came_back(env.sandbox, env.leave_to_sign_in(browser), upn))
    assert browser.get("/settings/personal-info").status_code == 200


def test_sign_in_of_an_admin_reads_the_verified_domains(env: Environment) -> None:
    env.person("priya")
    env.person("alex")

    sign_in(env, PRIYA)
    assert domains(env) == []

    sign_in(env, ALEX)
    assert domains(env) == ["northwind.example"]


def test_connecting_of_an_admin_reads_the_verified_domains(env: Environment) -> None:
    env.connect("alex")

    assert domains(env) == ["northwind.example"]


def test_domains_that_cannot_be_read_stop_no_sign_in(env: Environment) -> None:
    env.person("alex")
    refusal = {"error": {"code": "Authorization_RequestDenied", "message": "No."}}
    env.sandbox.control("POST", "faults", {"path": "/organization", "status": 403, "body": refusal})

    sign_in(env, ALEX)

    assert domains(env) == []
