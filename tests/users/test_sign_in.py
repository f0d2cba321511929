"""Sign-in with Microsoft or a password: who may, and what is recorded."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal.audit import store as audit
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.audit.models import Wanted as Sought
from portal.entra.models import Identity
from portal.services import Services
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from portal.users import invitation_store, invitations, people_store, sign_in, store
from portal.users.invitations import Wanted
from portal.users.models import Role, Source
from tests.support.raw_rows import raw
from tests.users.people import TENANT, acts

NEW = Identity(TENANT, "object-new", "new@northwind.example", "Nora New")
PRIYA = Identity(TENANT, "object-priya", "priya@northwind.example", "Priya Kaur")
MICROSOFT = Platform.MICROSOFT_365


def invited(rows: Rows, actor: Actor, now: datetime, role: Role = Role.MEMBER) -> str:
    wanted = Wanted("invitation", role, "Nora")
    invitations.invite(
        Act(rows, actor, now),
        wanted,
        by="alex",
    )
    return wanted.id


def test_known_account_signs_in(services: Services, actor: Actor, now: datetime) -> None:
    user = sign_in.arrive(services, PRIYA, platform=MICROSOFT, actor=actor, now=now)

    assert (user.id, user.last_signed_in_at) == ("priya", now)
    target = "Priya Kaur <priya@northwind.example>"
    assert acts(services.rows) == {("signed in", target, "ok")}


def test_name_and_address_follow_microsoft(services: Services, actor: Actor, now: datetime) -> None:
    renamed = replace(PRIYA, name="Priya Kaur-Lund", address="pk@northwind.example")

    user = sign_in.arrive(services, renamed, platform=MICROSOFT, actor=actor, now=now)

    assert (user.display_name, user.address) == ("Priya Kaur-Lund", "pk@northwind.example")


def test_change_of_a_name_is_audited(services: Services, actor: Actor, now: datetime) -> None:
    named = replace(PRIYA, user_name="u.pn@northwind.example")
    sign_in.arrive(services, named, platform=MICROSOFT, actor=actor, now=now)

    (entry,) = audit.entries(services.rows, Sought(action="name or address changed"))

    assert entry.old == "Priya Kaur <priya@northwind.example>"
    assert entry.new == "Priya Kaur <priya@northwind.example>, u.pn@northwind.example"


def test_address_of_a_person_from_the_directory_is_the_directorys(
    services: Services, actor: Actor, now: datetime
) -> None:
    raw(services.rows).execute("update users set source = 'directory' where id = 'priya'")
    claimed = replace(PRIYA, address="u.pn@northwind.example", user_name="u.pn@northwind.example")

    user = sign_in.arrive(services, claimed, platform=MICROSOFT, actor=actor, now=now)

    assert user.address == "priya@northwind.example"
    assert user.user_name == "u.pn@northwind.example"


@pytest.mark.parametrize(
    "stranger",
    [
        replace(PRIYA, object_id="another-object"),
        replace(PRIYA, object_id="OBJECT-PRIYA"),
        replace(PRIYA, tenant_id="another-tenant"),
        NEW,
    ],
)
def test_only_the_pair_of_ids_identifies_a_person(
    services: Services, actor: Actor, now: datetime, stranger: Identity
) -> None:
    with pytest.raises(sign_in.Unknown) as refusal:
        sign_in.arrive(services, stranger, platform=MICROSOFT, actor=actor, now=now)

    assert "Ask an administrator" in str(refusal.value)
    assert ("sign-in refused", f"{stranger.name} <{stranger.address}>", "refused") in acts(
        services.rows
    )
    assert len(people_store.people(services.rows)) == 3


def test_disabled_person_is_told(services: Services, actor: Actor, now: datetime) -> None:
    raw(services.rows).execute("update users set is_enabled = 0 where id = 'priya'")

    with pytest.raises(sign_in.NotEnabled) as refusal:
        sign_in.arrive(services, PRIYA, platform=MICROSOFT, actor=actor, now=now)

    assert refusal.value.title == "Not enabled for sign-in"
    assert store.user(services.rows, "priya").last_signed_in_at is None


def test_invitation_lets_the_first_account_in(
    services: Services, actor: Actor, now: datetime
) -> None:
    link = invited(services.rows, actor, now)

    user = sign_in.arrive(
        services, NEW, platform=MICROSOFT, invitation_id=link, actor=actor, now=now
    )

    assert (user.role, user.source) == (Role.MEMBER, Source.INVITATION)
    assert (user.tenant_id, user.object_id) == (TENANT, "object-new")
    assert invitation_store.invitation(services.rows, "invitation").used_by == user.id


def test_second_account_does_not_get_in(services: Services, actor: Actor, now: datetime) -> None:
    link = invited(services.rows, actor, now)
    sign_in.arrive(services, NEW, platform=MICROSOFT, invitation_id=link, actor=actor, now=now)

    with pytest.raises(sign_in.InvitationOver):
        sign_in.arrive(
            services,
            replace(NEW, object_id="object-other"),
            platform=MICROSOFT,
            invitation_id=link,
            actor=actor,
            now=now,
        )

    assert len(people_store.people(services.rows)) == 4


def test_invitation_ends_after_72_hours(services: Services, actor: Actor, now: datetime) -> None:
    link = invited(services.rows, actor, now)
    late = now + timedelta(hours=72)

    with pytest.raises(sign_in.InvitationOver):
        sign_in.arrive(services, NEW, platform=MICROSOFT, invitation_id=link, actor=actor, now=late)

    early = late - timedelta(seconds=1)
    assert (
        sign_in.arrive(
            services, NEW, platform=MICROSOFT, invitation_id=link, actor=actor, now=early
        ).address
        == NEW.address
    )


def test_withdrawn_invitation_is_refused(services: Services, actor: Actor, now: datetime) -> None:
    link = invited(services.rows, actor, now)
    invitations.withdraw(
        Act(services.rows, actor, now),
        "invitation",
    )

    with pytest.raises(sign_in.InvitationOver):
        sign_in.arrive(services, NEW, platform=MICROSOFT, invitation_id=link, actor=actor, now=now)

    assert len(people_store.people(services.rows)) == 3


def test_invitation_gives_its_role_to_a_known_person(
    services: Services, actor: Actor, now: datetime
) -> None:
    link = invited(services.rows, actor, now, Role.ADMIN)

    user = sign_in.arrive(
        services, PRIYA, platform=MICROSOFT, invitation_id=link, actor=actor, now=now
    )

    used = invitation_store.invitation(services.rows, "invitation")
    assert (user.id, user.role) == ("priya", Role.ADMIN)
    assert (used.used_at, used.used_by) == (now, "priya")
    assert ("invitation accepted", "Priya Kaur <priya@northwind.example>", "ok") in acts(
        services.rows
    )


def test_invitation_takes_no_role_away(services: Services, actor: Actor, now: datetime) -> None:
    link = invited(services.rows, actor, now, Role.LIMITED)

    user = sign_in.arrive(
        services, PRIYA, platform=MICROSOFT, invitation_id=link, actor=actor, now=now
    )

    assert user.role is Role.MEMBER
    assert invitation_store.invitation(services.rows, "invitation").used_by == "priya"


def test_used_invitation_gives_no_role_to_a_known_person(
    services: Services, actor: Actor, now: datetime
) -> None:
    link = invited(services.rows, actor, now, Role.ADMIN)
    sign_in.arrive(services, NEW, platform=MICROSOFT, invitation_id=link, actor=actor, now=now)

    with pytest.raises(sign_in.InvitationOver):
        sign_in.arrive(
            services, PRIYA, platform=MICROSOFT, invitation_id=link, actor=actor, now=now
        )

    assert store.user(services.rows, "priya").role is Role.MEMBER


def test_invitation_enables_a_person_who_waits(
    services: Services, actor: Actor, now: datetime
) -> None:
    link = invited(services.rows, actor, now)
    raw(services.rows).execute(
        "update users set is_enabled = 0, kept_out = 'waiting' where id = 'kim'"
    )
    kim = replace(PRIYA, object_id="object-kim", name="Kim Lund", address="kim@northwind.example")

    user = sign_in.arrive(
        services, kim, platform=MICROSOFT, invitation_id=link, actor=actor, now=now
    )

    assert (user.is_enabled, user.role) == (True, Role.MEMBER)


def test_invitation_does_not_enable_a_disabled_person(
    services: Services, actor: Actor, now: datetime
) -> None:
    link = invited(services.rows, actor, now)
    raw(services.rows).execute("update users set is_enabled = 0 where id = 'priya'")

    with pytest.raises(sign_in.NotEnabled):
        sign_in.arrive(
            services, PRIYA, platform=MICROSOFT, invitation_id=link, actor=actor, now=now
        )
