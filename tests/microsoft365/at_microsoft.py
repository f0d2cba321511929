"""A person's steps at Microsoft: choose an account, accept or decline."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import requests

from tests.support.sandbox_server import Sandbox
from tests.support.visitors import Visitor

APPROVAL_LINK = re.compile(r'value="(http[^"]+/adminconsent[^"]+)"')
CONSENT_LINK = re.compile(r'href="(http[^"]+/adminconsent[^"]*)"')


def came_back(
    sandbox: Sandbox, address: str, upn: str, *, decision: str = "accept", everybody: bool = False
) -> str:
    """Path and query of the address to which Microsoft returns the browser."""
    with requests.Session() as browser:
        browser.trust_env = False
        answer = browser.post(
            address, data={"account": sandbox.oid(upn)}, allow_redirects=False, timeout=10
        )
        if answer.status_code == 200:
            form = {"decision": decision, **({"everybody": "1"} if everybody else {})}
            answer = browser.post(address, data=form, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def consent_address(admin: Visitor) -> str:
    """The address to which the page before consent leads."""
    page = admin.post("/admin/integrations/microsoft-365/consent")
    assert page.status_code == 200, page.text
    link = CONSENT_LINK.search(page.text)
    assert link is not None, page.text
    return html.unescape(link[1])


def approval_link(page: str) -> str:
    """The link on a page that a person hands on to an administrator."""
    link = APPROVAL_LINK.search(page)
    assert link is not None, page
    return html.unescape(link[1])


def followed(sandbox: Sandbox, link: str, upn: str, decision: str) -> str:
    """The address at which an administrator's browser ends."""
    with requests.Session() as browser:
        browser.trust_env = False
        oid = sandbox.oid(upn)
        browser.post(link, data={"account": oid}, allow_redirects=False, timeout=10)
        answer = browser.post(link, data={"decision": decision}, allow_redirects=False, timeout=10)
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def asked(address: str) -> dict[str, str]:
    """The parameters of a request to authorize."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
