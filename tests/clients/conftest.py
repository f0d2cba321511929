"""A practice tenant over HTTPS, and a person who signs in there through its forms."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from flask import Response, request

from tests.clients.sign_in import REDIRECT, SignIn
from tests.support import openapi
from tests.support.sandbox_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    TENANT_ID,
    Sandbox,
    running_sandbox,
)
from tests.support.walk import Person

# The tenant routes places by type without the namespace that Microsoft's description has.
CAST = re.compile("^/places/(room|roomList)$")
# Microsoft's description has neither transitive members nor members of one type.
MEMBERS = re.compile("^(/groups/[^/]+)/(?:members|transitiveMembers)(?:/(?:user|group|device))?$")
# Nor the list of one standard's time zones.
STANDARD = re.compile("(/supportedTimeZones)/.+")
# It has no list of one calendar's events.
CALENDAR = re.compile("/calendars/[^/]+/events$")
# Nor createOrGet and changes of online meetings, which answer as a new one does.
MEETING = re.compile("/onlineMeetings/(createOrGet|[^/]+)$")
Answer = tuple[str, str, int, Any]


@pytest.fixture
def tenant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    answers: list[Answer] = []
    with running_sandbox(tls=True) as sandbox:
        sandbox.app.after_request(lambda answer: _noted(answer, answers))
        sandbox.control("PATCH", "tenant", {"redirectUris": [REDIRECT]})
        # Clients without a CA argument read it from here.
        for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(name, str(sandbox.certificate))
        yield sandbox
    if openapi.is_available():
        for method, path, status, body in answers:
            known = openapi.path_of(method, path)
            assert known is not None, f"{method} {path} is not in Microsoft's description"
            openapi.assert_fits(method, known, status, body)


def _noted(response: Response, answers: list[Answer]) -> Response:
    """Keep each JSON answer of Graph, to compare it with Microsoft's description."""
    if request.path.startswith("/v1.0/") and response.is_json:
        path = request.path.removeprefix("/v1.0").removesuffix("()")
        path = CAST.sub(lambda found: f"/places/microsoft.graph.{found[1].lower()}", path)
        path = CALENDAR.sub("/events", path)
        path = STANDARD.sub(r"\1", MEMBERS.sub(r"\1/members", path))
        call = request.method, path, response.status_code
        if MEETING.search(path) and request.method in ("POST", "PATCH"):
            call = "POST", MEETING.sub("/onlineMeetings", path), 201
        answers.append((*call, response.get_json()))
    return response


@pytest.fixture
def sign_in(tenant: Sandbox) -> SignIn:
    """Choose an account, accept, and return what the redirect carries."""

    def walk(address: str, name: str) -> dict[str, str]:
        person = Person(verify=str(tenant.certificate))
        try:
            person.open(address).press(name)
            person.press("Accept")
        except requests.ConnectionError as gone:
            # No server listens at the redirect address; only the address itself is needed.
            address = str(gone.request and gone.request.url)
            return dict(parse_qsl(urlsplit(address).query))
        raise AssertionError(person.html)

    return walk


@pytest.fixture
def graph(tenant: Sandbox) -> Any:
    """Microsoft's Graph SDK with a credential of azure-identity."""
    from azure.identity import ClientSecretCredential
    from kiota_authentication_azure.azure_identity_authentication_provider import (
        AzureIdentityAuthenticationProvider,
    )
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient

    roles = [
        "Mail.Read", "Mail.Send", "User.Read.All", "MailboxSettings.Read", "Calendars.Read",
        "Place.Read.All", "Application.Read.All", "Domain.Read.All", "GroupMember.Read.All",
    ]  # fmt: skip  # one to a line says no more
    tenant.control("POST", "consent", {"roles": roles})
    host = tenant.url.partition("://")[2]
    credential = ClientSecretCredential(
        TENANT_ID,
        CLIENT_ID,
        CLIENT_SECRET,
        authority=tenant.url,
        disable_instance_discovery=True,
        connection_verify=str(tenant.certificate),
    )
    provider = AzureIdentityAuthenticationProvider(
        credential,
        scopes=["https://graph.microsoft.com/.default"],
        allowed_hosts=[host, "localhost"],
    )
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = f"{tenant.url}/v1.0"
    return GraphServiceClient(request_adapter=adapter)
