"""Microsoft's sign-in libraries with authority validation, by domain and by tenant id."""

import ssl
import time
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.entra.certificates import registered_certificate
from tests.sandbox.messages import PRIYA
from tests.sandbox.sign_in import Visit, claims
from tests.support.sandbox_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    TENANT_ID,
    Sandbox,
    running_sandbox,
)
from tests.support.walk import Person

# Warnings of third-party clients are not ours to fix.
pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]
APP_SCOPE = "https://graph.microsoft.com/.default"


@pytest.fixture
def visit() -> Iterator[Visit]:
    with running_sandbox(tls=True) as tenant:
        visit = Visit(tenant, Person(verify=str(tenant.certificate)))
        tenant.control("PATCH", "tenant", {"redirectUris": [visit.back]})
        yield visit


def application(
    tenant: Sandbox, segment: str, credential: Any = CLIENT_SECRET, *, discovery: Any = None
) -> Any:
    """Make a client of msal that validates its authority with the tenant."""
    import msal

    return msal.ConfidentialClientApplication(
        CLIENT_ID,
        client_credential=credential,
        authority=f"{tenant.url}/{segment}",
        verify=str(tenant.certificate),
        instance_discovery=(
            f"{tenant.url}/common/discovery/instance" if discovery is None else discovery
        ),
    )


@pytest.mark.parametrize("segment", [TENANT_ID, "northwind.example", "organizations", "common"])
def test_msal_validates_the_authority(visit: Visit, segment: str) -> None:
    app = application(visit.tenant, segment)

    flow = app.initiate_auth_code_flow(["User.Read"], redirect_uri=visit.back)

    assert flow["auth_uri"].startswith(f"{visit.tenant.url}/")


def test_msal_signs_in_by_domain_and_renews_automatically(visit: Visit) -> None:
    app = application(visit.tenant, "northwind.example")
    flow = app.initiate_auth_code_flow(
        ["User.Read", "Mail.Read"], redirect_uri=visit.back, login_hint=PRIYA
    )
    visit.person.open(flow["auth_uri"]).press("Priya Kaur")
    visit.person.press("Accept")
    first = app.acquire_token_by_auth_code_flow(flow, visit.answer)

    visit.tenant.control("PATCH", "tenant", {"tokenLifetime": 30})
    short = app.acquire_token_silent(["Mail.Read"], app.get_accounts()[0], force_refresh=True)
    renewed = app.acquire_token_silent(["Mail.Read"], app.get_accounts()[0])

    assert first["id_token_claims"]["preferred_username"] == PRIYA
    assert len({first["access_token"], short["access_token"], renewed["access_token"]}) == 3
    assert app.get_accounts()[0]["home_account_id"] == (f"{visit.tenant.oid(PRIYA)}.{TENANT_ID}")


def test_msal_redeems_a_code_without_its_flow(visit: Visit) -> None:
    app = application(visit.tenant, TENANT_ID)
    address = app.get_authorization_request_url(["User.Read"], redirect_uri=visit.back)
    visit.person.open(address).press("Priya Kaur")
    visit.person.press("Accept")

    found = app.acquire_token_by_authorization_code(
        visit.answer["code"], ["User.Read"], redirect_uri=visit.back
    )

    assert found["id_token_claims"]["oid"] == visit.tenant.oid(PRIYA)


def test_msal_reports_missing_consent(visit: Visit) -> None:
    # With an empty cache, msal would ask Microsoft for other names of the host.
    app = application(visit.tenant, TENANT_ID, discovery=False)
    flow = app.initiate_auth_code_flow(["User.Read"], redirect_uri=visit.back)
    visit.person.open(flow["auth_uri"]).press("Priya Kaur")
    visit.person.press("Accept")
    app.acquire_token_by_auth_code_flow(flow, visit.answer)

    refused = app.acquire_token_silent_with_error(["Mail.Send"], app.get_accounts()[0])

    assert (refused["error"], refused["suberror"]) == ("invalid_grant", "consent_required")
    assert refused["classification"] == "consent_required"


def test_msal_authenticates_with_a_sha1_thumbprint(visit: Visit, tmp_path: Path) -> None:
    files = registered_certificate(visit.tenant, tmp_path)
    der = ssl.PEM_cert_to_DER_cert(files[0].read_text())
    credential = {
        "private_key": files[1].read_text(),
        "thumbprint": sha1(der, usedforsecurity=False).hexdigest(),
    }

    found = application(visit.tenant, TENANT_ID, credential).acquire_token_for_client([APP_SCOPE])

    assert claims(found["access_token"])["appid"] == CLIENT_ID


def test_azure_identity_authenticates_with_a_certificate(visit: Visit, tmp_path: Path) -> None:
    from azure.identity import CertificateCredential

    files = registered_certificate(visit.tenant, tmp_path)
    both = tmp_path / "both.pem"
    both.write_text(files[1].read_text() + files[0].read_text())
    visit.tenant.control("PATCH", "tenant", {"roles": ["Mail.Read"]})
    credential = CertificateCredential(
        TENANT_ID,
        CLIENT_ID,
        str(both),
        authority=visit.tenant.url,
        disable_instance_discovery=True,
        connection_verify=str(visit.tenant.certificate),
    )

    with credential:
        token = credential.get_token(APP_SCOPE)

    assert claims(token.token)["roles"] == ["Mail.Read"]
    assert 4100 < token.expires_on - time.time() <= 4200
