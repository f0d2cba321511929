"""One button mails the new time to those who may have the old one, once, and says to whom."""

from collections import Counter

import pytest

from portal.audit.actions import Action
from portal.errors import Conflict
from portal.interviews.changes.checks import Outdated
from portal.interviews.models import Certainty, Role, ToldBy
from portal.interviews.told import sentences
from portal.interviews.told.models import Fate
from tests.interviews.microsoft.later import moved, scheduled
from tests.interviews.microsoft.stage import KIM, PRIYA, ROSA, SAM, Stage
from tests.interviews.told.moves import DAY, move, proven
from tests.interviews.told.post import JOBS, Post
from tests.support.raw_rows import raw


@pytest.fixture
def post(stage: Stage) -> Post:
    made = Post(stage)
    made.open()
    return made


def test_the_button_names_who_gets_a_mail_from_where(post: Post) -> None:
    post.moved()

    button = post.button

    assert sentences.label(button) == "Tell Kim and Sam the new time"
    assert sentences.said(button) == (
        f"Kim and Sam get a mail from {JOBS}. It has no calendar file, and nobody else gets mail."
    )


def test_a_mail_tells_the_panel_once(post: Post) -> None:
    post.moved()
    before = post.stage.mails

    post.press()
    post.send()

    assert post.delivered == Counter([SAM, KIM])
    assert post.stage.mails == before, "Microsoft's own invitations tell nobody"
    for who in (SAM, KIM):
        told = post.stage.ledger[who]
        assert (told.told_by, told.certainty) == (ToldBy.MAIL, Certainty.ASKED)
        assert told.starts_at == post.stage.one.starts_at
        assert post.fate(who) is Fate.SENT
    assert post.button.people == ()
    audited = [row["action"] for row in raw(post.stage.rows)["audit_log"].rows]
    assert Action.INTERVIEW_TIME_MAILED in audited


def test_the_mail_names_both_times_and_has_no_calendar_file(post: Post) -> None:
    post.moved()
    post.press()
    post.send()

    mail = next(each for each in post.arrived if each.recipient == KIM)

    assert mail.subject == "New time: Interview with Rosa Ortega"
    assert mail.sent_from == JOBS
    new, old = post.stage.one.starts_at, post.stage.one.starts_at - DAY
    assert f"{new:%a} {new.day} {new:%b}" in mail.text_body
    assert f"Before, it was {old:%a} {old.day} {old:%b}" in mail.text_body
    assert "BEGIN:VCALENDAR" not in mail.text_body


def test_a_second_press_tells_nobody_again(post: Post) -> None:
    post.moved()
    chosen = post.button.folded.split(",")
    post.press(*chosen)

    with pytest.raises(Conflict, match="Nobody has the old time any more"):
        post.press(*chosen)
    post.send()

    assert post.delivered == Counter([SAM, KIM])


def test_only_those_whom_the_page_named_get_mail(post: Post) -> None:
    post.moved()

    post.press(KIM)
    post.send()

    assert post.delivered == Counter([KIM])
    assert [each.told.address for each in post.button.people] == [SAM]


def test_a_page_older_than_the_interview_tells_nobody(post: Post) -> None:
    post.moved()

    with pytest.raises(Outdated):
        post.press(version=1)

    post.send()
    assert post.delivered == Counter()


def test_the_candidate_hears_from_the_person_who_presses(post: Post) -> None:
    scheduled(post.stage)
    proven(post.stage)
    move(post.stage, send=True, role=Role.CANDIDATE)
    for minutes in (2, 8):
        post.stage.pass_time(minutes=minutes, seconds=1)
        post.stage.work()
    assert sentences.said(post.button).startswith(f"Rosa gets a mail from {PRIYA}.")

    post.press()
    post.send()

    [mail] = post.arrived
    assert (mail.recipient, mail.sent_from) == (ROSA, PRIYA)
    assert "Kim" not in mail.text_body
    assert "/interviews/" not in mail.text_body
    assert post.stage.ledger[ROSA].told_by is ToldBy.MAIL
    assert raw(post.stage.rows)["outbox"].count_where("candidate_id = 'rosa'") == 1


def test_without_a_route_the_page_names_the_cure(post: Post) -> None:
    post.moved()
    post.stage.change("delete from automated_senders")

    said = sentences.said(post.button)

    assert said.startswith("Portal cannot mail Kim and Sam. Automated mail has no route yet.")
    with pytest.raises(Conflict):
        post.press(SAM, KIM)
    assert raw(post.stage.rows)["outbox"].count == 0


def test_a_mail_that_did_not_go_out_leaves_them_with_the_old_time(post: Post) -> None:
    post.moved()
    post.press()
    post.stage.change("update outbox set state = 'refused', failure = 'Refused.'")

    assert post.fate(SAM) is Fate.FAILED
    assert len(post.button.people) == 2

    post.stage.pass_time(seconds=5)
    post.press()
    post.send()
    assert post.delivered == Counter([SAM, KIM])


def test_nobody_is_offered_while_their_copies_are_read(post: Post) -> None:
    scheduled(post.stage)
    proven(post.stage)
    move(post.stage, send=False)

    assert post.button.people == ()
    assert post.button.reads_at == post.stage.event().copies_due_at


def test_a_later_move_in_portal_leaves_nobody_with_an_old_time(post: Post) -> None:
    post.moved()
    moved(post.stage)
    assert post.button.people == ()

    post.stage.work()

    assert post.button.people == ()
