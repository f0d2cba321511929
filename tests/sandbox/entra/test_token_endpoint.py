"""The token endpoint: tokens for a code, and its refusals."""

import pytest
import requests

from tests.sandbox.messages import PRIYA
from tests.sandbox.sign_in import (
    SCOPE,
    VERIFIER,
    Visit,
    claims,
    granted,
    redeem,
    redeem_code,
    refusal,
)
from tests.support.sandbox_server import CLIENT_ID, TENANT_ID

APP_SCOPE = "https://graph.microsoft.com/.default"


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


def test_id_token_identifies_the_person(visit: Visit) -> None:
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


def test_access_token_lists_granted_scopes(visit: Visit) -> None:
    access = claims(granted(visit.tenant)["access_token"])

    assert set(access["scp"].split()) == {"openid", "profile", "email", "User.Read", "Mail.Read"}
    assert access["aud"] == "00000003-0000-0000-c000-000000000000"
    assert "roles" not in access


def test_no_refresh_token_without_offline_access(visit: Visit) -> None:
    answer = granted(visit.tenant, scope="openid User.Read")

    assert "refresh_token" not in answer


def test_client_info_is_returned_on_request(visit: Visit) -> None:
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


def test_code_expires_after_ten_minutes(visit: Visit) -> None:
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
def test_invalid_redemption_is_refused(
    visit: Visit, form: dict[str, str | None], expected: tuple[int, str, int]
) -> None:
    answer = redeem_code(visit.tenant, **{"code": visit.code(), **form})

    assert refusal(answer) == expected


def test_verifier_without_a_challenge_is_refused(visit: Visit) -> None:
    code = visit.code(code_challenge=None, code_challenge_method=None)

    assert refusal(redeem_code(visit.tenant, code)) == (400, "invalid_grant", 501481)


def test_plain_challenge_is_compared_unhashed(visit: Visit) -> None:
    code = visit.code(code_challenge=VERIFIER, code_challenge_method=None)

    assert redeem_code(visit.tenant, code).status_code == 200


def test_secret_may_be_in_the_header(visit: Visit) -> None:
    session = requests.Session()
    session.trust_env = False

    answer = session.post(
        f"{visit.tenant.url}/{TENANT_ID}/oauth2/v2.0/token",
        data={"grant_type": "client_credentials", "scope": APP_SCOPE},
        auth=(CLIENT_ID, "sandbox-secret-value"),
        timeout=30,
    )

    assert answer.status_code == 200


def test_default_requests_the_whole_registration(visit: Visit) -> None:
    answer = granted(visit.tenant, scope="openid https://graph.microsoft.com/.default")

    assert {"Mail.Read", "Mail.Send", "Calendars.Read"} <= set(answer["scope"].split())
    assert ".default" not in answer["scope"]


def test_answer_forbids_caching(visit: Visit) -> None:
    answer = redeem(visit.tenant, grant_type="client_credentials", scope=APP_SCOPE)

    assert "no-store" in answer.headers["Cache-Control"]
