"""Every setting with its default and check, read once. The only reader of the environment."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dotenv import dotenv_values

from portal.errors import Misconfigured
from portal.key_files import KEY_BYTES, lines_of, make_key_file, read_token_keys
from portal.setting_names import require_well_spelt
from portal.smtp_config import SmtpConfig, smtp_config
from portal.web_addresses import web_address

ROOT = Path(__file__).parent.parent
CLOUDS = {
    "global": ("https://login.microsoftonline.com", "https://graph.microsoft.com"),
    "gcc-high": ("https://login.microsoftonline.us", "https://graph.microsoft.us"),
    "dod": ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
    "china": ("https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
}
GOOGLE = "https://accounts.google.com"
DATABASE = "portal.db"
UNIX_SOCKET = "unix"
YES = {"1", "true", "yes", "on"}
NO = {"", "0", "false", "no", "off"}
# These admit accounts of any tenant; Portal serves one. The id is the tenant of all personal
# accounts: https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
PERSONAL_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"
MANY_TENANTS = {"common", "organizations", "consumers", PERSONAL_ACCOUNTS}
TENANT = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.-]{0,252}[0-9A-Za-z])?")


@dataclass(frozen=True)
class MicrosoftConfig:
    """The app registration at Microsoft, and the cloud it belongs to."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    client_secret_expires: date | None = None
    client_certificate_file: Path | None = None
    client_certificate: str = field(default="", repr=False)
    tenant: str = ""
    cloud: str = "global"
    authority: str = CLOUDS["global"][0]
    graph: str = CLOUDS["global"][1]

    @property
    def is_configured(self) -> bool:
        proof = self.client_secret or self.client_certificate_file or self.client_certificate
        return bool(self.client_id and self.tenant and proof)


@dataclass(frozen=True)
class Config:
    """The settings of one portal. `token_keys` is empty until the first start has made a key."""

    instance: Path
    base_url: str = "http://localhost:8000"
    secret_key: bytes = field(default=b"", repr=False)
    token_keys: tuple[bytes, ...] = field(default=(), repr=False)
    named_token_keys_file: Path | None = None
    trusted_proxy: str | None = None
    test_mode: bool = False
    portal_name: str = "Portal"
    microsoft: MicrosoftConfig = MicrosoftConfig()
    google_issuer: str = GOOGLE
    smtp: SmtpConfig | None = None
    idle_minutes: int = 60
    absolute_hours: int = 12

    def __post_init__(self) -> None:
        _check_base_url(self.base_url, self.test_mode)
        if len(set(self.secret_key)) < 8 or len(self.secret_key) < KEY_BYTES:
            raise Misconfigured(
                f"The signing key is shorter than {KEY_BYTES} bytes or made of one character. "
                "Remove its file so that a good one is made, or write 64 random letters into it."
            )
        _check_clouds(self.microsoft, self.test_mode)
        _require_usual("GOOGLE_ISSUER", self.google_issuer, GOOGLE, self.test_mode)

    @property
    def database_file(self) -> Path:
        return self.instance / DATABASE

    @property
    def token_keys_file(self) -> Path:
        return self.named_token_keys_file or self.instance / "token.keys"

    @property
    def host(self) -> str:
        found = web_address(self.base_url)
        return found.host if found else ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Config":
        """Read the settings. Makes the instance folder and the signing key if they are missing."""
        require_well_spelt(environ)
        instance = instance_folder(environ)
        _make_private(instance)
        return cls(
            instance=instance,
            base_url=environ.get("PORTAL_BASE_URL", cls.base_url).rstrip("/"),
            secret_key=_secret_key(environ.get("PORTAL_SECRET_KEY_FILE"), instance),
            token_keys=_token_keys(environ.get("PORTAL_TOKEN_KEYS_FILE"), instance),
            named_token_keys_file=_path(environ.get("PORTAL_TOKEN_KEYS_FILE")),
            trusted_proxy=_proxy(environ.get("PORTAL_TRUSTED_PROXY", "")),
            test_mode=_switch(environ, "PORTAL_TEST_MODE"),
            portal_name=environ.get("PORTAL_NAME") or cls.portal_name,
            microsoft=_microsoft(environ),
            google_issuer=(environ.get("GOOGLE_ISSUER") or GOOGLE).rstrip("/"),
            smtp=smtp_config(environ),
        )


def read_environment() -> dict[str, str]:
    """Read the environment, then `.env`. A practice portal ignores the `.env` of a real one."""
    given = dict(os.environ)
    if given.get("PORTAL_TEST_MODE", "").lower() in YES:
        return given
    written = {name: value or "" for name, value in dotenv_values(ROOT / ".env").items()}
    return {**written, **given}


def instance_folder(environ: Mapping[str, str]) -> Path:
    """Name the folder that keeps everything. Makes nothing."""
    return (ROOT / environ.get("PORTAL_INSTANCE", "instance")).resolve()


