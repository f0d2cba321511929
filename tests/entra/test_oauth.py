"""The OAuth client: requests to the sign-in service, and trust in its documents."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from portal import clock
from portal.config import MicrosoftConfig
from portal.entra.errors import AuthorityUnavailable, IdentityRefused, Misconfigured
from portal.entra.oauth import OAuth
from portal.graph.time_limits import within
from portal.microsoft365.permissions import Feature
from tests.microsoft365.environment import Environment
from tests.support.loopback import Loopback, Say, loopback
from tests.support.sandbox_server import TENANT_ID, Sandbox
from tests.support.visitors import portal_in

BACK = "http://localhost:8000/oauth/microsoft/callback"


@pytest.fixture
def place() -> Iterator[Loopback]:
    with loopback() as place:
        yield place


def self_signed(folder: Path) -> tuple[Path, str]:
    """A PEM file with certificate and key, and the certificate alone."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal")])
    now = clock.utc_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "certificate.pem"
    file.write_bytes(certificate + private)
    return file, certificate.decode()


def test_domain_is_resolved_to_its_tenant_once(
    sandbox: Sandbox, microsoft: MicrosoftConfig
) -> None:
    oauth = OAuth(microsoft)

    ids = {oauth.tenant_id() for _ in range(3)}

    asked = sandbox.state.rows("select path from requests where path like '%openid-config%'")
    assert ids == {TENANT_ID}
    assert len(asked) == 1


def test_tenant_given_as_another_id_is_refused(sandbox: Sandbox) -> None:
    with loopback() as place:
        other = f"{place.url}/9188040d-6c67-4c5b-b112-36a304b66dad"
        place.will(Say({"issuer": f"{other}/v2.0", "jwks_uri": f"{place.url}/keys"}))

        with pytest.raises(IdentityRefused):
            OAuth(_config(place, tenant=TENANT_ID)).tenant_id()


@pytest.mark.parametrize(
    ("issuer", "keys"),
    [
        ("https://elsewhere.example/{id}/v2.0", "{url}/keys"),
        ("{url}/{{tenantid}}/v2.0", "{url}/keys"),
        ("{url}/northwind.example/v2.0", "{url}/keys"),
        ("{url}/{id}/v2.0", "https://elsewhere.example/keys"),
        ("{url}/{id}/v2.0", "{url}.elsewhere.example/keys"),
    ],
)
def test_documents_with_other_hosts_are_refused(place: Loopback, issuer: str, keys: str) -> None:
    facts = {"url": place.url, "id": TENANT_ID}
    place.will(Say({"issuer": issuer.format(**facts), "jwks_uri": keys.format(**facts)}))

    with pytest.raises(IdentityRefused):
        OAuth(_config(place)).tenant_id()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Say(status=503), AuthorityUnavailable),
        (Say(b"<html>"), AuthorityUnavailable),
        (Say(status=429), AuthorityUnavailable),
        (Say({"error": "invalid_tenant"}, 400), Misconfigured),
        (Say({}, 302, {"Location": "https://elsewhere.example/"}), AuthorityUnavailable),
    ],
)
def test_unreadable_documents_are_reported(
    place: Loopback, answer: Say, expected: type[Exception]
) -> None:
    place.will(answer)

    with pytest.raises(expected):
        OAuth(_config(place)).tenant_id()

    assert len(place.asked) == 1


def test_failed_discovery_is_retried(place: Loopback) -> None:
    place.will(
        Say(status=503),
        Say({"issuer": f"{place.url}/{TENANT_ID}/v2.0", "jwks_uri": f"{place.url}/keys"}),
        Say({"keys": []}),
    )
    oauth = OAuth(_config(place))
    with pytest.raises(AuthorityUnavailable):
        oauth.tenant_id()

    assert oauth.tenant_id() == TENANT_ID


def test_certificate_proves_the_portal(
    instance: Path, tmp_path: Path, sandbox: Sandbox, microsoft: MicrosoftConfig
) -> None:
    file, certificate = self_signed(tmp_path)
    sandbox.control("PATCH", "tenant", {"certificates": [certificate]})
    sandbox.state.execute("delete from secrets")
    config = replace(microsoft, client_secret="", client_certificate_file=file)
    env = Environment(portal_in(instance, microsoft=config), sandbox)

    user_id, _ = env.connect()
    env.make_stale(user_id, datetime.fromisoformat("2020-01-01T00:00:00+00:00"))
    client = env.services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id)

    assert client.get("/me")["displayName"] == "Priya Kaur"


def test_unknown_certificate_is_reported(
    tmp_path: Path, microsoft: MicrosoftConfig, now: datetime
) -> None:
    file, _ = self_signed(tmp_path)
    oauth = OAuth(replace(microsoft, client_secret="", client_certificate_file=file))

    with pytest.raises(Misconfigured):
        oauth.renewed(refresh_token="x", scopes=["Mail.Read"], now=now)


def test_file_without_a_certificate_is_reported(
    tmp_path: Path, microsoft: MicrosoftConfig, now: datetime
) -> None:
    file = tmp_path / "empty.pem"
    file.write_text("nothing")
    oauth = OAuth(replace(microsoft, client_secret="", client_certificate_file=file))

    with pytest.raises(Misconfigured, match="certificate and its private RSA key"):
        oauth.renewed(refresh_token="x", scopes=["Mail.Read"], now=now)


def test_approval_names_single_permissions(microsoft: MicrosoftConfig) -> None:
    address = OAuth(microsoft).approval_address(
        redirect_uri=BACK, scopes=["openid", "User.Read", "Mail.Read"]
    )

    query = parse_qs(urlsplit(address).query)
    root = microsoft.graph
    assert address.startswith(f"{microsoft.authority}/northwind.example/v2.0/adminconsent?")
    assert query["scope"] == [f"openid {root}/User.Read {root}/Mail.Read"]
    assert query["redirect_uri"] == [BACK]


def test_secret_stays_out_of_addresses(microsoft: MicrosoftConfig) -> None:
    address = OAuth(microsoft).authorize_address(
        redirect_uri=BACK, scopes=["openid"], state="s", nonce="n", verifier="v" * 43
    )

    assert microsoft.client_secret not in address
    assert "v" * 43 not in address


def _config(place: Loopback, *, tenant: str = "northwind.example") -> MicrosoftConfig:
    return MicrosoftConfig(
        client_id="client",
        client_secret="secret",
        tenant=tenant,
        authority=place.url,
        graph=place.url,
    )


def test_waiting_person_gets_a_short_timeout(
    microsoft: MicrosoftConfig, sandbox: Sandbox, now: datetime
) -> None:
    oauth = OAuth(microsoft)
    oauth.tenant_id()
    sandbox.control("POST", "faults", {"path": "/token", "delayMs": 4000})
    began = clock.monotonic()

    with pytest.raises(AuthorityUnavailable), within(1.0):
        oauth.organization_token(now=now)
    with pytest.raises(AuthorityUnavailable), within(-1.0):
        oauth.organization_token(now=now)

    assert clock.monotonic() - began < 3
