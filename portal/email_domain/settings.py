"""The email domain in force: as the environment names it, or as an administrator entered it."""

import json
from dataclasses import replace
from datetime import datetime

from portal import clock
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.config import Config
from portal.email_domain import store
from portal.email_domain.delivery import delivered
from portal.email_domain.models import Delivery, EmailDomain, Entered, Mailbox, Outgoing, Result
from portal.email_domain.rules import Reach, require_usual
from portal.errors import Conflict, Invalid
from portal.smtp_config import SmtpConfig
from portal.storage.ids import new_ordered_id
from portal.storage.rows import Rows
from portal.storage.settings import save_setting, setting
from portal.vault import Unreadable, Vault, Where, hash_token

PASSWORD_PLACE = Where("email_domains", "password", store.ID, "")
# When the server that the environment names took a mail, and a hash of its settings at that time.
PROOF = "email_domain_proof"
FIXED = "PORTAL_SMTP_HOST sets the email domain, so it is changed where that is set."
TEST_SUBJECT = "Test of the email domain"


def in_force(rows: Rows, vault: Vault, config: Config) -> EmailDomain | None:
    """The domain, proven or not. None without one, or if no key opens its password."""
    if config.smtp is not None:
        return EmailDomain(config.smtp, True, _proof_of_environment(rows, config.smtp))
    entered = store.entered(rows)
    if entered is None:
        return None
    try:
        password = vault.open(entered.sealed_password, where=PASSWORD_PLACE)
    except Unreadable:
        return None
    return EmailDomain(entered.config(password), False, entered.proven_at)


def reach(config: Config) -> Reach:
    """Only servers that the environment names may be private."""
    return Reach(is_open=config.smtp is not None, has_practice_servers=config.test_mode)


def completed(rows: Rows, vault: Vault, smtp: SmtpConfig) -> SmtpConfig:
    """Complete new settings: an empty password means the stored one of the same account."""
    before = store.entered(rows)
    if smtp.password or before is None:
        return smtp
    if (before.host, before.port, before.username) != (smtp.host, smtp.port, smtp.username):
        raise Invalid("Enter the password of this server and user name.", field="password")
    try:
        return replace(smtp, password=vault.open(before.sealed_password, where=PASSWORD_PLACE))
    except Unreadable as error:
        raise Invalid("The stored password is lost. Enter it again.", field="password") from error


def enter(act: Act, vault: Vault, config: Config, smtp: SmtpConfig, *, to: Mailbox) -> None:
    """Replace the domain by one that takes a mail right now. Refused, the old one stays."""
    if config.smtp is not None:
        raise Conflict(FIXED)
    require_usual(smtp, reach(config))
    found = _tried(config, smtp, to, act.now)
    if found.result is not Result.ACCEPTED:
        raise Invalid(f"{found.sentence} The settings were not saved.")
    entered = Entered(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        username=smtp.username,
        from_address=smtp.from_address,
        from_name=smtp.from_name,
        reply_to=smtp.reply_to,
        entered_by=act.actor.name,
        entered_at=act.now,
        proven_at=act.now,
        sealed_password=vault.seal(smtp.password, where=PASSWORD_PLACE),
    )
    with act.rows.write():
        before = store.entered(act.rows)
        store.save(act.rows, entered)
        act.record(
            Action.EMAIL_DOMAIN_ENTERED,
            smtp.domain,
            old=_named(before) if before else None,
            new=_named(entered),
        )


def remove(act: Act) -> None:
    """Remove the entered domain with its password. Repeating does nothing."""
    with act.rows.write():
        before = store.entered(act.rows)
        if before is None or not store.delete(act.rows):
            return
        act.record(Action.EMAIL_DOMAIN_REMOVED, _named(before))


def test(act: Act, config: Config, domain: EmailDomain, *, to: Mailbox) -> Delivery:
    """Send one mail to the administrator. Proves a domain that the environment names."""
    found = _tried(config, domain.smtp, to, act.now)
    with act.rows.write():
        if found.result is Result.ACCEPTED and domain.is_fixed:
            proof = f"{clock.text(act.now)} {_fingerprint(domain.smtp)}"
            save_setting(act.rows, PROOF, proof)
        act.record(
            Action.EMAIL_DOMAIN_TESTED,
            domain.smtp.domain,
            result="ok" if found.result is Result.ACCEPTED else "failed",
        )
    return found


def _tried(config: Config, smtp: SmtpConfig, to: Mailbox, now: datetime) -> Delivery:
    text = (
        f"{smtp.host} took this mail from {config.portal_name}. If you can read it in your inbox, "
        f"mail from {smtp.from_address} arrives.\n\nPlease check that it was not filed as spam."
    )
    mail = Outgoing(new_ordered_id(), TEST_SUBJECT, text, to=(to,))
    return delivered(smtp, mail, reach=reach(config), before_data=lambda: None, now=now)


def _proof_of_environment(rows: Rows, smtp: SmtpConfig) -> datetime | None:
    """When the present settings of the environment were proven. A change of them needs another."""
    at, _, fingerprint = (setting(rows, PROOF) or "").partition(" ")
    return clock.moment(at) if at and fingerprint == _fingerprint(smtp) else None


def _fingerprint(smtp: SmtpConfig) -> str:
    known = [smtp.host, smtp.port, smtp.security, smtp.username, smtp.from_address]
    return hash_token(json.dumps(known))


def _named(entered: Entered) -> str:
    return f"{entered.from_address} through {entered.host}:{entered.port}"
