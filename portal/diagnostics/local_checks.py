"""Checks that read only our own tables and settings: configuration, worker, expiry, causes."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from portal.diagnostics import (
    cause_checks,
    permission_checks,
    proof_checks,
    room_checks,
    schedule_checks,
    sending_checks,
    shared_mailbox_checks,
    watch_checks,
)
from portal.diagnostics.models import Check, failed, ok, skipped
from portal.entra import client_credentials as credential
from portal.errors import PortalError
from portal.flows import store as flows
from portal.microsoft365 import addresses, hindrances
from portal.microsoft365.models import WARNED_DAYS
from portal.services import Services
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.subscriptions import store as subscription_store
from portal.subscriptions import subscriptions
from portal.wording import counted, number, verb
from portal.worker import store as worker
from portal.worker.due import KINDS
from portal.worker.models import Backlog


def checks(services: Services, *, now: datetime) -> Iterator[Check]:
    yield _configuration(services)
    yield _platform(services)
    yield _redirects(services)
    yield proof_checks.check(services)
    yield _expiry(services, now)
    yield _worker(services, now)
    yield _webhook(services, now)
    yield from cause_checks.checks(services, now=now)
    yield shared_mailbox_checks.check(services.rows)
    yield from sending_checks.checks(services, now=now)
    yield from room_checks.checks(services.rows)
    yield from schedule_checks.checks(services.rows)
    yield from watch_checks.checks(services.rows, now=now)
    yield from permission_checks.checks(services.rows, now=now)


def _configuration(services: Services) -> Check:
    name, config = "Configuration", services.config
    if not services.microsoft365.is_configured:
        return failed(
            name,
            "No application is entered, so nobody can be sent to Microsoft.",
            "Register Portal with Microsoft and enter it under Application.",
        )
    if config.test_mode:
        return ok(name, f"Test mode: a practice tenant on this machine, at {config.base_url}.")
    cloud = services.microsoft365.config.cloud
    return ok(name, f"People use {config.base_url}; Microsoft's cloud is {cloud}.")


def _platform(services: Services) -> Check:
    on = platforms.enabled(services.rows)
    if on is Platform.MICROSOFT_365:
        return ok("Platform", "Microsoft 365 is enabled.")
    if on is not None:
        return skipped("Platform", f"{on.label} is enabled, so Microsoft 365 is not used.")
    return failed("Platform", "No platform is enabled.", "Enable Microsoft 365 under Integrations.")


def _redirects(services: Services) -> Check:
    """An app could read its own registration only with a permission that nothing else needs."""
    name, came = "Redirect addresses", flows.last_return_from_microsoft(services.rows)
    address = addresses.redirect_uri(services.config)
    if came is not None:
        return ok(name, f"Microsoft sent somebody back here in the last day, so {address} works.")
    return skipped(
        name,
        f"Nobody came back from Microsoft in the last day. {address} and "
        f"{addresses.consent_redirect_uri(services.config)} have to be registered.",
        "Sign in with Microsoft once, or compare both with the app registration, letter by letter.",
    )


def _expiry(services: Services, now: datetime) -> Check:
    name, expiry = "Secret or certificate", services.microsoft365.expiry
    file = services.microsoft365.settings.client_certificate_file
    if services.microsoft365.settings.is_configured and file is not None:
        return _certificate(name, file, now)
    if expiry is None:
        return skipped(name, "No application is entered.", "Enter one under Application.")
    where = "into the settings" if expiry.is_in_settings else "under Application"
    if expiry.on is None:
        named = " as MICROSOFT_CLIENT_SECRET_EXPIRES" if expiry.is_in_settings else ""
        cure = f"Enter the date that Microsoft shows beside it {where}{named}."
        return skipped(name, "When it expires is not known.", cure)
    until = f"The {expiry.proof} expires on {expiry.on}."
    if expiry.is_soon(now.date()):
        return failed(name, until, f"Make a new one at Microsoft and enter it {where}.")
    return ok(name, until)


def _certificate(name: str, file: Path, now: datetime) -> Check:
    """The certificate in the settings contains its own expiry date."""
    try:
        _, found = credential.read_certificate(file.read_bytes())
    except (OSError, PortalError) as error:
        return failed(name, f"{file.name} cannot be used. {error}", "Put the right file there.")
    end = found.not_valid_after_utc
    until = f"The certificate in {file.name} ends on {end.date()}."
    if (end - now).days <= WARNED_DAYS[0]:
        return failed(name, until, "Upload a new one at Microsoft, and put it into the file.")
    return ok(name, until)


def _worker(services: Services, now: datetime) -> Check:
    name = "Worker"
    alive = [each for each in worker.workers(services.rows) if each.is_alive(now)]
    if not alive:
        return failed(
            name,
            "None has reported in the last 30 seconds, so nothing is synced.",
            "Start one on Portal's machine: flask --app wsgi worker",
        )
    backlog = Backlog.of(worker.jobs(services.rows, KINDS), now)
    work = counted(backlog.count, "piece of work")
    if backlog.is_stalled(now):
        wait = verb(backlog.count, "waits", "wait")
        return failed(
            name,
            f"{number(len(alive))} alive, but {work} {wait} for minutes.",
            "Look at Jobs for what is wrong, and restart the worker.",
        )
    return ok(name, f"{number(len(alive))} alive, {work} due.")


def _webhook(services: Services, now: datetime) -> Check:
    """Microsoft opens a subscription only after it has reached the webhook."""
    name = "Notifications from Microsoft"
    if not subscriptions.is_possible(services.config):
        return skipped(
            name,
            f"Microsoft cannot reach {services.config.base_url}, so mail is found by looking.",
            "Nothing has to be done. A public https address makes mail arrive sooner.",
        )
    count, wanted, failure = subscription_store.open_subscriptions(services.rows, now=now)
    if wanted == 0:
        return skipped(name, "Nobody's mailbox is followed yet.")
    if count < wanted and (lost := hindrances.consent_lost(services.rows)):
        return skipped(name, lost)
    if count == 0:
        return failed(
            name,
            f"None of {wanted} is open. {failure}".strip(),
            "Microsoft has to reach the webhook by https from outside: check the reverse proxy "
            "and the firewall. Until then mail is found by looking.",
        )
    return ok(
        name,
        f"{number(count)} of {counted(wanted, 'mailbox')} {verb(wanted, 'is', 'are')} told of, "
        "so Microsoft reaches the webhook.",
    )
