"""Mail that really goes out, and a sync of the mailbox that has its copy: one entry, always."""

from portal.candidates import feed_store
from portal.outbox.models import State
from portal.storage.rows import Rows
from tests.outbox.mailbox_sync import sync
from tests.outbox.office import Office


def entries(rows: Rows, candidate_id: str) -> list[str]:
    found = feed_store.feed(rows, candidate_id, kinds=["email", "outbox"], hidden=[])
    return sorted(each.kind for each in found.entries)


def test_sync_before_any_look_finds_the_copy_itself(office: Office) -> None:
    mail = office.write()
    office.work()
    assert office.state(mail) is State.ACCEPTED

    sync(office, office.priya)

    assert entries(office.env.rows, office.rosa) == ["outbox"]
    seen = office.mail(mail)
    assert (seen.state, seen.message_id is not None) == (State.SEEN, True)


def test_sync_after_the_look_adds_nothing(office: Office) -> None:
    mail = office.write()
    office.work()
    office.later(seconds=5)
    assert office.state(mail) is State.SEEN

    sync(office, office.priya)
    sync(office, office.priya)

    assert entries(office.env.rows, office.rosa) == ["outbox"]
    assert office.mail(mail).message_id is not None


def test_lost_answer_is_found_by_sync(office: Office) -> None:
    office.fault(carriedOut=True, reset=True)
    mail = office.write()
    office.work()
    assert office.state(mail) is State.UNKNOWN

    sync(office, office.priya)

    assert entries(office.env.rows, office.rosa) == ["outbox"]
    assert office.state(mail) is State.SEEN
