"""Refresh tokens: renewed, kept, and refused when Entra would have ended them."""

from tests.sandbox.messages import PRIYA
from tests.sandbox.sign_in import Visit, granted, refusal, renew

APP_SCOPE = "https://graph.microsoft.com/.default"


def test_renewal_gives_a_new_refresh_token_and_keeps_the_old_one(visit: Visit) -> None:
    old = granted(visit.tenant)["refresh_token"]

    first = renew(visit.tenant, old)
    again = renew(visit.tenant, old)

    assert first.json()["refresh_token"] not in (old, again.json()["refresh_token"])
    assert again.status_code == 200


def test_renewal_answers_with_all_granted_scopes(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    answer = renew(visit.tenant, token, scope="https://graph.microsoft.com/user.read").json()

    assert {"User.Read", "Mail.Read"} <= set(answer["scope"].split())
    assert answer["refresh_token"] != token


def test_renewal_for_more_scopes_needs_consent(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    answer = renew(visit.tenant, token, scope="Mail.Send")

    assert refusal(answer) == (400, "invalid_grant", 65001)
    assert answer.json()["suberror"] == "consent_required"


def test_renewal_after_a_revocation_is_refused(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    visit.tenant.control("POST", f"revoke/{PRIYA}")

    assert refusal(renew(visit.tenant, token)) == (400, "invalid_grant", 50173)


def test_new_sign_in_after_a_revocation_works(visit: Visit) -> None:
    granted(visit.tenant)
    visit.tenant.control("POST", f"revoke/{PRIYA}")

    token = granted(visit.tenant)["refresh_token"]

    assert renew(visit.tenant, token).status_code == 200


def test_renewal_of_a_disabled_account_is_refused(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    visit.tenant.control("PATCH", f"users/{PRIYA}", {"accountEnabled": False})

    assert refusal(renew(visit.tenant, token)) == (400, "invalid_grant", 50057)


def test_renewal_of_a_deleted_account_is_refused(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    visit.tenant.control("PATCH", f"users/{PRIYA}", {"deleted": True})

    assert refusal(renew(visit.tenant, token)) == (400, "invalid_grant", 50034)


def test_unused_refresh_token_expires(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    visit.tenant.control("PATCH", "tenant", {"clockOffset": 91 * 24 * 3600})

    assert refusal(renew(visit.tenant, token)) == (400, "invalid_grant", 700082)


def test_unknown_refresh_token_is_refused(visit: Visit) -> None:
    assert refusal(renew(visit.tenant, "1.made-up")) == (400, "invalid_grant", 70000)
