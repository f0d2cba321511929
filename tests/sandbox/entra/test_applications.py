"""App registrations: expiring secrets, service principals, and grants."""

from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox.entra.certificates import assertion, registered_certificate
from tests.sandbox.sign_in import Visit, claims, redeem, refusal
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox

APP_SCOPE = "https://graph.microsoft.com/.default"
OTHER = "99999999-0000-4000-8000-000000000009"
MONTH = 30 * 24 * 3600


def app_token(tenant: Sandbox, **form: str | None) -> requests.Response:
    return redeem(tenant, grant_type="client_credentials", scope=APP_SCOPE, **form)


def roles(tenant: Sandbox, **form: str | None) -> set[str]:
    return set(claims(app_token(tenant, **form).json()["access_token"]).get("roles", ()))


def path(rest: str = "") -> str:
    return f"applications/{CLIENT_ID}{rest}"


def test_revoked_role_is_missing_from_the_next_token(tenant: Sandbox) -> None:
    tenant.control("POST", "consent", {"roles": ["Mail.Read", "User.Read.All"]})
    before = roles(tenant)

    tenant.control("DELETE", "consent", {"roles": ["Mail.Read"]})

    assert before == {"Mail.Read", "User.Read.All"}
    assert roles(tenant) == {"User.Read.All"}


def test_whole_consent_is_granted_and_revoked(tenant: Sandbox) -> None:
    granted = tenant.control("POST", "consent")
    gone = tenant.control("DELETE", "consent")

    assert "Place.Read.All" in granted["roles"]
    assert "Mail.Send" in granted["scopes"]
    assert (gone["roles"], gone["scopes"], gone["installed"]) == ([], [], True)


def test_new_roles_may_be_delayed(tenant: Sandbox) -> None:
    tenant.control("PATCH", "tenant", {"consentDelay": 60})
    tenant.control("POST", "consent", {"roles": ["Mail.Read"]})
    early = roles(tenant)

    tenant.control("PATCH", "tenant", {"clockOffset": 61})

    assert early == set()
    assert roles(tenant) == {"Mail.Read"}


def test_unknown_permission_is_refused(tenant: Sandbox) -> None:
    with pytest.raises(requests.HTTPError):
        tenant.control("POST", "consent", {"roles": ["Mail.Everything"]})


def test_second_application_has_its_own_secret_and_grants(tenant: Sandbox) -> None:
    facts: dict[str, Any] = {"clientId": OTHER, "secret": "other", "roles": ["Mail.Read"]}
    tenant.control("POST", "applications", facts)
    tenant.control("POST", f"consent/{OTHER}")

    assert roles(tenant, client_id=OTHER, client_secret="other") == {"Mail.Read"}
    assert refusal(app_token(tenant, client_id=OTHER)) == (401, "invalid_client", 7000215)
    assert roles(tenant) == set()


def test_id_of_a_secret_is_refused(tenant: Sandbox) -> None:
    known = tenant.control("GET", "applications")["value"][0]["secrets"][0]

    answer = app_token(tenant, client_secret=known["id"])

    assert known["value"] == CLIENT_SECRET
    assert refusal(answer) == (401, "invalid_client", 7000215)
    assert "not the client secret ID" in answer.json()["error_description"]


def test_expired_secret_is_refused(tenant: Sandbox) -> None:
    tenant.control("POST", path("/secrets"), {"value": "short", "id": "s-1", "expiresIn": MONTH})

    before = app_token(tenant, client_secret="short")
    tenant.control("PATCH", "tenant", {"clockOffset": MONTH + 1})

    assert before.status_code == 200
    refused = app_token(tenant, client_secret="short")
    assert refusal(refused) == (401, "invalid_client", 7000222)
    assert app_token(tenant).status_code == 200


def test_secrets_overlap_until_one_is_removed(tenant: Sandbox) -> None:
    new = tenant.control("POST", path("/secrets"))
    both = [app_token(tenant, client_secret=one) for one in (CLIENT_SECRET, new["value"])]
    known = tenant.control("GET", "applications")["value"][0]["secrets"]

    tenant.control("DELETE", path(f"/secrets/{known[0]['id']}"))

    assert [answer.status_code for answer in both] == [200, 200]
    assert refusal(app_token(tenant)) == (401, "invalid_client", 7000215)


def test_expired_certificate_is_refused(tenant: Sandbox, tmp_path: Path) -> None:
    files = registered_certificate(tenant, tmp_path)
    audience = f"{tenant.url}/{TENANT_ID}/oauth2/v2.0/token"
    years = 40 * 365 * 24 * 3600
    tenant.control("PATCH", "tenant", {"clockOffset": years})
    proof = assertion(files, audience=audience, lasts=years + 600)

    answer = app_token(tenant, client_secret=None, **proof)

    assert refusal(answer) == (401, "invalid_client", 700027)
    assert "expired" in answer.json()["error_description"]


def test_application_that_is_not_installed_gets_no_token(tenant: Sandbox) -> None:
    tenant.control("POST", "consent")
    tenant.control("PATCH", path(), {"installed": False})

    refused = app_token(tenant)
    tenant.control("PATCH", path(), {"installed": True})

    assert refusal(refused) == (401, "invalid_client", 7000229)
    # The grants were deleted with the service principal.
    assert roles(tenant) == set()


def test_disabled_application_gets_no_token(tenant: Sandbox) -> None:
    tenant.control("PATCH", path(), {"enabled": False})

    assert refusal(app_token(tenant)) == (400, "unauthorized_client", 7000112)


def test_disabled_application_cannot_sign_people_in(tenant: Sandbox) -> None:
    tenant.control("PATCH", path(), {"enabled": False})

    page = Visit(tenant).start().html

    assert "AADSTS7000112" in page


def test_unknown_application_is_not_found(tenant: Sandbox) -> None:
    tenant.control("DELETE", path())

    assert refusal(app_token(tenant)) == (400, "unauthorized_client", 700016)


def test_reset_restores_the_registration(tenant: Sandbox) -> None:
    tenant.control("DELETE", path())

    tenant.control("POST", "reset")

    assert app_token(tenant).status_code == 200


def test_address_of_an_error_stays_on_this_machine(tenant: Sandbox) -> None:
    answer = app_token(tenant, client_secret="wrong")

    address = answer.json()["error_uri"]

    assert address == f"{tenant.url}/error?code=7000215"
    assert "AADSTS7000215" in requests.get(address, timeout=10).text