def is_loopback(host: str) -> bool:
    """Whether the address can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_base_url(url: str, test_mode: bool) -> None:
    found = web_address(url)
    if found is None or set("/?#") & set(url.partition("://")[2]):
        raise Misconfigured(
            f"PORTAL_BASE_URL is {url!r}; it has to look like https://portal.example.com."
        )
    if test_mode and not is_loopback(found.host):
        raise Misconfigured(
            f"PORTAL_TEST_MODE is on, but PORTAL_BASE_URL is {url}. Test mode is for this machine "
            "alone: turn it off, or use an address at localhost."
        )
    if found.scheme != "https" and not is_loopback(found.host):
        raise Misconfigured(
            f"PORTAL_BASE_URL is {url}. Beyond this machine it has to start with https."
        )


def _check_clouds(microsoft: MicrosoftConfig, test_mode: bool) -> None:
    if microsoft.cloud not in CLOUDS:
        raise Misconfigured(
            f"MICROSOFT_CLOUD is {microsoft.cloud!r}; it has to be one of {', '.join(CLOUDS)}."
        )
    if microsoft.tenant.lower() in MANY_TENANTS:
        raise Misconfigured(
            f"MICROSOFT_TENANT is {microsoft.tenant!r}, which lets everybody in. Enter the ID or a "
            "domain of your own organization."
        )
    if microsoft.tenant and not TENANT.fullmatch(microsoft.tenant):
        raise Misconfigured("MICROSOFT_TENANT has to be the tenant's ID or one of its domains.")
    given = (microsoft.authority, microsoft.graph)
    names = ("MICROSOFT_AUTHORITY", "MICROSOFT_GRAPH")
    for name, address, usual in zip(names, given, CLOUDS[microsoft.cloud], strict=True):
        _require_usual(name, address, usual, test_mode)


def _require_usual(name: str, address: str, usual: str, test_mode: bool) -> None:
    found = web_address(address)
    if address != usual and not (test_mode and found and is_loopback(found.host)):
        raise Misconfigured(
            f"{name} is {address}. Another address than {usual} is accepted only in test mode, "
            "and only on this machine. Remove the setting."
        )


def _switch(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip().lower()
    if value not in YES | NO:
        raise Misconfigured(f"{name} is {value!r}; it has to be 1 or 0.")
    return value in YES


def _proxy(address: str) -> str | None:
    if address in ("", UNIX_SOCKET):
        return address or None
    try:
        return str(ipaddress.ip_network(address))
    except ValueError:
        raise Misconfigured(
            f"PORTAL_TRUSTED_PROXY is {address!r}; it has to be an address, a network or unix."
        ) from None


def _microsoft(environ: Mapping[str, str]) -> MicrosoftConfig:
    cloud = environ.get("MICROSOFT_CLOUD") or "global"
    authority, graph = CLOUDS.get(cloud, CLOUDS["global"])
    certificate = environ.get("MICROSOFT_CLIENT_CERTIFICATE_FILE")
    _require_own_ids(environ)
    if certificate and not (ROOT / certificate).is_file():
        raise Misconfigured(f"MICROSOFT_CLIENT_CERTIFICATE_FILE: there is no file {certificate}.")
    return MicrosoftConfig(
        client_id=environ.get("MICROSOFT_CLIENT_ID", ""),
        client_secret=environ.get("MICROSOFT_CLIENT_SECRET", ""),
        client_secret_expires=_day(environ, "MICROSOFT_CLIENT_SECRET_EXPIRES"),
        client_certificate_file=ROOT / certificate if certificate else None,
        tenant=environ.get("MICROSOFT_TENANT", ""),
        cloud=cloud,
        authority=(environ.get("MICROSOFT_AUTHORITY") or authority).rstrip("/"),
        graph=(environ.get("MICROSOFT_GRAPH") or graph).rstrip("/"),
    )


def _require_own_ids(environ: Mapping[str, str]) -> None:
    for name in ("MICROSOFT_CLIENT_ID", "MICROSOFT_TENANT"):
        value = environ.get(name, "")
        if is_example(value):
            raise Misconfigured(
                f"{name} is still the example of the guide. Enter the ID that Microsoft shows."
            )


def is_example(entered: str) -> bool:
    """Whether an ID is the one of zeros that the guide shows."""
    return bool(entered) and not entered.strip("0-")


def _day(environ: Mapping[str, str], name: str) -> date | None:
    text = environ.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Misconfigured(f"{name} is {text!r}; it has to look like 2027-11-30.") from None


def _secret_key(named: str | None, instance: Path) -> bytes:
    path = ROOT / named if named else instance / "secret.key"
    if not named and not path.exists():
        make_key_file(path)
    return "".join(lines_of(path)).encode()


def _path(named: str | None) -> Path | None:
    return ROOT / named if named else None


def _token_keys(named: str | None, instance: Path) -> tuple[bytes, ...]:
    path = ROOT / named if named else instance / "token.keys"
    if not named and not path.exists():
        return ()
    return read_token_keys(path)


def _make_private(instance: Path) -> None:
    """Make the folder and its contents private to their owner."""
    instance.mkdir(parents=True, exist_ok=True)
    if instance.stat().st_mode & 0o077:
        instance.chmod(0o700)
    for path in instance.iterdir():
        if path.is_file() and path.stat().st_mode & 0o077 and path.suffix not in (".keys", ".key"):
            path.chmod(0o600)
