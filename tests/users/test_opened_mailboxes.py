"""Opened mailboxes: of people who recruit, and of those who turned it on themselves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from portal import clock, create_app
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email import mailboxes, settings_store, store
from portal.subscriptions import store as subscription_store
from portal.users import administration
from portal.users.models import Role
from portal.users.role_texts import UserFlash
from tests.claims.checks import claims
from tests.email.environment import (
    PRIYA,
    ROSA,
    EmailEnvironment,
    config,
    open_environment,
    raw_message,
)
from tests.support import builders
from tests.support.browser import browser, send
from tests.support.raw_rows import raw

BY = Actor.system("test")
KIM = "kim@northwind.example"
OFF = "email sync turned off"


@pytest.fixture
def env(instance: Path) -> Iterator[EmailEnvironment]:
    with open_environment(instance) as opened:
        yield opened


def hire_limited(env: EmailEnvironment, address: str = KIM) -> str:
    user_id = env.hire(address)
    raw(env.rows).execute("update users set role = 'limited' where id = ?", [user_id])
    return user_id


def change_role(env: EmailEnvironment, user_id: str, role: Role) -> None:
    administration.change_role(Act(env.rows, BY, clock.utc_now()), user_id, role=role)


def told_of_role(env: EmailEnvironment, instance: Path, user_id: str, role: str) -> str:
    """The page after an administrator gave this person another role."""
    root = builders.user(env.rows, "Root Admin", role="admin")
    app = create_app(replace(config(instance, env.sandbox), base_url="http://localhost"))
    admin = browser(app, root)
    send(admin, f"/admin/users/{user_id}/role", role=role)
    return admin.get("/admin/users").text


def turn(env: EmailEnvironment, user_id: str, *, on: bool) -> None:
    mailboxes.set_syncing(Act(env.rows, BY, clock.utc_now()), user_id, is_syncing=on)


def syncs_all(env: EmailEnvironment) -> list[str]:
    """Sync every mailbox that a worker may claim. Returns whose they are."""
    store.take_over_readable(env.rows, now=clock.utc_now())
    mailboxes.turn_off_after_role_change(env.rows, now=clock.utc_now())
    owners = [row["user_id"] for row in raw(env.rows)["mailboxes"].rows]
    synced = []
    for user_id in sorted(owners):
        claim = store.claim_of_person(env.rows, user_id, "test", now=clock.utc_now())
        if claim is not None:
            store.CLAIMS.release(env.rows, claim, due_at=clock.utc_now())
            env.sync(user_id)
            synced.append(user_id)
    return synced


def requests_about(env: EmailEnvironment, address: str) -> list[str]:
    """The paths at Microsoft that name this person."""
    oid = env.sandbox.oid(address)
    made = env.sandbox.control("GET", "requests")["value"]
    return [each["path"] for each in made if oid in each["path"]]


def test_mailbox_of_a_limited_person_is_never_asked_for(env: EmailEnvironment) -> None:
    env.candidate("Rosa Ortega", ROSA)
    env.arrives(KIM, raw_message("To Kim alone", to=KIM))
    env.arrives(PRIYA, raw_message("To Priya"))
    hire_limited(env)
    env.consent("Mail.Read", "User.Read.All")

    synced = syncs_all(env)

    assert synced == ["priya"]
    assert requests_about(env, KIM) == []
    assert requests_about(env, PRIYA) != []
    subscribed = {each[0] for each in subscription_store.people_without(env.rows, wakes="email")}
    assert subscribed == {"priya"}


def test_limited_person_turns_their_own_sync_on(env: EmailEnvironment) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(KIM, raw_message("To Kim", to=KIM))
    kim = hire_limited(env)
    env.consent("Mail.Read", "User.Read.All")
    syncs_all(env)

    turn(env, kim, on=True)

    assert syncs_all(env) == [kim, "priya"]
    assert env.subjects(rosa) == ["To Kim"]


@claims(UserFlash.MAILBOX_CLOSED)
def test_new_member_is_synced_only_after_they_agreed(env: EmailEnvironment, instance: Path) -> None:
    env.candidate("Rosa Ortega", ROSA)
    kim = hire_limited(env)
    env.consent("Mail.Read", "User.Read.All")
    syncs_all(env)

    said = told_of_role(env, instance, kim, "member")
    before = syncs_all(env)
    turn(env, kim, on=True)

    assert "Their mailbox stays closed until they agree at their next visit." in said
    assert before == ["priya"]
    assert syncs_all(env) == [kim, "priya"]


@claims(UserFlash.SYNC_OFF)
def test_member_who_becomes_limited_keeps_their_mail(env: EmailEnvironment, instance: Path) -> None:
    rosa = env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, raw_message("Before"))
    env.consent("Mail.Read", "User.Read.All")
    syncs_all(env)
    env.sandbox.control("DELETE", "requests")

    said = told_of_role(env, instance, "priya", "limited")
    env.arrives(PRIYA, raw_message("After"))

    assert "Their email sync is off now, and their mail stays." in said
    assert store.claim_of_person(env.rows, "priya", "test", now=clock.utc_now()) is None
    assert syncs_all(env) == []
    assert env.subjects(rosa) == ["Before"]
    assert requests_about(env, PRIYA) == []
    assert settings_store.is_syncing(env.rows, "priya") is False
    log = raw(env.rows).query("select target, new_value from audit_log where action = ?", [OFF])
    assert [(row["target"], row["new_value"]) for row in log] == [
        ("Priya Kaur <priya@northwind.example>", "the role has changed")
    ]


def test_migrated_switch_of_a_limited_person_stays(env: EmailEnvironment) -> None:
    """Portals from before the roles decided: what was on stays on."""
    kim = hire_limited(env)
    env.consent("Mail.Read")
    turn(env, kim, on=True)

    assert syncs_all(env) == [kim]
