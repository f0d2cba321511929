"""The discovery documents and public keys."""

from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.entra import tokens
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import CLIENT_ID, TENANT_ID, Sandbox


def document(tenant: Sandbox, path: str, **parameters: str) -> requests.Response:
    session = requests.Session()
    session.trust_env = False
    return session.get(f"{tenant.url}{path}", params=parameters, timeout=30)


def configuration(tenant: Sandbox, segment: str) -> Any:
    return document(tenant, f"/{segment}/v2.0/.well-known/openid-configuration").json()


@pytest.mark.parametrize("segment", [TENANT_ID, "northwind.example", "NORTHWIND.example"])
def test_configuration_names_the_tenant_by_id(tenant: Sandbox, segment: str) -> None:
    found = configuration(tenant, segment)

    assert found["issuer"] == f"{tenant.url}/{TENANT_ID}/v2.0"
    assert found["token_endpoint"] == f"{tenant.url}/{TENANT_ID}/oauth2/v2.0/token"
    assert found["id_token_signing_alg_values_supported"] == ["RS256"]


@pytest.mark.parametrize("segment", ["common", "organizations"])
def test_issuer_of_a_shared_tenant_is_a_template(tenant: Sandbox, segment: str) -> None:
    found = configuration(tenant, segment)

    assert found["issuer"] == f"{tenant.url}/{{tenantid}}/v2.0"
    assert found["authorization_endpoint"] == f"{tenant.url}/{segment}/oauth2/v2.0/authorize"


def test_unknown_tenant_has_no_configuration(tenant: Sandbox) -> None:
    answer = document(tenant, "/contoso.example/v2.0/.well-known/openid-configuration")

    assert answer.status_code == 400
    assert answer.json()["error_codes"] == [90002]


def test_published_key_checks_a_token(tenant: Sandbox) -> None:
    found = document(tenant, f"/{TENANT_ID}/discovery/v2.0/keys").json()
    person = tenant.state.row("select * from users where upn = ?", (PRIYA,))
    assert person
    token = tokens.id_token(
        tenant.state, person, client_id=CLIENT_ID, scopes={"openid"}, nonce=None
    )

    read = jwt.decode(token, KeySet.import_key_set(found), algorithms=["RS256"])

    assert read.claims["aud"] == CLIENT_ID
    assert read.header["kid"] == found["keys"][0]["kid"]
    assert found["keys"][0]["issuer"] == f"{tenant.url}/{TENANT_ID}/v2.0"
    assert {"d", "p", "q"} & set(found["keys"][0]) == set()


def test_key_roll_over_changes_the_key(tenant: Sandbox) -> None:
    before = document(tenant, f"/{TENANT_ID}/discovery/v2.0/keys").json()["keys"]

    tenant.control("PATCH", "tenant", {"rotateKeys": True})
    after = document(tenant, f"/{TENANT_ID}/discovery/v2.0/keys").json()["keys"]

    assert [key["kid"] for key in before] != [key["kid"] for key in after]


def test_own_authority_is_known(tenant: Sandbox) -> None:
    asked = f"{tenant.url}/northwind.example/oauth2/v2.0/authorize"

    found = document(tenant, "/common/discovery/instance", authorization_endpoint=asked).json()

    expected = f"{tenant.url}/northwind.example/v2.0/.well-known/openid-configuration"
    assert found["tenant_discovery_endpoint"] == expected


def test_other_authority_is_unknown(tenant: Sandbox) -> None:
    asked = "https://login.elsewhere.example/common/oauth2/v2.0/authorize"

    answer = document(tenant, "/common/discovery/instance", authorization_endpoint=asked)

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_instance"
