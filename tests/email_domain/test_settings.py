"""The email domain in force, and what new settings have to prove before they replace it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.config import Config
from portal.email_domain import settings, store
from portal.email_domain.models import Mailbox, Result
from portal.email_domain.rules import Reach, require_usual
from portal.errors import Conflict, Invalid, Misconfigured
from portal.smtp_config import Security, SmtpConfig, smtp_config
from portal.storage.rows import Rows
from portal.vault import Vault
from tests.support.raw_rows import raw
from tests.support.smtp_server import Faults, MailServer, running_mail_server

ALEX = Mailbox("alex@northwind.example", "Alex Berg")
KEY = bytes(range(32))
SERVER = SmtpConfig(
    host="smtp.mailhost.example",
    port=587,
    security=Security.STARTTLS,
    username="portal",
    password="secret",  # of no server
    from_address="no-reply@mail.northwind.example",
)


@pytest.fixture
def act(rows: Rows, now: datetime) -> Act:
    return Act(rows, Actor(id="alex", name="Alex Berg"), now)


@pytest.fixture
def vault() -> Vault:
    return Vault([KEY])


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with running_mail_server(tmp_path) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.bundle))
        yield server


def proven_at(act: Act, vault: Vault, config: Config) -> datetime | None:
    domain = settings.in_force(act.rows, vault, config)
    return domain.proven_at if domain else None


def test_settings_are_kept_once_a_mail_went_out(
    act: Act, vault: Vault, config: Config, server: MailServer
) -> None:
    settings.enter(act, vault, config, server.config(), to=ALEX)

    domain = settings.in_force(act.rows, vault, config)
    [(recipients, message)] = server.taken
    assert domain is not None
    assert (domain.smtp, domain.is_fixed, domain.proven_at) == (server.config(), False, act.now)
    assert recipients == ("alex@northwind.example",)
    assert message["Subject"] == "Test of the email domain"
    [row] = raw(act.rows)["email_domains"].rows
    assert server.config().password not in str(row)


def test_settings_that_fail_leave_the_working_ones(
    act: Act, vault: Vault, config: Config, server: MailServer
) -> None:
    settings.enter(act, vault, config, server.config(), to=ALEX)
    server.faults = Faults(after_mail="550 5.7.1 no")

    with pytest.raises(Invalid, match=r"refused the mail \(550 5.7.1\)\. The settings were not"):
        settings.enter(act, vault, config, server.config(from_name="Other"), to=ALEX)

    domain = settings.in_force(act.rows, vault, config)
    assert domain is not None
    assert domain.smtp.from_name == "Northwind Hiring"


def test_empty_password_keeps_that_of_the_same_account(
    act: Act, vault: Vault, config: Config, server: MailServer
) -> None:
    settings.enter(act, vault, config, server.config(), to=ALEX)
    again = server.config(password="", from_name="Other")

    assert settings.completed(act.rows, vault, again).password == server.config().password
    with pytest.raises(Invalid) as refusal:
        settings.completed(act.rows, vault, replace(again, host="smtp.evil.example"))
    assert refusal.value.field == "password"


def test_domain_is_removed_with_its_password(
    act: Act, vault: Vault, config: Config, server: MailServer
) -> None:
    settings.enter(act, vault, config, server.config(), to=ALEX)

    settings.remove(act)
    settings.remove(act)

    assert settings.in_force(act.rows, vault, config) is None
    actions = act.rows.all(str, "select action from audit_log order by action")
    assert actions == ["email domain entered", "email domain removed"]


def test_password_that_no_key_opens_is_never_used(
    act: Act, vault: Vault, config: Config, server: MailServer
) -> None:
    settings.enter(act, vault, config, server.config(), to=ALEX)
    other = Vault([bytes(reversed(KEY))])

    assert settings.in_force(act.rows, other, config) is None
    assert store.entered(act.rows) is not None


def test_environment_wins_and_is_proven_by_a_test(
    act: Act, vault: Vault, config: Config, server: MailServer
) -> None:
    settings.enter(act, vault, config, server.config(), to=ALEX)
    fixed = replace(config, smtp=server.config(from_address="jobs@mail.northwind.example"))

    domain = settings.in_force(act.rows, vault, fixed)
    assert domain is not None
    assert (domain.smtp, domain.is_fixed, domain.proven_at) == (fixed.smtp, True, None)
    assert settings.test(act, fixed, domain, to=ALEX).result is Result.ACCEPTED
    assert proven_at(act, vault, fixed) == act.now
    changed = replace(fixed, smtp=server.config(from_address="hi@mail.northwind.example"))
    assert proven_at(act, vault, changed) is None
    with pytest.raises(Conflict):
        settings.enter(act, vault, fixed, server.config(), to=ALEX)


def test_environment_names_every_setting() -> None:
    found = smtp_config(
        {
            "PORTAL_SMTP_HOST": "smtp.mailhost.example",
            "PORTAL_SMTP_PORT": "25",
            "PORTAL_SMTP_SECURITY": "tls",
            "PORTAL_SMTP_USERNAME": "portal",
            "PORTAL_SMTP_PASSWORD": "secret",
            "PORTAL_SMTP_FROM": "no-reply@mail.northwind.example",
            "PORTAL_SMTP_FROM_NAME": "Northwind Hiring",
            "PORTAL_SMTP_REPLY_TO": "jobs@northwind.example",
        }
    )

    assert found == replace(
        SERVER,
        port=25,
        security=Security.TLS,
        from_name="Northwind Hiring",
        reply_to="jobs@northwind.example",
    )
    assert smtp_config({}) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_SMTP_PORT", "0"),
        ("PORTAL_SMTP_PORT", "70000"),
        ("PORTAL_SMTP_PORT", "smtp"),
        ("PORTAL_SMTP_SECURITY", "none"),
        ("PORTAL_SMTP_FROM", ""),
        ("PORTAL_SMTP_FROM", "a@b.example, c@d.example"),
        ("PORTAL_SMTP_FROM_NAME", "Hiring\nBcc: eve@evil.example"),
        ("PORTAL_SMTP_REPLY_TO", "nobody"),
    ],
)
def test_wrong_environment_stops_the_start(name: str, value: str) -> None:
    right = {"PORTAL_SMTP_HOST": "smtp.mailhost.example", "PORTAL_SMTP_FROM": "a@mail.example"}

    with pytest.raises(Misconfigured, match=name):
        smtp_config(right | {name: value})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"host": "smtp.office365.com"}, "host"),
        ({"host": "SMTP.Office365.com."}, "host"),
        ({"host": "smtp.hve.mx.microsoft"}, "host"),
        ({"host": "smtp mailhost"}, "host"),
        ({"port": 25}, "port"),
        ({"port": 8025}, "port"),
        ({"port": 465}, "security"),
        ({"username": ""}, "username"),
        ({"password": ""}, "username"),
        ({"password": "pässword"}, "password"),
    ],
)
def test_page_refuses_other_servers(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        require_usual(replace(SERVER, **changes), Reach())  # type: ignore[arg-type]  # a test names what it changes

    assert refusal.value.field == field


@pytest.mark.parametrize("port", [465, 587, 2525])
def test_page_takes_the_usual_ports(port: int) -> None:
    security = Security.TLS if port == 465 else Security.STARTTLS

    require_usual(replace(SERVER, port=port, security=security), Reach())


def test_environment_may_name_a_relay_without_login() -> None:
    relay = replace(SERVER, port=25, username="", password="")

    require_usual(relay, Reach(is_open=True))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fe80::1%eth0", "fc00::1",
     "::ffff:10.0.0.1", "::", "224.0.0.1", "100.64.0.1", "64:ff9b::10.0.0.1", "::10.0.0.1",
     "2002:a00:1::1", "64:ff9b:1::1", "fec0::1", "5f00::1", "ff0e::1"],
)  # fmt: skip  # one to a line says no more
def test_private_addresses_are_for_the_environment(address: str) -> None:
    with pytest.raises(Invalid, match="PORTAL_SMTP_HOST"):
        Reach().require_allowed(address)

    Reach(is_open=True).require_allowed(address)


def test_public_addresses_are_allowed() -> None:
    Reach().require_allowed("8.8.8.8")
    Reach().require_allowed("2001:4860:4860::8888")
    Reach().require_allowed("64:ff9b::8.8.8.8")
