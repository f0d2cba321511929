"""The deputy of the delegated room sync user: who is asked as, and what pages and Checks say."""

from datetime import UTC

import pytest

from portal import clock
from portal.audit.act import Act
from portal.calendars import busy, delegates, overview, room_times, store
from portal.calendars.flash_texts import RoomFlash
from portal.diagnostics import room_checks
from portal.diagnostics.models import Verdict
from portal.errors import Conflict
from portal.users import administration
from tests import pages
from tests.calendars.conftest import BY, ROLES, House
from tests.claims.checks import claims
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

PAGE = "/admin/integrations/microsoft-365"
DEPUTY = f"{PAGE}/rooms/deputy"


def act(house: House) -> Act:
    return Act(house.env.rows, BY, clock.utc_now())


def disable(house: House, user_id: str, *, is_enabled: int = 0) -> None:
    """Disable somebody as the directory does, or enable them."""
    sql = "update users set is_enabled = ? where id = ?"
    raw(house.env.rows).execute(sql, [is_enabled, user_id])


def asked_as(house: House) -> str:
    """The person on whose calendar Microsoft saw the latest question about rooms."""
    day = busy.Day.of(clock.utc_now(), UTC)
    room_times.times_within(house.env.rows, house.env.services.microsoft365, house.rooms()[:1], day)
    found = house.env.sandbox.state.rows("select path from requests order by id")
    path = [row["path"] for row in found if row["path"].endswith("/getSchedule")][-1]
    return next(name for name in ("priya", "kim") if oid(house, name) in path)


def oid(house: House, name: str) -> str:
    return house.env.sandbox.oid(f"{name}@northwind.example")


def said(house: House) -> tuple[Verdict, str]:
    (check,) = room_checks.checks(house.env.rows)
    return check.verdict, check.found


@pytest.fixture
def two(house: House) -> tuple[str, str]:
    """The delegate and the deputy."""
    house.consent(*ROLES)
    house.refresh()
    priya, kim = house.choose("priya"), house.env.person("kim")
    delegates.choose_deputy(act(house), kim)
    return priya, kim


def test_deputy_takes_over_and_steps_back(house: House, two: tuple[str, str]) -> None:
    priya, _ = two

    before, told = asked_as(house), said(house)
    disable(house, priya)
    while_away, stands_in = asked_as(house), said(house)
    disable(house, priya, is_enabled=1)
    back = asked_as(house)

    assert (before, while_away, back) == ("priya", "kim", "priya")
    assert told == (
        Verdict.OK,
        "Microsoft is asked in the name of Priya Kaur; Kim Lund would take over.",
    )
    assert stands_in == (
        Verdict.ADVICE,
        "Priya Kaur can no longer sign in; Kim Lund stands in.",
    )
    assert said(house) == told


def test_nobody_is_asked_as_when_both_are_gone(house: House, two: tuple[str, str]) -> None:
    for user_id in two:
        disable(house, user_id)

    seen = overview.overview(house.env.rows)

    assert seen.needs_successor
    assert not seen.deputy_acts
    assert seen.access.times_because_not.startswith("Neither Priya Kaur nor the deputy, Kim Lund")
    assert said(house) == (Verdict.FAILED, seen.access.times_because_not)


def test_delegate_without_a_deputy_is_told_in_checks(house: House) -> None:
    assert [*room_checks.checks(house.env.rows)] == []
    house.consent(*ROLES)

    house.choose("priya")

    assert said(house)[1] == "Microsoft is asked in the name of Priya Kaur, who has no deputy."


def test_delegate_with_a_deputy_may_be_disabled_and_the_deputy_then_not(
    house: House, two: tuple[str, str]
) -> None:
    priya, kim = two

    administration.set_enabled(act(house), priya, enabled=False)

    with pytest.raises(Conflict, match="Choose another delegated room sync user first"):
        administration.set_enabled(act(house), kim, enabled=False)
    with pytest.raises(Conflict, match="Kim Lund stands in now"):
        delegates.remove_deputy(act(house))
    assert store.deputy(house.env.rows) is not None


def test_deputy_who_becomes_the_delegate_is_the_deputy_no_longer(
    house: House, two: tuple[str, str]
) -> None:
    priya, kim = two

    delegates.choose(act(house), kim)

    assert store.deputy(house.env.rows) is None
    with pytest.raises(Conflict, match="A deputy is somebody else"):
        delegates.choose_deputy(act(house), kim)
    done = [action for action, *_ in house.env.audited() if "deputy" in action]
    assert done == ["room sync deputy chosen", "room sync deputy removed"]
    assert delegates.choose_deputy(act(house), priya).name == "Priya Kaur"


def test_without_consent_the_deputys_connection_reads_the_list(house: House) -> None:
    scopes = ("openid", "profile", "email", "offline_access", "User.Read", "Place.Read.All")
    kim, _ = house.env.connect("kim")
    raw(house.env.rows).execute("update connections set scopes = ?", [" ".join(scopes)])
    house.choose("priya")
    assert house.claim() is None

    delegates.choose_deputy(act(house), kim)

    assert overview.access(house.env.rows).can_list
    assert house.claim() is not None


@claims(RoomFlash.DEPUTY_REMOVED)
def test_administrator_chooses_and_removes_a_deputy(house: House) -> None:
    alex = house.env.visitor(house.env.person("alex"))
    kim = house.env.person("kim")
    assert "nobody is that yet" in alex.text(DEPUTY)
    alex.post(DEPUTY, {"user_id": kim})
    assert store.deputy(house.env.rows) is None
    house.consent(*ROLES)
    house.choose("priya")

    alex.post(DEPUTY, {"user_id": kim})
    chosen = alex.text(PAGE)
    page = alex.get(DEPUTY)
    alex.post(f"{DEPUTY}/removal")

    assert "Kim Lund takes over when the delegated room sync user cannot." in chosen
    assert "Kim Lund , deputy" in chosen
    assert pages.complaints(page.text) == []
    assert "Do without a deputy" in page.text
    assert "No deputy Nobody takes over" in alex.text(PAGE)


def test_page_says_that_the_deputy_stands_in(house: House, two: tuple[str, str]) -> None:
    alex: Visitor = house.env.visitor(house.env.person("alex"))
    disable(house, two[0])

    page = alex.text(PAGE)

    assert "Kim Lund stands in for Priya Kaur." in page
    assert "Stands in" in page
    assert "Kim Lund stands in now. Choose another delegated room sync user first." in alex.text(
        DEPUTY
    )
