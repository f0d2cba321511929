"""Codes, refresh tokens and credentials, taken and refused as Entra does."""

from pathlib import Path

import pytest
import requests

from tests.sandbox.certificates import assertion, registered_certificate
from tests.sandbox.conftest import PRIYA
from tests.sandbox.signing_in import (
    SCOPE,
    VERIFIER,
    Visit,
    claims,
    granted,
    redeem,
    redeem_code,
    renew,
)
from tests.sandbox_server import CLIENT_ID, TENANT_ID, Sandbox

APP_SCOPE = "https://graph.microsoft.com/.default"


@pytest.fixture
def visit(tenant: Sandbox) -> Visit:
    visit = Visit(tenant)
    tenant.control("PATCH", "tenant", {"redirectUris": [visit.back]})
    return visit


def refusal(answer: requests.Response) -> tuple[int, str, int]:
    """Status, error and number; the shape around them is the same for all."""
    body = answer.json()
    number = body["error_codes"][0]
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert body["trace_id"] in body["error_description"]
    assert body["correlation_id"] in body["error_description"]
    assert set(body) - {"suberror"} == {
        "error",
        "error_description",
        "error_codes",
        "timestamp",
        "trace_id",
        "correlation_id",
        "error_uri",
    }
    return answer.status_code, body["error"], number


def test_code_gives_all_tokens(visit: Visit) -> None:
    answer = granted(visit.tenant)

    assert set(answer) == {
        "token_type",
        "scope",
        "expires_in",
        "ext_expires_in",
        "access_token",
        "refresh_token",
        "id_token",
    }
    assert set(answer["scope"].split()) == {*SCOPE.split()} - {"offline_access"}
    assert answer["expires_in"] == 4200


def test_id_token_says_who_somebody_is(visit: Visit) -> None:
    identity = claims(granted(visit.tenant)["id_token"])

    assert identity["oid"] == visit.tenant.oid(PRIYA)
    assert identity["tid"] == TENANT_ID
    assert identity["aud"] == CLIENT_ID
    assert identity["iss"] == f"{visit.tenant.url}/{TENANT_ID}/v2.0"
    assert identity["nonce"] == "n-1"
    assert identity["ver"] == "2.0"
    assert identity["preferred_username"] == PRIYA
    assert identity["email"] == PRIYA


def test_id_token_has_no_oid_without_profile(visit: Visit) -> None:
    identity = claims(granted(visit.tenant, scope="openid User.Read")["id_token"])

    assert "oid" not in identity
    assert "email" not in identity


def test_access_token_says_what_was_granted(visit: Visit) -> None:
    access = claims(granted(visit.tenant)["access_token"])

    assert set(access["scp"].split()) == {"openid", "profile", "email", "User.Read", "Mail.Read"}
    assert access["aud"] == "00000003-0000-0000-c000-000000000000"
    assert "roles" not in access


def test_no_refresh_token_without_offline_access(visit: Visit) -> None:
    answer = granted(visit.tenant, scope="openid User.Read")

    assert "refresh_token" not in answer


def test_client_info_comes_when_asked_for(visit: Visit) -> None:
    answer = redeem_code(visit.tenant, visit.code(), client_info="1").json()

    assert claims(f"x.{answer['client_info']}") == {
        "uid": visit.tenant.oid(PRIYA),
        "utid": TENANT_ID,
    }


def test_code_is_redeemed_once(visit: Visit) -> None:
    code = visit.code()
    first = redeem_code(visit.tenant, code)

    second = redeem_code(visit.tenant, code)

    assert first.status_code == 200
    assert refusal(second) == (400, "invalid_grant", 54005)


