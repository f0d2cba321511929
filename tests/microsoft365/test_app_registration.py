"""The application form: tested before it replaces the old one, and never shown again."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.config import MicrosoftConfig
from portal.errors import Conflict
from portal.microsoft365.application import registration as app_registration
from portal.microsoft365.application import store as application_store
from portal.microsoft365.flash_texts import ConsentFlash
from sandbox.certificate import make as make_certificate
from tests.claims.checks import claims
from tests.microsoft365.environment import Environment
from tests.microsoft365.registration import FORM, PAGE, RIGHT, SECRET_ID, alex, entered, env
from tests.sandbox.entra.certificates import registered_certificate
from tests.support import builders
from tests.support.databases import put_database
from tests.support.raw_rows import raw
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox
from tests.support.visitors import Visitor, portal_in, words

__all__ = ["alex", "env"]

EXAMPLE = "00000000-0000-0000-0000-000000000000"


@claims(ConsentFlash.APPLICATION_SAVED)
def test_working_application_is_used_from_then_on(env: Environment, alex: Visitor) -> None:
    before = env.services.microsoft365.is_configured

    entered(alex)

    assert not before
    assert env.services.microsoft365.is_configured
    assert env.services.microsoft365.config.client_secret == CLIENT_SECRET
    page = alex.text(PAGE)
    assert "Microsoft accepts the application" in page
    assert "expires on 2099-01-31" in page
    assert env.calls("oauth2/v2.0/token") == ["POST"]
    env.sandbox.control("POST", "consent")
    assert env.services.microsoft365.tokens.fetch().roles


def test_secret_is_sealed_and_stands_on_no_page(env: Environment, alex: Visitor) -> None:
    entered(alex)

    row = next(raw(env.rows).query("select * from applications"))
    assert CLIENT_SECRET not in str(row)
    for path in (FORM, PAGE, "/admin/audit-log"):
        assert CLIENT_SECRET not in alex.get(path).text, path


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"client_secret": SECRET_ID}, "This is the secret's ID"),
        ({"client_secret": "wrong"}, "Microsoft refuses this secret or certificate."),
        (
            {"client_id": "11111111-2222-4333-8444-999999999999"},
            "Microsoft does not know this application in that directory.",
        ),
        (
            {"tenant": "elsewhere.example"},
            "Microsoft does not know this directory in this cloud.",
        ),
        ({"client_id": "Portal"}, "not an application ID"),
        ({"client_id": EXAMPLE}, "not an application ID"),
        ({"tenant": EXAMPLE}, "neither a directory ID nor a domain"),
        ({"tenant": "common"}, "accounts of other organizations"),
        ({"tenant": "9188040d-6c67-4c5b-b112-36a304b66dad"}, "accounts of other organizations"),
        ({"tenant": "../evil"}, "neither a directory ID nor a domain"),
        ({"cloud": "moon"}, "choose one of the list"),
        ({"client_secret": ""}, "Enter the secret of this application"),
        ({"expires_on": ""}, "say when the secret expires"),
        ({"expires_on": "2020-01-01"}, "It has expired already"),
        ({"expires_on": "soon"}, "not a date"),
        ({"certificate": "nonsense"}, "not both"),
    ],
)
def test_failing_application_replaces_nothing(
    env: Environment, alex: Visitor, changed: dict[str, str], said: str
) -> None:
    entered(alex)
    before = application_store.version(env.rows)

    answer = alex.post(FORM, {**RIGHT, **changed, "client_id": changed.get("client_id", CLIENT_ID)})

    if changed == {"client_secret": ""}:  # the present application stays and works
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert said.replace("'", "&#39;") in answer.text
    assert CLIENT_SECRET not in answer.text
    assert application_store.version(env.rows) == before
    assert env.services.microsoft365.config.client_secret == CLIENT_SECRET


@pytest.mark.parametrize("elsewhere", [{"tenant": "evil.example"}, {"cloud": "china"}])
def test_kept_secret_goes_to_its_own_directory_and_cloud_alone(
    env: Environment, alex: Visitor, elsewhere: dict[str, str]
) -> None:
    entered(alex)
    before = len(env.sandbox.control("GET", "requests")["value"])

    answer = alex.post(FORM, {**RIGHT, "client_secret": "", "expires_on": "", **elsewhere})

    assert answer.status_code == 422
    assert "to the same application, directory and cloud alone" in answer.text
    assert len(env.sandbox.control("GET", "requests")["value"]) == before


def test_first_application_needs_a_secret(env: Environment, alex: Visitor) -> None:
    answer = alex.post(FORM, {**RIGHT, "client_secret": "", "expires_on": ""})

    assert answer.status_code == 422
    assert "Enter the secret of this application" in answer.text


def test_certificate_shows_its_expiry(env: Environment, alex: Visitor, tmp_path: Path) -> None:
    certificate, key = registered_certificate(env.sandbox, tmp_path)
    pem = certificate.read_text() + key.read_text()

    entered(alex, client_secret="", expires_on="", certificate=pem)

    known = application_store.application(env.rows)
    assert known is not None
    assert known.proof == "certificate"
    assert known.expires_on is not None
    assert key.read_text().splitlines()[1] not in str(
        next(raw(env.rows).query("select * from applications"))
    )


def test_certificate_is_uploaded(env: Environment, alex: Visitor, tmp_path: Path) -> None:
    certificate, key = registered_certificate(env.sandbox, tmp_path)
    pem = certificate.read_bytes() + key.read_bytes()
    empty = {"client_secret": "", "expires_on": ""}

    answer = alex.post(FORM, {**RIGHT, **empty, "certificate_file": (BytesIO(pem), "portal.pem")})

    assert answer.status_code == 303
    known = application_store.application(env.rows)
    assert known is not None
    assert known.proof == "certificate"
    assert env.services.microsoft365.config.client_certificate == pem.decode()


def test_certificate_may_come_with_its_chain(
    env: Environment, alex: Visitor, tmp_path: Path
) -> None:
    certificate, key = registered_certificate(env.sandbox, tmp_path)
    (tmp_path / "issuer").mkdir()
    issuer, _ = make_certificate(tmp_path / "issuer")
    name = "friendlyName: M\u00fcller\n".encode()
    pem = name + key.read_bytes() + issuer.read_bytes() + certificate.read_bytes()
    empty = {"client_secret": "", "expires_on": ""}

    answer = alex.post(FORM, {**RIGHT, **empty, "certificate_file": (BytesIO(pem), "portal.pem")})

    assert answer.status_code == 303, words(answer)


def test_certificate_of_another_key_is_refused(
    env: Environment, alex: Visitor, tmp_path: Path
) -> None:
    certificate, _ = registered_certificate(env.sandbox, tmp_path)
    (tmp_path / "other").mkdir()
    _, other_key = make_certificate(tmp_path / "other")
    pem = certificate.read_bytes() + other_key.read_bytes()
    empty = {"client_secret": "", "expires_on": ""}

    answer = alex.post(FORM, {**RIGHT, **empty, "certificate_file": (BytesIO(pem), "portal.pem")})

    assert answer.status_code == 422
    assert "certificate and its private RSA key as PEM" in words(answer)


@pytest.mark.parametrize(
    ("content", "pasted", "said"),
    [
        (b"\x30\x82", "", "This is not a PEM file. Convert a PFX file first"),
        (b"-----BEGIN CERTIFICATE-----\n", "", "certificate and its private RSA key as PEM"),
        (b"-----BEGIN CERTIFICATE-----\n", "x", "or choose its file, not both."),
        (b"-" * (20 * 1024 + 1), "", "This file is too large. It may have 20 KB at most."),
    ],
)
def test_file_without_a_usable_certificate_is_refused(
    env: Environment, alex: Visitor, content: bytes, pasted: str, said: str
) -> None:
    file = {"certificate_file": (BytesIO(content), "portal.pem"), "certificate": pasted}

    answer = alex.post(FORM, {**RIGHT, "client_secret": "", "expires_on": "", **file})

    assert answer.status_code == 422
    assert said in words(answer)
    assert application_store.application(env.rows) is None


def test_another_organization_is_refused_while_one_is_connected(
    env: Environment, alex: Visitor
) -> None:
    entered(alex)
    builders.consent(env.rows, tenant_id="another", at="2026-01-01T00:00:00Z")

    answer = alex.post(FORM, RIGHT)

    assert answer.status_code == 422
    assert "connected to another organization" in answer.text


def test_settings_take_precedence(instance: Path, sandbox: Sandbox) -> None:
    put_database(instance)
    named = MicrosoftConfig(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        tenant=TENANT_ID,
        authority=sandbox.url,
        graph=sandbox.url,
    )
    env = Environment(portal_in(instance, microsoft=named), sandbox)
    alex = env.visitor(env.person("alex"))

    assert "so it cannot be changed on this page" in alex.text(FORM)
    assert alex.post(FORM, RIGHT).status_code == 409
    assert CLIENT_SECRET not in alex.get(FORM).text


@claims(ConsentFlash.APPLICATION_REMOVED, ConsentFlash.NO_APPLICATION)
def test_application_is_removed_with_its_secret(env: Environment, alex: Visitor) -> None:
    entered(alex)

    assert alex.post(f"{FORM}/removal").status_code == 303

    said = alex.text(PAGE)
    assert alex.post(f"{FORM}/removal").status_code == 303

    assert "The application and its secret are removed here." in said
    assert "There is no application to remove." in alex.text(PAGE)
    assert raw(env.rows)["applications"].count == 0
    assert application_store.application(env.rows) is None
    assert not env.services.microsoft365.is_configured


def test_application_entered_after_a_removal_is_new(env: Environment, alex: Visitor) -> None:
    """A worker must not continue with the application that was removed."""
    entered(alex)
    known = application_store.application(env.rows)
    assert known is not None
    app_registration.forget(
        Act(env.rows, Actor.system("test"), clock.utc_now()),
    )

    with env.rows.write():
        later = replace(known, entered_at=known.entered_at + timedelta(minutes=1))
        application_store.save(env.rows, later)

    assert application_store.version(env.rows) > known.version


def test_concurrent_change_is_not_overwritten(env: Environment, alex: Visitor) -> None:
    entered(alex)
    known = application_store.application(env.rows)
    assert known is not None
    entered(alex, expires_on="2098-01-31")

    with pytest.raises(Conflict, match="meanwhile"):
        app_registration.enter(
            Act(env.rows, Actor.system("test"), clock.utc_now()),
            known,
        )

    kept = application_store.application(env.rows)
    assert kept is not None
    assert str(kept.expires_on) == "2098-01-31"
