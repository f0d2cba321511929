"""Forms of the small Outlook's calendars, filled in as a browser does."""

from typing import Any

import requests

from tests.support.sandbox_server import Sandbox

KIM = "kim@northwind.example"
DAY = "2026-11-27"


def page(tenant: Sandbox, path: str) -> str:
    answer = requests.get(f"{tenant.url}{path}", params={"week": DAY}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.text


def post(tenant: Sandbox, path: str, **form: Any) -> requests.Response:
    form = {"week": DAY, **form}
    return requests.post(f"{tenant.url}{path}", data=form, timeout=30)


def add(tenant: Sandbox, path: str, **form: Any) -> requests.Response:
    times = {"day": DAY, "start": "09:00", "end": "10:00"}
    return post(tenant, f"{path}/events", subject="Offer", **(times | form))


def events(tenant: Sandbox, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tenant.control("GET", f"mailboxes/{name}/events")["value"]
    return found
