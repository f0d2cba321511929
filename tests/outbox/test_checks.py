"""Mail that may not go out any more at the moment of sending."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal import clock
from portal.audit.act import Act
from portal.errors import Conflict
from portal.outbox.feed import decisions
from portal.outbox.models import Mail, State
from portal.storage.ids import new_id
from portal.users import administration
from portal.users import store as users
from tests.email.environment import ALEX, PRIYA, ROSA
from tests.outbox.office import BY, Office, once
from tests.support import builders
from tests.support.raw_rows import raw


def _leave_out_alias(office: Office) -> None:
    raw(office.env.rows).execute("update aliases set is_included = 0 where id = ?", [office.talent])


def _disable_author(office: Office) -> None:
    alex = office.env.hire(ALEX)
    raw(office.env.rows).execute("update users set role = 'admin' where id = ?", [alex])
    administration.set_enabled(
        Act(office.env.rows, BY, clock.utc_now()), office.priya, enabled=False
    )


def _never_sync(office: Office) -> None:
    raw(office.env.rows).execute(
        "insert into never_sync (id, user_id, folded, is_domain, added_by, added_at) "
        "values (?, null, ?, 0, 'Alex', '2026-11-24T10:00:00Z')",
        [new_id(), ROSA],
    )


@pytest.mark.parametrize("change", [_leave_out_alias, _disable_author, _never_sync])
def test_mail_that_may_not_go_any_more_is_refused(office: Office, change: object) -> None:
    mail = office.write()
    assert callable(change)
    change(office)

    office.work()

    refused = office.mail(mail)
    assert (refused.state, bool(refused.failure)) == (State.REFUSED, True)
    assert not office.delivered()


def test_former_owner_sends_no_more_from_a_shared_mailbox(office: Office) -> None:
    mail = office.write_from_jobs()
    raw(office.env.rows).execute("delete from mailbox_owners")

    office.work()

    assert office.state(mail) is State.REFUSED
    assert not office.delivered()


def test_deleted_candidate_gets_nothing(office: Office) -> None:
    mail = office.write()
    raw(office.env.rows).execute("update outbox set candidate_id = null")

    office.work()

    assert office.state(mail) is State.WITHDRAWN
    assert not office.delivered()


def test_mail_taken_back_in_time_does_not_go(office: Office) -> None:
    mail = office.write()
    raw(office.env.rows).execute("update outbox set state = 'withdrawn'")

    office.work()

    assert office.outcomes(mail) == []
    assert not office.delivered()


def test_person_and_worker_at_once_leave_one_of_both(office: Office) -> None:
    sent: list[Mail] = []
    for _ in range(8):
        mail = office.write()
        with ThreadPoolExecutor(2) as pool:
            worker = pool.submit(office.work)
            is_taken = pool.submit(take_back, office, mail).result()
            worker.result()
        sent += [] if is_taken else [mail]
        assert (office.state(mail) is State.WITHDRAWN) is is_taken

    office.work()

    assert office.delivered() == Counter({(each.id, ROSA): 1 for each in sent})


def take_back(office: Office, mail: Mail) -> bool:
    rows = office.env.rows
    try:
        decisions.take_back(
            Act(rows, BY, clock.utc_now()), mail.id, user=users.user(rows, office.priya)
        )
    except Conflict:
        return False
    return True


def test_addresses_read_after_a_mail_was_written_do_not_stop_it(office: Office) -> None:
    raw(office.env.rows).execute("delete from aliases")
    mail = office.write(alias_id=None, from_address=PRIYA)
    with office.env.rows.write():
        builders.alias(office.env.rows, office.priya, PRIYA, is_primary=1, is_included=1)

    office.work()

    assert office.delivered() == once(mail)