def test_code_lives_ten_minutes(visit: Visit) -> None:
    code = visit.code()

    visit.tenant.control("PATCH", "tenant", {"clockOffset": 601})

    assert refusal(redeem_code(visit.tenant, code)) == (400, "invalid_grant", 70008)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"code": "0.made-up"}, (400, "invalid_grant", 70000)),
        ({"code_verifier": VERIFIER + "x"}, (400, "invalid_grant", 501481)),
        ({"code_verifier": None}, (400, "invalid_grant", 501481)),
        ({"redirect_uri": "http://localhost:8000/elsewhere"}, (400, "invalid_client", 500112)),
        ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"client_secret": "pässword"}, (401, "invalid_client", 7000215)),
        ({"client_secret": None}, (401, "invalid_client", 7000218)),
        ({"client_id": "somebody"}, (400, "unauthorized_client", 700016)),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
        ({"scope": "openid Mail.Send"}, (400, "invalid_grant", 65001)),
        ({"segment": "contoso.example"}, (400, "invalid_tenant", 90002)),
    ],
)
def test_wrong_redemptions_are_refused(
    visit: Visit, form: dict[str, str | None], expected: tuple[int, str, int]
) -> None:
    answer = redeem_code(visit.tenant, **{"code": visit.code(), **form})

    assert refusal(answer) == expected


def test_verifier_without_a_challenge_is_refused(visit: Visit) -> None:
    code = visit.code(code_challenge=None, code_challenge_method=None)

    assert refusal(redeem_code(visit.tenant, code)) == (400, "invalid_grant", 501481)


def test_plain_challenge_is_compared_as_it_is(visit: Visit) -> None:
    code = visit.code(code_challenge=VERIFIER, code_challenge_method=None)

    assert redeem_code(visit.tenant, code).status_code == 200


def test_secret_may_come_in_the_header(visit: Visit) -> None:
    session = requests.Session()
    session.trust_env = False

    answer = session.post(
        f"{visit.tenant.url}/{TENANT_ID}/oauth2/v2.0/token",
        data={"grant_type": "client_credentials", "scope": APP_SCOPE},
        auth=(CLIENT_ID, "sandbox-secret-value"),
        timeout=30,
    )

    assert answer.status_code == 200


def test_renewal_gives_a_new_refresh_token_and_keeps_the_old_one(visit: Visit) -> None:
    old = granted(visit.tenant)["refresh_token"]

    first = renew(visit.tenant, old)
    again = renew(visit.tenant, old)

    assert first.json()["refresh_token"] not in (old, again.json()["refresh_token"])
    assert again.status_code == 200


