"""Administration of people, and the guards on it."""

import threading
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit import store as audit
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.audit.models import Wanted as Sought
from portal.errors import Conflict, NotFound
from portal.storage.rows import Rows
from portal.storage.sqlite_rows import SqliteRows
from portal.users import administration, invitation_store, invitations, store
from portal.users.invitations import Wanted
from portal.users.models import Role
from tests.support.browser import browser
from tests.support.raw_rows import raw
from tests.users.people import add, person

PAGE = "/settings/personal-info"


def test_role_changes_with_old_and_new_value_in_the_log(
    people: Rows, actor: Actor, now: datetime
) -> None:
    user = administration.change_role(
        Act(people, actor, now),
        "kim",
        role=Role.MEMBER,
    )

    entry = next(audit.entries(people, Sought()))
    assert user.role is Role.MEMBER
    assert store.user(people, "kim").role is Role.MEMBER
    assert (entry.action, entry.old, entry.new) == ("role changed", "limited", "member")
    assert (entry.actor, entry.target) == (actor, "Kim Lund <kim@northwind.example>")


def test_unchanged_state_changes_nothing(people: Rows, actor: Actor, now: datetime) -> None:
    administration.change_role(
        Act(people, actor, now),
        "kim",
        role=Role.LIMITED,
    )
    administration.set_enabled(
        Act(people, actor, now),
        "kim",
        enabled=True,
    )

    assert list(audit.entries(people, Sought())) == []


def test_last_admin_stays(people: Rows, actor: Actor, now: datetime) -> None:
    with pytest.raises(Conflict) as first:
        administration.change_role(
            Act(people, actor, now),
            "alex",
            role=Role.MEMBER,
        )
    with pytest.raises(Conflict) as second:
        administration.set_enabled(
            Act(people, actor, now),
            "alex",
            enabled=False,
        )

    assert str(first.value) == str(second.value)
    assert "last administrator" in str(first.value)
    assert store.user(people, "alex").is_admin
    assert list(audit.entries(people, Sought())) == []


def test_disabled_admin_does_not_count(people: Rows, actor: Actor, now: datetime) -> None:
    add(people, person("Sam Reed", role="admin", is_enabled=False, now=now))

    with pytest.raises(Conflict):
        administration.set_enabled(
            Act(people, actor, now),
            "alex",
            enabled=False,
        )


def test_two_admins_cannot_disable_each_other_at_once(
    instance: Path, people: Rows, actor: Actor, now: datetime
) -> None:
    add(people, person("Sam Reed", role="admin", now=now))
    start, refused = threading.Barrier(2), []

    def disable(user_id: str) -> None:
        own = SqliteRows(instance / "portal.db")
        start.wait()
        try:
            administration.set_enabled(
                Act(own, actor, now),
                user_id,
                enabled=False,
            )
        except Conflict:
            refused.append(user_id)
        own.close()

    threads = [threading.Thread(target=disable, args=[name]) for name in ("alex", "sam")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert len(list(store.admins_who_can_sign_in(people))) == 1


def test_change_without_an_audit_entry_is_undone(people: Rows, actor: Actor, now: datetime) -> None:
    raw(people).execute(
        "create trigger full before insert on audit_log begin select raise(abort, 'full'); end"
    )

    with pytest.raises(Exception, match="full"):
        administration.change_role(
            Act(people, actor, now),
            "kim",
            role=Role.ADMIN,
        )

    assert store.user(people, "kim").role is Role.LIMITED


@pytest.mark.parametrize("lose", ["disable", "demote"])
def test_invitations_of_a_former_admin_end(
    people: Rows, actor: Actor, now: datetime, lose: str
) -> None:
    add(people, person("Sam Reed", role="admin", now=now))
    wanted = Wanted("invitation", Role.ADMIN, "")
    invitations.invite(
        Act(people, actor, now),
        wanted,
        by="sam",
    )

    if lose == "disable":
        administration.set_enabled(
            Act(people, actor, now),
            "sam",
            enabled=False,
        )
    else:
        administration.change_role(
            Act(people, actor, now),
            "sam",
            role=Role.MEMBER,
        )

    assert not invitation_store.invitation(people, "invitation").is_open(now)


def test_sessions_of_one_person_end(app: Flask, people: Rows, actor: Actor, now: datetime) -> None:
    first, second, other = browser(app, "kim"), browser(app, "kim"), browser(app, "priya")

    _, count = administration.end_sessions(
        Act(people, actor, now),
        "kim",
    )

    assert count == 2
    statuses = [client.get(PAGE).status_code for client in (first, second, other)]
    assert statuses == [303, 303, 200]


def test_disabling_ends_sessions_for_good(
    people: Rows, kim: FlaskClient, actor: Actor, now: datetime
) -> None:
    kim.get(PAGE)
    administration.set_enabled(
        Act(people, actor, now),
        "kim",
        enabled=False,
    )

    administration.set_enabled(
        Act(people, actor, now),
        "kim",
        enabled=True,
    )

    assert kim.get(PAGE).status_code == 303


def test_unknown_person_is_not_found(people: Rows, actor: Actor, now: datetime) -> None:
    with pytest.raises(NotFound):
        administration.change_role(
            Act(people, actor, now),
            "nobody",
            role=Role.MEMBER,
        )


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Priya Kaur", "PK"), ("Anna Maria von Trapp", "AT"), ("Cher", "C"), ("", "?"), ("(x)", "?")],
)
def test_initials_are_of_first_and_last_name(now: datetime, name: str, initials: str) -> None:
    assert person("Some Body", display_name=name, now=now).initials == initials
