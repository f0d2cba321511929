"""A client for the control paths of the practice tenant."""

from dataclasses import dataclass
from typing import Any

import requests

TIMEOUT = 60


class Refused(Exception):
    """An error answer of the practice tenant; its text quotes it."""


@dataclass(frozen=True)
class PracticeTenant:
    """The practice tenant at one address."""

    address: str

    def state(self) -> dict[str, Any]:
        answer: dict[str, Any] = self._call("GET", "state").json()
        return answer

    def set_redirects(self, addresses: list[str]) -> None:
        self._call("PATCH", "tenant", json={"redirectUris": addresses})

    def switch(self, **switches: bool) -> None:
        """Change settings of the tenant, such as adminConsentRequired."""
        self._call("PATCH", "tenant", json=switches)

    def import_mbox(self, address: str, mbox: bytes, *, folder: str) -> None:
        self._call("POST", f"mailboxes/{address}/import", params={"folder": folder}, content=mbox)

    def _call(
        self,
        method: str,
        path: str,
        *,
        json: dict[str, Any] | None = None,
        params: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> requests.Response:
        session = requests.Session()
        session.trust_env = False  # both programs run on this machine
        answer = session.request(
            method,
            f"{self.address}/_sandbox/{path}",
            json=json,
            params=params,
            data=content,
            headers={"Content-Type": "application/mbox"} if content else None,
            timeout=TIMEOUT,
        )
        if not answer.ok:
            raise Refused(
                f"The practice tenant did not do what the demo asked for ({method} {path}): "
                f"{answer.status_code} {answer.text[:300]}"
            )
        return answer


def person(state: dict[str, Any], address: str) -> dict[str, Any]:
    """Return the practice tenant's user with this address."""
    found: dict[str, Any] = next(user for user in state["users"] if user["mail"] == address)
    return found
