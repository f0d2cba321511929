"""Aliases: found in the directory, and off until turned on."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.email import aliases, settings_store
from portal.email.models import Alias, AliasChange
from portal.errors import Conflict, Invalid, NotFound
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.raw_rows import raw

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
def priya(rows: Rows, now: datetime) -> str:
    user_id = builders.user(rows, "Priya Kaur")
    builders.mailbox(rows, user_id)
    aliases.refresh(rows, user_id, DIRECTORY, PRIMARY, now)
    return user_id


def found(rows: Rows, address: str) -> Alias:
    (alias,) = [each for each in settings_store.aliases_of(rows, "priya") if each.folded == address]
    return alias


def talent(rows: Rows) -> Alias:
    return found(rows, "talent@northwind.example")


def include(
    rows: Rows, alias: Alias, now: datetime, *, included: bool = True, from_now: bool = True
) -> Alias:
    actor = Actor.system("test")
    return aliases.set_inclusion(
        Act(rows, actor, now),
        alias,
        included=included,
        from_now=from_now,
    )


def searches(rows: Rows) -> list[str]:
    return [row["address"] for row in raw(rows)["searches"].rows]


def actions(rows: Rows) -> list[tuple[str, str, str | None]]:
    found = raw(rows).query("select action, target, new_value from audit_log order by rowid")
    return [(row["action"], row["target"], row["new_value"]) for row in found]


def test_new_addresses_are_off_and_the_primary_one_is_included(rows: Rows, priya: str) -> None:
    known = settings_store.aliases_of(rows, priya)

    assert [(each.address, each.is_primary, each.is_included) for each in known] == [
        ("Priya@northwind.example", True, True),
        ("p.kaur@northwind.example", False, False),
        ("talent@northwind.example", False, False),
    ]


def test_reading_again_changes_nothing(rows: Rows, priya: str, now: datetime) -> None:
    include(rows, talent(rows), now)
    before = settings_store.aliases_of(rows, priya)

    aliases.refresh(rows, priya, DIRECTORY, PRIMARY, now + LATER)

    assert settings_store.aliases_of(rows, priya) == before


def test_person_without_a_list_has_their_primary_address(rows: Rows, now: datetime) -> None:
    builders.user(rows, "Priya Kaur")

    aliases.refresh(rows, "priya", [], PRIMARY, now)

    (only,) = settings_store.aliases_of(rows, "priya")
    assert (only.address, only.is_primary, only.is_included) == (PRIMARY, True, True)


def test_person_without_any_address_has_none(rows: Rows, now: datetime) -> None:
    builders.user(rows, "Priya Kaur")

    aliases.refresh(rows, "priya", ["smtp:broken"], "", now)

    assert settings_store.aliases_of(rows, "priya") == []


@pytest.mark.parametrize("from_now", [True, False])
def test_alias_that_returns_within_a_month_is_as_it_was(
    rows: Rows, priya: str, now: datetime, from_now: bool
) -> None:
    before = include(rows, talent(rows), now, from_now=from_now)
    raw(rows).execute("delete from searches")

    aliases.refresh(rows, priya, DIRECTORY[:1], PRIMARY, now)
    gone = talent(rows)
    aliases.refresh(rows, priya, DIRECTORY[:1], PRIMARY, now + LATER)
    still_gone = talent(rows)
    aliases.refresh(rows, priya, DIRECTORY, PRIMARY, now + timedelta(days=30))
    back = talent(rows)

    assert (gone.gone_at, gone.is_synced, gone.change) == (now, False, AliasChange.GONE)
    assert still_gone == gone
    assert (back.id, back.is_synced) == (before.id, True)
    assert (back.included_from, back.change) == (before.included_from, AliasChange.RETURNED)
    assert searches(rows) == ["talent@northwind.example"]


def test_alias_that_returns_after_a_month_is_off(rows: Rows, priya: str, now: datetime) -> None:
    include(rows, talent(rows), now)

    aliases.refresh(rows, priya, DIRECTORY[:1], PRIMARY, now)
    aliases.refresh(rows, priya, DIRECTORY, PRIMARY, now + timedelta(days=30, seconds=1))

    back = talent(rows)
    assert (back.gone_at, back.is_included, back.change) == (
        None,
        False,
        AliasChange.RETURNED_OFF,
    )
    assert searches(rows) == []


def test_renamed_primary_stays_included_and_the_new_one_is_searched(
    rows: Rows, priya: str, now: datetime
) -> None:
    aliases.refresh(
        rows,
        priya,
        ["SMTP:p.kaur@northwind.example", f"smtp:{PRIMARY}"],
        PRIMARY,
        now + LATER,
        last_read_at=now,
    )

    new, former = found(rows, "p.kaur@northwind.example"), found(rows, PRIMARY)
    assert (new.is_primary, new.is_included, new.included_from) == (True, True, now)
    assert new.change is AliasChange.MADE_PRIMARY
    assert (former.is_primary, former.is_included) == (False, True)
    assert (former.included_from, former.change) == (None, AliasChange.WAS_PRIMARY)
    assert searches(rows) == ["p.kaur@northwind.example"]


def test_alias_from_now_on_starts_no_search(rows: Rows, priya: str, now: datetime) -> None:
    included = include(rows, talent(rows), now)

    assert (included.is_included, included.included_from) == (True, now)
    assert talent(rows) == included
    assert searches(rows) == []
    assert actions(rows) == [("alias included", "talent@northwind.example", "from now on")]


def test_alias_with_older_mail_starts_a_search(rows: Rows, priya: str, now: datetime) -> None:
    included = include(rows, talent(rows), now, from_now=False)

    assert (included.is_included, included.included_from) == (True, None)
    assert searches(rows) == ["talent@northwind.example"]
    assert actions(rows) == [("alias included", "talent@northwind.example", "with what was there")]


def test_inclusion_sent_twice_changes_nothing(rows: Rows, priya: str, now: datetime) -> None:
    once = include(rows, talent(rows), now, from_now=False)

    twice = include(rows, once, now + LATER, from_now=False)
    narrower = include(rows, once, now + LATER, from_now=True)

    assert [twice, narrower] == [once, once]
    assert len(searches(rows)) == 1
    assert len(actions(rows)) == 1


def test_alias_from_now_on_can_be_widened(rows: Rows, priya: str, now: datetime) -> None:
    once = include(rows, talent(rows), now)

    again = include(rows, once, now + LATER)
    wide = include(rows, once, now + LATER, from_now=False)

    assert again.included_from == now
    assert wide.included_from is None
    assert searches(rows) == ["talent@northwind.example"]


def test_turning_off_drops_the_search_and_the_start(rows: Rows, priya: str, now: datetime) -> None:
    include(rows, talent(rows), now, from_now=False)

    off = include(rows, talent(rows), now, included=False)

    assert (off.is_included, off.included_from) == (False, None)
    assert searches(rows) == []
    assert actions(rows)[-1] == ("alias left out", "talent@northwind.example", None)


def test_primary_address_cannot_be_left_out(rows: Rows, priya: str, now: datetime) -> None:
    primary = found(rows, PRIMARY)

    with pytest.raises(Invalid) as refused:
        include(rows, primary, now, included=False)

    assert str(refused.value) == "Your primary address is always included."
    assert include(rows, primary, now) == primary


def test_gone_alias_cannot_be_included(rows: Rows, priya: str, now: datetime) -> None:
    before = talent(rows)
    aliases.refresh(rows, priya, DIRECTORY[:1], PRIMARY, now)

    with pytest.raises(Conflict) as refused:
        include(rows, before, now)

    assert str(refused.value) == "talent@northwind.example is no longer in the directory entry."


def test_alias_of_another_user_is_not_found(rows: Rows, priya: str) -> None:
    with pytest.raises(NotFound):
        settings_store.alias(rows, talent(rows).id, owner="alex")


def test_turning_sync_off_and_on_keeps_the_choices(rows: Rows, priya: str, now: datetime) -> None:
    included = include(rows, talent(rows), now)
    aliases.refresh(rows, priya, DIRECTORY, PRIMARY, now + LATER)

    assert talent(rows) == replace(included)
