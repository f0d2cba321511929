"""msal, Microsoft's sign-in library: code flow, silent renewal, secret and certificate."""

import pytest

from tests.clients.msal_client import application
from tests.clients.sign_in import REDIRECT, SignIn
from tests.sandbox.sign_in import claims
from tests.support.sandbox_server import CLIENT_ID, TENANT_ID, Sandbox

# Warnings of third-party clients are not ours to fix.
pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]
SCOPES = ["User.Read", "Mail.Read"]


def test_code_flow_gives_tokens_of_the_person(tenant: Sandbox, sign_in: SignIn) -> None:
    app = application(tenant)
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=REDIRECT)

    result = app.acquire_token_by_auth_code_flow(flow, sign_in(flow["auth_uri"], "Priya Kaur"))

    assert "error" not in result
    claims = result["id_token_claims"]
    assert claims["oid"] == tenant.oid("priya@northwind.example")
    assert claims["tid"] == TENANT_ID
    assert {"Mail.Read", "User.Read"} <= set(result["scope"].split())


def test_silent_renewal_uses_the_refresh_token(tenant: Sandbox, sign_in: SignIn) -> None:
    app = application(tenant)
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=REDIRECT)
    app.acquire_token_by_auth_code_flow(flow, sign_in(flow["auth_uri"], "Priya Kaur"))
    account = app.get_accounts()[0]

    renewed = app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)

    assert account["username"] == "priya@northwind.example"
    assert "access_token" in renewed


def test_renewal_after_a_revocation_is_an_invalid_grant(tenant: Sandbox, sign_in: SignIn) -> None:
    app = application(tenant)
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=REDIRECT)
    app.acquire_token_by_auth_code_flow(flow, sign_in(flow["auth_uri"], "Priya Kaur"))
    tenant.control("POST", "revoke/priya@northwind.example")

    refused = app.acquire_token_silent_with_error(SCOPES, app.get_accounts()[0], force_refresh=True)

    assert refused["error"] == "invalid_grant"


def test_secret_gives_an_app_token(tenant: Sandbox) -> None:
    result = application(tenant).acquire_token_for_client(["https://graph.microsoft.com/.default"])

    assert result["token_type"] == "Bearer"
    assert "refresh_token" not in result


def test_wrong_secret_is_an_invalid_client(tenant: Sandbox) -> None:
    result = application(tenant, "not the secret").acquire_token_for_client(
        ["https://graph.microsoft.com/.default"]
    )

    assert result["error"] == "invalid_client"
    assert result["error_codes"] == [7000215]


def test_certificate_gives_an_app_token(tenant: Sandbox) -> None:
    assert tenant.certificate
    public = tenant.certificate.read_text()
    private = tenant.certificate.with_name("sandbox-key.pem").read_text()
    tenant.control("PATCH", "tenant", {"certificates": [public]})

    result = application(
        tenant, {"private_key": private, "public_certificate": public}
    ).acquire_token_for_client(["https://graph.microsoft.com/.default"])

    assert result.get("error_description") is None
    assert "access_token" in result


def roles_of(token: str) -> list[str]:
    found: list[str] = claims(token).get("roles", [])
    return found


def test_roles_follow_the_organization_s_consent(tenant: Sandbox) -> None:
    scope = ["https://graph.microsoft.com/.default"]
    before = application(tenant).acquire_token_for_client(scope)
    tenant.control("POST", "consent", {"roles": ["Mail.Read", "User.Read.All"]})
    granted = application(tenant).acquire_token_for_client(scope)
    tenant.control("DELETE", "consent", {"roles": ["Mail.Read"]})

    revoked = application(tenant).acquire_token_for_client(scope)

    assert roles_of(before["access_token"]) == []
    assert sorted(roles_of(granted["access_token"])) == ["Mail.Read", "User.Read.All"]
    assert roles_of(revoked["access_token"]) == ["User.Read.All"]


@pytest.mark.parametrize(
    ("change", "number"),
    [({"installed": False}, 7000229), ({"enabled": False}, 7000112)],
)
def test_uninstalled_or_disabled_application_is_refused(
    tenant: Sandbox, change: dict[str, bool], number: int
) -> None:
    tenant.control("PATCH", f"applications/{CLIENT_ID}", change)

    result = application(tenant).acquire_token_for_client(["https://graph.microsoft.com/.default"])

    assert result["error_codes"] == [number]


def test_expired_secret_is_an_invalid_client(tenant: Sandbox) -> None:
    old = {"value": "old", "expiresAt": "2026-01-01T00:00:00+00:00"}
    tenant.control("POST", f"applications/{CLIENT_ID}/secrets", old)

    result = application(tenant, "old").acquire_token_for_client(
        ["https://graph.microsoft.com/.default"]
    )

    assert (result["error"], result["error_codes"]) == ("invalid_client", [7000222])
