"""Aliases: found in the directory, and off until turned on."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlite_utils import Database

from portal.audit.log import Actor
from portal.email import aliases, settings_store
from portal.email.models import Alias
from portal.errors import Conflict, Invalid, NotFound
from tests.support import builders

PRIMARY = "priya@northwind.example"
DIRECTORY = [
    "SMTP:Priya@northwind.example",
    "smtp:talent@northwind.example",
    "smtp:p.kaur@northwind.example",
    "SIP:priya@northwind.example",
    "X500:/o=ExchangeLabs/ou=Exchange/cn=priya",
    "smtp:",
]
LATER = timedelta(hours=1)


@pytest.fixture
def priya(db: Database, now: datetime) -> str:
    user_id = builders.user(db, "Priya Kaur")
    builders.mailbox(db, user_id)
    aliases.refresh(db, user_id, DIRECTORY, PRIMARY, now)
    return user_id


def found(db: Database, address: str) -> Alias:
    (alias,) = [each for each in settings_store.aliases_of(db, "priya") if each.folded == address]
    return alias


def talent(db: Database) -> Alias:
    return found(db, "talent@northwind.example")


def include(
    db: Database, alias: Alias, now: datetime, *, included: bool = True, from_now: bool = True
) -> Alias:
    actor = Actor.system("test")
    return aliases.set_inclusion(
        db, alias, included=included, from_now=from_now, actor=actor, now=now
    )


def searches(db: Database) -> list[str]:
    return [row["address"] for row in db["searches"].rows]


def actions(db: Database) -> list[tuple[str, str, str | None]]:
    rows = db.query("select action, target, new_value from audit_log order by rowid")
    return [(row["action"], row["target"], row["new_value"]) for row in rows]


def test_new_addresses_are_off_and_the_primary_one_is_included(db: Database, priya: str) -> None:
    known = settings_store.aliases_of(db, priya)

    assert [(each.address, each.is_primary, each.is_included) for each in known] == [
        ("Priya@northwind.example", True, True),
        ("p.kaur@northwind.example", False, False),
        ("talent@northwind.example", False, False),
    ]


def test_reading_again_changes_nothing(db: Database, priya: str, now: datetime) -> None:
    include(db, talent(db), now)
    before = settings_store.aliases_of(db, priya)

    aliases.refresh(db, priya, DIRECTORY, PRIMARY, now + LATER)

    assert settings_store.aliases_of(db, priya) == before


def test_person_without_a_list_has_their_primary_address(db: Database, now: datetime) -> None:
    builders.user(db, "Priya Kaur")

    aliases.refresh(db, "priya", [], PRIMARY, now)

    (only,) = settings_store.aliases_of(db, "priya")
    assert (only.address, only.is_primary, only.is_included) == (PRIMARY, True, True)


def test_person_without_any_address_has_none(db: Database, now: datetime) -> None:
    builders.user(db, "Priya Kaur")

    aliases.refresh(db, "priya", ["smtp:broken"], "", now)

    assert settings_store.aliases_of(db, "priya") == []


def test_missing_alias_is_kept_as_gone_and_returns_off(
    db: Database, priya: str, now: datetime
) -> None:
    include(db, talent(db), now)

    aliases.refresh(db, priya, DIRECTORY[:1], PRIMARY, now)
    gone = talent(db)
    aliases.refresh(db, priya, DIRECTORY[:1], PRIMARY, now + LATER)
    still_gone = talent(db)
    aliases.refresh(db, priya, DIRECTORY, PRIMARY, now + LATER)
    back = talent(db)

    assert (gone.gone_at, gone.is_included) == (now, False)
    assert still_gone == gone
    assert (back.gone_at, back.is_included, back.id) == (None, False, gone.id)


def test_new_primary_address_is_included_and_the_old_one_is_off(
    db: Database, priya: str, now: datetime
) -> None:
    aliases.refresh(
        db, priya, ["SMTP:p.kaur@northwind.example", f"smtp:{PRIMARY}"], PRIMARY, now + LATER
    )

    now_primary, former = found(db, "p.kaur@northwind.example"), found(db, PRIMARY)
    assert (now_primary.is_primary, now_primary.is_included) == (True, True)
    assert (former.is_primary, former.is_included) == (False, False)


def test_alias_from_now_on_starts_no_search(db: Database, priya: str, now: datetime) -> None:
    included = include(db, talent(db), now)

    assert (included.is_included, included.included_from) == (True, now)
    assert talent(db) == included
    assert searches(db) == []
    assert actions(db) == [("alias included", "talent@northwind.example", "from now on")]


def test_alias_with_older_mail_starts_a_search(db: Database, priya: str, now: datetime) -> None:
    included = include(db, talent(db), now, from_now=False)

    assert (included.is_included, included.included_from) == (True, None)
    assert searches(db) == ["talent@northwind.example"]
    assert actions(db) == [("alias included", "talent@northwind.example", "with what was there")]


def test_inclusion_sent_twice_changes_nothing(db: Database, priya: str, now: datetime) -> None:
    once = include(db, talent(db), now, from_now=False)

    twice = include(db, once, now + LATER, from_now=False)
    narrower = include(db, once, now + LATER, from_now=True)

    assert [twice, narrower] == [once, once]
    assert len(searches(db)) == 1
    assert len(actions(db)) == 1


def test_alias_from_now_on_can_be_widened(db: Database, priya: str, now: datetime) -> None:
    once = include(db, talent(db), now)

    again = include(db, once, now + LATER)
    wide = include(db, once, now + LATER, from_now=False)

    assert again.included_from == now
    assert wide.included_from is None
    assert searches(db) == ["talent@northwind.example"]


def test_turning_off_drops_the_search_and_the_start(
    db: Database, priya: str, now: datetime
) -> None:
    include(db, talent(db), now, from_now=False)

    off = include(db, talent(db), now, included=False)

    assert (off.is_included, off.included_from) == (False, None)
    assert searches(db) == []
    assert actions(db)[-1] == ("alias left out", "talent@northwind.example", None)


def test_primary_address_cannot_be_left_out(db: Database, priya: str, now: datetime) -> None:
    primary = found(db, PRIMARY)

    with pytest.raises(Invalid) as refused:
        include(db, primary, now, included=False)

    assert str(refused.value) == "Your primary address is always included."
    assert include(db, primary, now) == primary


def test_gone_alias_cannot_be_included(db: Database, priya: str, now: datetime) -> None:
    before = talent(db)
    aliases.refresh(db, priya, DIRECTORY[:1], PRIMARY, now)

    with pytest.raises(Conflict) as refused:
        include(db, before, now)

    assert str(refused.value) == "talent@northwind.example is no longer in your directory entry."


def test_alias_of_another_user_is_not_found(db: Database, priya: str) -> None:
    with pytest.raises(NotFound):
        settings_store.alias(db, talent(db).id, owner="alex")


def test_expected_messages_cover_thirty_days(db: Database, priya: str, now: datetime) -> None:
    alias, other = talent(db).id, found(db, "p.kaur@northwind.example").id
    builders.left_out(db, priya, "2026-11-24", "alias_off", 3, alias)
    builders.left_out(db, priya, "2026-10-25", "alias_off", 4, alias)
    builders.left_out(db, priya, "2026-10-24", "alias_off", 50, alias)
    builders.left_out(db, priya, "2026-11-24", "alias_off", 600, other)
    builders.left_out(db, priya, "2026-11-24", "no_candidate", 7000)

    assert aliases.what_it_would_bring(db, talent(db), now=now) == 7


def test_turning_sync_off_and_on_keeps_the_choices(db: Database, priya: str, now: datetime) -> None:
    included = include(db, talent(db), now)
    aliases.refresh(db, priya, DIRECTORY, PRIMARY, now + LATER)

    assert talent(db) == replace(included)
