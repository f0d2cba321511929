"""Ports and folder of the demo, and the settings of its programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from demo.programs import ROOT
from portal.microsoft365.addresses import CALLBACK, CONSENT_CALLBACK

# The practice tenant registers this application; the secret opens nothing else.
CLIENT_ID = "11111111-2222-4333-8444-555555555555"
CLIENT_SECRET = "sandbox-secret-value"


class WrongSetting(Exception):
    """An unusable setting of the demo; its text names the setting."""


@dataclass(frozen=True)
class Environment:
    folder: Path
    portal_port: int
    sandbox_port: int

    @property
    def portal(self) -> str:
        return f"http://localhost:{self.portal_port}"

    @property
    def sandbox(self) -> str:
        return f"http://localhost:{self.sandbox_port}"

    @property
    def sandbox_state(self) -> Path:
        return self.folder / "sandbox.db"

    @property
    def redirects(self) -> list[str]:
        """Redirect URIs that the practice tenant accepts."""
        return [f"{self.portal}{path}" for path in (CALLBACK, CONSENT_CALLBACK)]

    def settings(self, tenant_id: str) -> dict[str, str]:
        """Environment variables of web server and worker."""
        return {
            "PORTAL_INSTANCE": str(self.folder),
            "PORTAL_BASE_URL": self.portal,
            "PORTAL_TEST_MODE": "1",
            "MICROSOFT_CLIENT_ID": CLIENT_ID,
            "MICROSOFT_CLIENT_SECRET": CLIENT_SECRET,
            "MICROSOFT_TENANT": tenant_id,
            "MICROSOFT_AUTHORITY": self.sandbox,
            "MICROSOFT_GRAPH": self.sandbox,
        }


def environment_from(variables: Mapping[str, str]) -> Environment:
    return Environment(
        folder=ROOT / (variables.get("PORTAL_INSTANCE") or "instance") / "demo",
        portal_port=_port(variables, "PORTAL_PORT", 8000),
        sandbox_port=_port(variables, "SANDBOX_PORT", 8365),
    )


def _port(variables: Mapping[str, str], name: str, otherwise: int) -> int:
    text = variables.get(name) or str(otherwise)
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65535:
        raise WrongSetting(f"{name} is {text!r}; it has to be a port from 1024 to 65535.")
    return int(text)
