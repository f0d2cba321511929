"""An independent OpenID provider in Google's place, and a person's steps there."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

import requests

from tests.support.needs import OIDC
from tests.support.visitors import HOME
from tests.support.walk import Person

CLIENT_ID = "1234-abc.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-a-secret-of-the-tests"
DOMAIN = "northwind.example"
PRIYA, KIM, UNPROVEN, OUTSIDE, ALONE = "10001", "10002", "10003", "20001", "30001"


def _account(name: str, address: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "email": address, "email_verified": True, **more}


ACCOUNTS = {
    PRIYA: _account("Priya Kaur", f"priya@{DOMAIN}", hd=DOMAIN),
    KIM: _account("Kim Lund", f"kim@{DOMAIN}", hd=DOMAIN),
    UNPROVEN: _account("Una Fox", f"una@{DOMAIN}", hd=DOMAIN, email_verified=False),
    OUTSIDE: _account("Otto Weiss", "otto@contoso.example", hd="contoso.example"),
    ALONE: _account("Priya Kaur", f"priya@{DOMAIN}"),
}


@dataclass(frozen=True)
class Google:
    """The running provider. It ends when its input is closed."""

    issuer: str
    program: subprocess.Popen[str]

    def stop(self) -> None:
        assert self.program.stdin is not None
        self.program.stdin.close()
        self.program.wait(timeout=10)


@contextmanager
def running_google(portal: str = HOME) -> Iterator[Google]:
    wanted = {
        "redirectUris": [f"{portal}/oauth/google/callback"],
        "clientId": CLIENT_ID,
        "clientSecret": CLIENT_SECRET,
        "accounts": ACCOUNTS,
    }
    with subprocess.Popen(
        ["node", "provider.mjs", json.dumps(wanted)],
        cwd=OIDC,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as program:
        assert program.stdout is not None
        said = program.stdout.readline()
        google = Google(json.loads(said)["issuer"], program)
        try:
            yield google
        finally:
            if program.stdin is not None and not program.stdin.closed:
                google.stop()


def came_back(address: str, account: str = PRIYA) -> str:
    """Path and query of the address to which the provider returns the browser."""
    with requests.Session() as browser:
        browser.trust_env = False
        answer = browser.get(address, timeout=10)
        assert answer.status_code == 200, answer.text
        answer = browser.post(
            answer.url, data={"account": account}, timeout=10, allow_redirects=False
        )
        while not answer.headers["Location"].startswith(HOME):
            step = urljoin(answer.url, answer.headers["Location"])
            answer = browser.get(step, timeout=10, allow_redirects=False)
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def choose(person: Person, account: str = PRIYA) -> None:
    person.press(ACCOUNTS[account]["email"])


def changed(address: str, **parameters: str) -> str:
    """The same address with other values in its query."""
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return urlunsplit(parts._replace(query=urlencode({**asked, **parameters})))


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
