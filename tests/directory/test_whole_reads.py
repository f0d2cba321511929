"""Everybody is read again: after new domains, after a week, and when an admin asks."""

from datetime import timedelta

from portal import clock
from portal.audit.act import Act
from portal.directory import settings as user_sync
from portal.directory import store as directory_store
from tests.directory.environment import ADMIN, Environment
from tests.support.raw_rows import raw


def test_domains_that_nobody_has_read_leave_no_one_out(env: Environment) -> None:
    env.know_domains()
    env.arrives("ola", mail="ola@elsewhere.example", displayName="Ola Else")
    env.import_people()

    assert "Ola Else" in env.names()
    assert directory_store.state(env.rows).domains == frozenset()
    paths = [row["path"] for row in env.sandbox.state.rows("select path from requests")]
    assert [path for path in paths if "organization" in path] == []


def test_changed_domains_reconsider_everyone(env: Environment) -> None:
    env.arrives("ola", mail="ola@elsewhere.example", displayName="Ola Else")
    env.import_people()
    assert "Ola Else" not in env.names()

    env.know_domains("elsewhere.example")
    env.sync()

    assert env.names("is_enabled = 1") == {"Ola Else"}


def forget(env: Environment, name: str) -> None:
    """Leave the directory as a delta leaves it that does not tell of a restored person."""
    oid = env.user(name)["object_id"]
    raw(env.rows).execute(
        "update directory_entries set left_out = 'removed' where object_id = ?", [oid]
    )
    raw(env.rows).execute(
        "update users set is_enabled = 0, kept_out = 'removed' where object_id = ?", [oid]
    )


def test_sync_now_reads_everybody_again(env: Environment) -> None:
    env.import_people()
    forget(env, "kim")
    env.sync()
    assert env.user("kim")["is_enabled"] == 0

    user_sync.ask(Act(env.rows, ADMIN, clock.utc_now() + timedelta(seconds=1)))
    env.sync()

    assert env.user("kim")["is_enabled"] == 1


def test_everybody_is_read_again_after_a_week(env: Environment) -> None:
    env.import_people()
    forget(env, "kim")
    raw(env.rows).execute(
        "update directory_sync set whole_read_began_at = ?",
        [clock.text(clock.utc_now() - timedelta(days=6, hours=23))],
    )
    env.sync()
    assert env.user("kim")["is_enabled"] == 0

    raw(env.rows).execute(
        "update directory_sync set whole_read_began_at = ?",
        [clock.text(clock.utc_now() - timedelta(days=7, minutes=1))],
    )
    env.sync()

    assert env.user("kim")["is_enabled"] == 1
    assert not directory_store.state(env.rows).wants_whole_read(clock.utc_now() - timedelta(days=1))