def test_renewal_answers_with_everything_that_is_granted(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    answer = renew(visit.tenant, token, scope="https://graph.microsoft.com/user.read").json()

    assert {"User.Read", "Mail.Read"} <= set(answer["scope"].split())
    assert answer["refresh_token"] != token


def test_renewal_for_more_than_was_granted_needs_consent(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    answer = renew(visit.tenant, token, scope="Mail.Send")

    assert refusal(answer) == (400, "invalid_grant", 65001)
    assert answer.json()["suberror"] == "consent_required"


def test_renewal_after_a_revocation_is_refused(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    visit.tenant.control("POST", f"revoke/{PRIYA}")

    assert refusal(renew(visit.tenant, token)) == (400, "invalid_grant", 50173)


def test_connecting_again_after_a_revocation_works(visit: Visit) -> None:
    granted(visit.tenant)
    visit.tenant.control("POST", f"revoke/{PRIYA}")

    token = granted(visit.tenant)["refresh_token"]

    assert renew(visit.tenant, token).status_code == 200


def test_disabled_account_gets_nothing_more(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    visit.tenant.control("PATCH", f"users/{PRIYA}", {"accountEnabled": False})

    assert refusal(renew(visit.tenant, token)) == (400, "invalid_grant", 50057)


def test_deleted_account_gets_nothing_more(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    visit.tenant.control("PATCH", f"users/{PRIYA}", {"deleted": True})

    assert refusal(renew(visit.tenant, token)) == (400, "invalid_grant", 50034)


def test_refresh_token_dies_when_nobody_uses_it(visit: Visit) -> None:
    token = granted(visit.tenant)["refresh_token"]

    visit.tenant.control("PATCH", "tenant", {"clockOffset": 91 * 24 * 3600})

    assert refusal(renew(visit.tenant, token)) == (400, "invalid_grant", 700082)


def test_made_up_refresh_token_is_refused(visit: Visit) -> None:
    assert refusal(renew(visit.tenant, "1.made-up")) == (400, "invalid_grant", 70000)


def test_default_asks_for_the_whole_registration_once(visit: Visit) -> None:
    answer = granted(visit.tenant, scope="openid https://graph.microsoft.com/.default")

    assert {"Mail.Read", "Mail.Send", "Calendars.ReadWrite"} <= set(answer["scope"].split())
    assert ".default" not in answer["scope"]


def test_app_token_has_no_roles_when_none_was_granted(visit: Visit) -> None:
    answer = redeem(visit.tenant, grant_type="client_credentials", scope=APP_SCOPE).json()

    assert set(answer) == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    assert "roles" not in claims(answer["access_token"])


def test_app_token_carries_the_granted_roles(visit: Visit) -> None:
    visit.tenant.control("PATCH", "tenant", {"roles": ["Mail.Read"]})

    answer = redeem(visit.tenant, grant_type="client_credentials", scope=APP_SCOPE).json()

    assert claims(answer["access_token"])["roles"] == ["Mail.Read"]


def test_app_asks_for_default_only(visit: Visit) -> None:
    answer = redeem(visit.tenant, grant_type="client_credentials", scope="Mail.Read")

    assert refusal(answer) == (400, "invalid_scope", 1002012)


def test_app_needs_a_tenant_of_its_own(visit: Visit) -> None:
    answer = redeem(
        visit.tenant, segment="common", grant_type="client_credentials", scope=APP_SCOPE
    )

    assert refusal(answer) == (400, "invalid_request", 9001023)


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
def test_certificate_stands_for_a_secret(visit: Visit, tmp_path: Path, algorithm: str) -> None:
    files = registered_certificate(visit.tenant, tmp_path)
    audience = f"{visit.tenant.url}/{TENANT_ID}/oauth2/v2.0/token"

    answer = redeem(
        visit.tenant,
        grant_type="client_credentials",
        scope=APP_SCOPE,
        client_secret=None,
        **assertion(files, audience=audience, algorithm=algorithm),
    )

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "change", [{"aud": "https://elsewhere.example/token"}, {"iss": "me"}, {"exp": 1}]
)
def test_wrong_assertions_are_refused(
    visit: Visit, tmp_path: Path, change: dict[str, object]
) -> None:
    files = registered_certificate(visit.tenant, tmp_path)
    audience = f"{visit.tenant.url}/{TENANT_ID}/oauth2/v2.0/token"

    answer = redeem(
        visit.tenant,
        grant_type="client_credentials",
        scope=APP_SCOPE,
        client_secret=None,
        **assertion(files, audience=audience, **change),
    )

    assert refusal(answer) == (401, "invalid_client", 700027)


def test_assertion_of_an_unknown_certificate_is_refused(visit: Visit, tmp_path: Path) -> None:
    files = registered_certificate(visit.tenant, tmp_path)
    visit.tenant.control("PATCH", "tenant", {"certificates": []})
    audience = f"{visit.tenant.url}/{TENANT_ID}/oauth2/v2.0/token"

    answer = redeem(
        visit.tenant,
        grant_type="client_credentials",
        scope=APP_SCOPE,
        client_secret=None,
        **assertion(files, audience=audience),
    )

    assert refusal(answer) == (401, "invalid_client", 700027)


def test_answer_is_not_to_be_kept(visit: Visit) -> None:
    answer = redeem(visit.tenant, grant_type="client_credentials", scope=APP_SCOPE)

    assert "no-store" in answer.headers["Cache-Control"]
