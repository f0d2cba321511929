"""Subscriptions that end: with their connection, or as another identity takes over."""

from portal import clock
from tests.microsoft365.environment import Environment
from tests.microsoft365.served import served, work
from tests.subscriptions.kept import at_microsoft, own
from tests.support import consents
from tests.support.raw_rows import raw

PRIYA = "priya@northwind.example"


def consented(env: Environment) -> None:
    """The organization consents, which makes every subscription due."""
    env.sandbox.control("POST", "consent")
    consents.prove(env.services)


def test_subscription_of_a_person_is_closed_with_their_token(env: Environment) -> None:
    user_id, _ = env.connect()
    with served(env) as config:
        work(env, config)
        before = own(env, user_id)
        consented(env)
        work(env, config)

    after = own(env, user_id)
    assert (before.resource, after.resource.split("/")[0]) == ("me/messages", "users")
    assert after.failure is None
    assert at_microsoft(env) == [after.microsoft_id]
    assert after.microsoft_id != before.microsoft_id


def test_subscription_that_cannot_be_closed_goes_on_telling(env: Environment) -> None:
    user_id, _ = env.connect()
    with served(env) as config:
        work(env, config)
        before = own(env, user_id)
        consented(env)
        raw(env.rows).execute("update connections set state = 'lapsed', failure = 'Ended.'")
        work(env, config)

    after = own(env, user_id)
    assert (after.microsoft_id, after.resource) == (before.microsoft_id, before.resource)
    assert after.is_open(now=clock.utc_now())
    assert after.failure is None


def test_revoking_deletes_at_once_and_closes_at_microsoft(env: Environment) -> None:
    _, browser = env.connect()

    with served(env) as config:
        work(env, config)
    answer = browser.post("/settings/microsoft-365/revocation")

    page = browser.text(answer.headers["Location"])
    assert answer.headers["Location"] == "/oauth/microsoft/outcome/revoked"
    assert "What remains at Microsoft" in page
    assert list(raw(env.rows).query("select id from connections")) == []
    assert list(raw(env.rows).query("select id from subscriptions")) == []
    assert at_microsoft(env) == []
    assert ("Microsoft 365 access revoked", PRIYA, "ok") in env.audited()
    assert "Connect with Microsoft 365" in browser.text("/settings/microsoft-365")


def test_revoking_leaves_no_token_in_the_files(env: Environment) -> None:
    user_id, browser = env.connect()
    sealed = env.connection(user_id).sealed_refresh_token or ""
    files = list(env.services.config.instance.glob("portal.db*"))
    before = [path.name for path in files if sealed.encode() in path.read_bytes()]

    browser.post("/settings/microsoft-365/revocation")

    after = [path.name for path in files if path.exists() and sealed.encode() in path.read_bytes()]
    assert before != []
    assert after == []


def test_revoking_works_while_microsoft_is_down(env: Environment) -> None:
    _, browser = env.connect()
    with served(env) as config:
        work(env, config)
    env.sandbox.control("POST", "faults", {"path": "/v1.0", "status": 400})

    answer = browser.post("/settings/microsoft-365/revocation")

    assert answer.headers["Location"] == "/oauth/microsoft/outcome/revoked"
    assert list(raw(env.rows).query("select id from connections")) == []


def test_revoking_twice_is_reported(env: Environment) -> None:
    _, browser = env.connect()

    browser.post("/settings/microsoft-365/revocation")
    again = browser.post("/settings/microsoft-365/revocation")

    assert again.headers["Location"] == "/settings/microsoft-365"
    assert "There is no connection to revoke." in browser.text("/settings/microsoft-365")
