"""A practice tenant over https, and somebody who signs in there with forms."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from tests.sandbox_server import Sandbox, running_sandbox
from tests.walk import Person

REDIRECT = "http://localhost:9/back"
SignIn = Callable[[str, str], dict[str, str]]


@pytest.fixture
def tenant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with running_sandbox(tls=True) as sandbox:
        sandbox.control("PATCH", "tenant", {"redirectUris": [REDIRECT]})
        # Clients that take no CA argument read it from here.
        for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(name, str(sandbox.certificate))
        yield sandbox


@pytest.fixture
def sign_in(tenant: Sandbox) -> SignIn:
    """Choose an account, accept, and give back what the redirect carries."""

    def walk(address: str, name: str) -> dict[str, str]:
        person = Person(verify=str(tenant.certificate))
        try:
            person.open(address).press(name)
            person.press("Accept")
        except requests.ConnectionError as gone:
            # Nobody listens where the redirect leads; its address is all that is wanted.
            request = gone.request
            assert request is not None
            return dict(parse_qsl(urlsplit(str(request.url)).query))
        raise AssertionError(person.html)

    return walk
