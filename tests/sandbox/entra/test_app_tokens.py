"""App-only tokens, and client authentication by certificate."""

from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox.entra.certificates import assertion, registered_certificate
from tests.sandbox.sign_in import Visit, claims, redeem, refusal
from tests.support.sandbox_server import TENANT_ID

APP_SCOPE = "https://graph.microsoft.com/.default"


def redeem_assertion(visit: Visit, files: tuple[Path, Path], **changes: Any) -> requests.Response:
    audience = f"{visit.tenant.url}/{TENANT_ID}/oauth2/v2.0/token"
    return redeem(
        visit.tenant,
        grant_type="client_credentials",
        scope=APP_SCOPE,
        client_secret=None,
        **assertion(files, audience=audience, **changes),
    )


def test_app_token_has_no_roles_when_none_was_granted(visit: Visit) -> None:
    answer = redeem(visit.tenant, grant_type="client_credentials", scope=APP_SCOPE).json()

    assert set(answer) == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    assert "roles" not in claims(answer["access_token"])


def test_app_token_carries_the_granted_roles(visit: Visit) -> None:
    visit.tenant.control("PATCH", "tenant", {"roles": ["Mail.Read"]})

    answer = redeem(visit.tenant, grant_type="client_credentials", scope=APP_SCOPE).json()

    assert claims(answer["access_token"])["roles"] == ["Mail.Read"]


def test_app_may_request_default_only(visit: Visit) -> None:
    answer = redeem(visit.tenant, grant_type="client_credentials", scope="Mail.Read")

    assert refusal(answer) == (400, "invalid_scope", 1002012)


def test_app_needs_a_tenant_of_its_own(visit: Visit) -> None:
    answer = redeem(
        visit.tenant, segment="common", grant_type="client_credentials", scope=APP_SCOPE
    )

    assert refusal(answer) == (400, "invalid_request", 9001023)


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
def test_certificate_replaces_a_secret(visit: Visit, tmp_path: Path, algorithm: str) -> None:
    files = registered_certificate(visit.tenant, tmp_path)

    answer = redeem_assertion(visit, files, algorithm=algorithm)

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "change", [{"aud": "https://elsewhere.example/token"}, {"iss": "me"}, {"exp": 1}]
)
def test_invalid_assertion_is_refused(visit: Visit, tmp_path: Path, change: dict[str, Any]) -> None:
    files = registered_certificate(visit.tenant, tmp_path)

    answer = redeem_assertion(visit, files, **change)

    assert refusal(answer) == (401, "invalid_client", 700027)


def test_assertion_of_an_unknown_certificate_is_refused(visit: Visit, tmp_path: Path) -> None:
    files = registered_certificate(visit.tenant, tmp_path)
    visit.tenant.control("PATCH", "tenant", {"certificates": []})

    answer = redeem_assertion(visit, files)

    assert refusal(answer) == (401, "invalid_client", 700027)
