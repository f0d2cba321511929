"""A group calendar that refuses the writes of some: others write, and administrators are told."""

from portal.group_calendars.roster import store as roster
from portal.group_calendars.roster import troubles, watch_store
from portal.interviews.models import State
from tests.interviews.microsoft.stage import GROUP, ROSA, Stage, addresses


def summaries(stage: Stage) -> list[str]:
    return [each.summary for each in troubles.all_troubles(stage.rows)]


def watch(stage: Stage) -> None:
    with stage.rows.write():
        watch_store.plan(stage.rows, now=stage.now)


def let_members_read_only(stage: Stage, *, wanted: bool = True) -> None:
    facts = {"owners": ["alex@northwind.example"], "calendarMemberReadOnly": wanted}
    stage.env.sandbox.control("PATCH", "groups/Recruiting", facts)


def test_an_organizer_who_may_only_read_is_named(stage: Stage) -> None:
    watch(stage)
    let_members_read_only(stage)
    stage.schedule(calendar="group")

    stage.work()

    assert stage.one.state is State.WRITING
    assert stage.one.reason == (
        "Microsoft does not let Priya Kaur write in “Recruiting”. An administrator can check "
        "what Priya Kaur may do there, or choose another organizer."
    )
    assert summaries(stage) == ["read-only"]


def test_an_owner_writes_for_members_who_may_only_read(stage: Stage) -> None:
    watch(stage)
    stage.make_member("alex")
    stage.schedule(calendar="group")
    stage.fault("/events", method="PATCH", status=503)
    stage.work()
    let_members_read_only(stage)
    stage.pass_time(seconds=31)

    assert stage.work() == ""

    assert stage.one.state is State.SCHEDULED
    assert ROSA in addresses(stage.at_microsoft(GROUP)[1])
    assert summaries(stage) == ["read-only"]
    assert [each.user_id for each in roster.writers(stage.rows, "hiring")] == ["alex"]


def test_the_trouble_ends_with_a_write_after_the_next_daily_read(stage: Stage) -> None:
    watch(stage)
    let_members_read_only(stage)
    stage.schedule(calendar="group")
    stage.work()
    let_members_read_only(stage, wanted=False)
    with stage.rows.write():
        roster.forget_refused_writes(stage.rows, "hiring")
    stage.pass_time(hours=1)
    assert summaries(stage) == ["read-only"]

    stage.work()

    assert stage.one.state is State.SCHEDULED
    assert summaries(stage) == []
