"""Names, addresses and local passwords of people whom user sync brings."""

from dataclasses import replace

import pytest

from portal import clock
from portal.audit.act import Act
from portal.entra.models import Identity
from portal.errors import Conflict
from portal.storage.platforms import Platform
from portal.users import administration, setup, sign_in
from tests.directory.environment import ADMIN, Environment, address
from tests.support.sandbox_server import TENANT_ID
from tests.users.people import PASSWORD


def test_local_account_of_a_person_keeps_the_address_it_signs_in_with(env: Environment) -> None:
    env.invited(
        "priya", password_hash="x", source="setup", display_name="P.", address="p@home.example"
    )
    env.import_people()

    priya = env.user("priya")
    assert (priya["display_name"], priya["source"]) == ("Priya Kaur", "setup")
    assert (priya["address"], priya["sign_in_address"]) == (
        "priya@northwind.example",
        "p@home.example",
    )


def test_sign_in_leaves_the_address_of_a_listed_local_account(env: Environment) -> None:
    env.invited("priya", password_hash="x", source="setup", address="p@home.example")
    env.import_people()
    upn = "u.pn@northwind.example"
    identity = Identity(TENANT_ID, env.user("priya")["object_id"], upn, "Priya Kaur", upn)

    user = sign_in.arrive(
        env.services, identity, platform=Platform.MICROSOFT_365, actor=ADMIN, now=clock.utc_now()
    )

    assert (user.address, user.user_name) == ("priya@northwind.example", upn)


def test_address_is_the_mail_and_not_the_user_name(env: Environment) -> None:
    env.arrives("u.pn", mail="una.name@northwind.example", displayName="Una Name")
    env.import_people()

    una = env.user("u.pn")
    assert una["address"] == "una.name@northwind.example"
    assert una["user_name"] == env.sandbox.user_name("u.pn@northwind.example")


def test_new_user_name_is_audited_and_is_no_other_person(env: Environment) -> None:
    env.import_people()
    env.change("kim", userPrincipalName="kim.falk@northwind.example")
    env.sync()

    kim = env.user("kim")
    assert kim["user_name"] == env.sandbox.user_name("kim.falk@northwind.example")
    assert env.audited("name or address changed") == ["Kim Lund <kim@northwind.example>"]


def test_admin_disabled_at_microsoft_signs_in_with_the_password_alone(env: Environment) -> None:
    env.import_people()
    setup.make_admin(
        env.rows, setup.FirstAdmin("Kim", address("kim"), PASSWORD), now=clock.utc_now()
    )
    env.change("kim", accountEnabled=False)
    env.sync()

    kim = env.user("kim")
    act = Act(env.rows, ADMIN, clock.utc_now())
    assert (kim["is_enabled"], kim["kept_out"]) == (0, "disabled")
    assert kim["id"] not in env.rows.all(str, "select user_id from readable_people")
    assert sign_in.with_password(act, address("kim"), PASSWORD).id == kim["id"]
    assert sign_in.active_user(env.rows, kim["id"]) is not None
    with pytest.raises(sign_in.NotEnabled):
        sign_in.arrive(
            env.services,
            Identity(TENANT_ID, kim["object_id"], address("kim"), "Kim Lund"),
            platform=Platform.MICROSOFT_365,
            actor=ADMIN,
            now=clock.utc_now(),
        )


def test_admin_disabled_at_microsoft_can_be_disabled_by_another(env: Environment) -> None:
    env.import_people()
    first = setup.FirstAdmin("Kim", address("kim"), PASSWORD)
    setup.make_admin(env.rows, first, now=clock.utc_now())
    setup.make_admin(env.rows, replace(first, address="root@home.example"), now=clock.utc_now())
    env.change("kim", accountEnabled=False)
    env.sync()
    kim = env.user("kim")["id"]

    act = Act(env.rows, ADMIN, clock.utc_now())
    with pytest.raises(Conflict, match="kept out by your directory"):
        administration.set_enabled(act, kim, enabled=True)
    administration.set_enabled(act, kim, enabled=False)

    assert sign_in.active_user(env.rows, kim) is None
