"""Taking back, sending again and leaving: who may, when, and once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.errors import Conflict, Invalid, NotAllowed
from portal.outbox import store
from portal.outbox.feed import decisions
from portal.outbox.models import State
from portal.storage.rows import Rows
from tests.outbox import sent_mail
from tests.support.raw_rows import raw
from tests.support.visitors import visitor

SENT = "/candidates/rosa/sent/m1"


class Person:
    def __init__(self, name: str, *, is_admin: bool = False) -> None:
        self.id = name
        self.display_name = name.title()
        self.is_admin = is_admin


PRIYA, BEN, ALEX = Person("priya"), Person("ben"), Person("alex", is_admin=True)


def act(rows: Rows, who: Person = PRIYA) -> Act:
    return Act(rows, Actor(who.id, who.display_name), clock.utc_now())


def states(rows: Rows) -> list[str]:
    return [row["state"] for row in raw(rows).query("select state from outbox order by id")]


def actions(rows: Rows) -> list[str]:
    return [row["action"] for row in raw(rows).query("select action from audit_log order by at")]


def test_waiting_mail_is_taken_back_once(team: Rows) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now()))

    first = decisions.take_back(act(team), "m1", user=PRIYA)
    second = decisions.take_back(act(team), "m1", user=PRIYA)

    assert (first.state, first.ended_by, first.may_have_gone) == (State.WITHDRAWN, "Priya", False)
    assert second == store.mail(team, "m1")
    assert actions(team).count("message taken back") == 1


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN, State.ACCEPTED, State.SEEN])
def test_mail_on_its_way_is_not_taken_back(team: Rows, state: State) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now(), state=state))

    with pytest.raises(Conflict, match="already on its way"):
        decisions.take_back(act(team), "m1", user=PRIYA)

    assert states(team) == [state]


def test_mail_of_ones_own_mailbox_belongs_to_its_author(team: Rows) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now()))

    for other in (BEN, ALEX):
        with pytest.raises(NotAllowed):
            decisions.take_back(act(team, other), "m1", user=other)

    assert states(team) == [State.WAITING]


def test_owners_decide_for_a_shared_mailbox(team: Rows) -> None:
    asks = sent_mail.mail(
        "m1", now=clock.utc_now(), state=State.ASKS, account_id="jobs", through_id="jobs"
    )
    sent_mail.keep(team, asks)

    left = decisions.leave_it(act(team, BEN), "m1", user=BEN)

    assert (left.state, left.may_have_gone, left.ended_by) == (State.WITHDRAWN, True, "Ben")
    with pytest.raises(NotAllowed):
        decisions.leave_it(act(team, ALEX), "m1", user=ALEX)


def test_administrators_decide_for_authors_who_left(team: Rows) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now(), state=State.ASKS))
    raw(team).execute("update users set is_enabled = 0 where id = 'priya'")

    decisions.leave_it(act(team, ALEX), "m1", user=ALEX)

    assert states(team) == [State.WITHDRAWN]


def test_mail_is_sent_again_in_one_new_row(team: Rows) -> None:
    refused = sent_mail.mail("m1", now=clock.utc_now(), state=State.REFUSED, alias_id="talent")
    sent_mail.keep(team, refused, files=(sent_mail.file("cv.pdf"),))

    first = decisions.send_again(act(team), "m1", user=PRIYA)
    second = decisions.send_again(act(team), "m1", user=PRIYA)

    assert first.id == second.id != "m1"
    assert (first.again_of, first.state, first.subject) == ("m1", State.WAITING, "Your interview")
    assert [each.content for each in store.files(team, first.id)] == ["aGVsbG8="]
    assert [each.address for each in store.recipients(team, [first.id])[first.id]] == [
        sent_mail.ROSA
    ]
    assert states(team) == [State.WAITING, State.REFUSED]


def test_sending_again_ends_the_question_about_the_first_row(team: Rows) -> None:
    asks = sent_mail.mail("m1", now=clock.utc_now(), state=State.ASKS, alias_id="talent")
    sent_mail.keep(team, asks)

    decisions.send_again(act(team), "m1", user=PRIYA)

    first = store.mail(team, "m1")
    assert (first.state, first.may_have_gone) == (State.WITHDRAWN, True)


@pytest.mark.parametrize("state", [State.WAITING, State.SENDING, State.ACCEPTED, State.SEEN])
def test_mail_that_goes_or_went_is_not_sent_again(team: Rows, state: State) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now(), state=state))

    with pytest.raises(Conflict):
        decisions.send_again(act(team), "m1", user=PRIYA)

    assert states(team) == [state]


def test_dropped_files_have_to_be_attached_again(team: Rows) -> None:
    refused = sent_mail.mail("m1", now=clock.utc_now(), state=State.REFUSED, alias_id="talent")
    sent_mail.keep(team, refused, files=(sent_mail.file("cv.pdf", content=None),))

    with pytest.raises(Invalid, match="no longer kept"):
        decisions.send_again(act(team), "m1", user=PRIYA)


def test_pages_take_the_decisions(app: Flask, team: Rows) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now(), alias_id="talent"))
    priya = visitor(app, "priya")

    taken = priya.post(f"{SENT}/withdrawal")
    again = priya.post(f"{SENT}/repetition")
    twice = priya.post(f"{SENT}/repetition")

    assert [each.status_code for each in (taken, again, twice)] == [303, 303, 303]
    assert sorted(states(team)) == [State.WAITING, State.WITHDRAWN]


def test_a_message_repeated_in_several_tabs_at_once_is_one_row(app: Flask, team: Rows) -> None:
    refused = sent_mail.mail("m1", now=clock.utc_now(), state=State.REFUSED, alias_id="talent")
    sent_mail.keep(team, refused)
    tabs = [visitor(app, "priya") for _ in range(8)]

    with ThreadPoolExecutor(len(tabs)) as pool:
        answers = list(pool.map(lambda tab: tab.post(f"{SENT}/repetition"), tabs))

    assert {each.status_code for each in answers} == {303}
    assert sorted(states(team)) == [State.REFUSED, State.WAITING]


def test_pages_refuse_others(app: Flask, team: Rows) -> None:
    sent_mail.keep(team, sent_mail.mail("m1", now=clock.utc_now(), state=State.ASKS))

    for action in ("withdrawal", "repetition", "abandonment", "hiding"):
        assert visitor(app, "ben").post(f"{SENT}/{action}").status_code == 403
        assert visitor(app, "kim").post(f"{SENT}/{action}").status_code == 403
        missing = f"/candidates/mei/sent/m1/{action}"
        assert visitor(app, "priya").post(missing).status_code == 404

    assert states(team) == [State.ASKS]
