"""A portal in which there are so many rows of each kind: no page may ask once for each of them."""

from datetime import datetime, timedelta
from itertools import cycle

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor, AuditedCandidate
from portal.calendars import store as rooms_store
from portal.calendars.models import Room
from portal.candidates import feed, import_store
from portal.candidates.models import ImportRow
from portal.conversations import visibility
from portal.interviews.models import FEED_KIND
from portal.outbox import store as outbox_store
from portal.outbox.models import AliasProof, Kind, Outcome, State
from portal.privacy import hold_store
from portal.privacy import store as privacy_store
from portal.privacy.models import Entry, Hold
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.outbox import sent_mail
from tests.support import builders


def fill(rows: Rows, count: int, *, now: datetime) -> None:
    """People with mailboxes, aliases, searches, candidates, feed entries, audit rows and rooms.

    And the lists of those whose mail is never kept.

    Priya recruits and has most of it, Alex administers, Kim is limited.
    """
    _people(rows, count, now)
    _aliases(rows, count, now)
    _candidates(rows, count, now)
    _feed(rows, count, now)
    _sent(rows, count, now)
    _tests(rows, count, now)
    _templates(rows, count)
    _organization(rows, count, now)
    _never_synced(rows, count, now)
    _held(rows, count, now)
    _automated(rows, count, now)
    _calendar(rows, count, now)
    _group_calendars(rows, count)
    _kinds(rows, count)
    _interviews(rows, count, now)


def _kinds(rows: Rows, count: int) -> None:
    """Kinds on a group calendar, half of them retired."""
    for number in range(count):
        retired = builders.EARLIER if number % 2 else None
        calendar = {"calendar": "group", "calendar_id": "Hiring"}
        builders.interview_kind(rows, f"Talk {number}", retired_at=retired, **calendar)


def _interviews(rows: Rows, count: int, now: datetime) -> None:
    """Interviews with Rosa, each on Kim's panel, half of which need a decision."""
    builders.group_calendar(rows, "Graduates")
    builders.interview(rows, "stuck", at=now + timedelta(days=1), panel=["kim"], state="failed")
    for number, interview_id in enumerate(
        ("first", "planned", *(f"interview{each}" for each in range(count)))
    ):
        at = now + timedelta(hours=number + 1)
        panel = ["kim", "priya", *(f"member{each}" for each in range(count))]
        state = "asks" if number % 2 else "scheduled"
        on = {"calendar": "group", "calendar_id": "Graduates"}
        builders.interview(rows, interview_id, at=at, panel=panel, state=state, **on)
        builders.interview_event(rows, interview_id)
        for user_id in panel:
            address = f"{user_id}@northwind.example"
            builders.told(rows, interview_id, user_id, address, at=at, user_id=user_id)
        builders.outside_move(rows, interview_id, before=at + timedelta(days=1), at=at)
        with rows.write():
            feed.add_all(rows, [("rosa", interview_id, now)], kind=FEED_KIND, now=now)
    _findings(rows, count, now)


def _findings(rows: Rows, count: int, now: datetime) -> None:
    """Changes in Outlook of the planned interview, and one that is being put back."""
    at: dict[str, builders.Value] = {"seen_at": now}
    for number in range(count):
        who = {"subject": f"member{number}@northwind.example", "before_text": f"Member {number}"}
        builders.difference(rows, "planned", "attendee_removed", id=f"removed{number}", **who, **at)
        who = {"subject": f"guest{number}@agency.example", "now_text": f"Guest {number}"}
        builders.difference(rows, "planned", "attendee_added", id=f"added{number}", **who, **at)
    times = {"starts_at": now + timedelta(hours=9), "ends_at": now + timedelta(hours=10)}
    sam = {"subject": "kim@northwind.example", "now_text": "Kim Lund"}
    builders.difference(rows, "planned", "proposal", id="proposal", **sam, **times, **at)
    name = {"before_text": "Interview: Rosa Ortega", "now_text": "Chat", "state": "put_back"}
    builders.difference(rows, "planned", "subject", id="name", **name, **at)


def _group_calendars(rows: Rows, count: int) -> None:
    """Calendars that were checked, and everybody's access to the default, some reminded."""
    for number in range(count):
        is_first = number == 0
        name = "Hiring" if is_first else f"Team {number}"
        retired = None if number % 2 == 0 else builders.EARLIER
        builders.group_calendar(rows, name, is_default=int(is_first), retiring_since=retired)
        watch: dict[str, builders.Value] = {"id": name, "due_at": builders.EARLIER}
        more = {"next_round_at": builders.EARLIER, "unwatched_since": builders.EARLIER}
        builders.insert(rows, "group_calendar_watches", watch | more)
        reach: dict[str, builders.Value] = {"calendar_id": "Hiring", "user_id": f"member{number}"}
        reminded = {"reminded_at": builders.EARLIER, "reminder_id": f"reminder-{number}"}
        builders.insert(rows, "calendar_reach", reach | {"is_member": number % 2} | reminded)


def _calendar(rows: Rows, count: int, now: datetime) -> None:
    """Priya's and Kim's calendars, half of whose series are left out."""
    for user_id in ("priya", "kim"):
        builders.calendar_read(rows, user_id, at=now)
        for number in range(count):
            kind = "hebrew" if number % 2 else "gregorian"
            builders.calendar_series(rows, user_id, f"series{number}", calendar=kind)
            builders.calendar_time(
                rows, user_id, f"event{number}", at=now, series_id=f"series{number}"
            )


def _people(rows: Rows, count: int, now: datetime) -> None:
    members = [f"Member{number} Reed" for number in range(count)]
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Kim Lund", role="limited")
    for name in ("Priya Kaur", *members):
        user_id = builders.user(rows, name)
        builders.connection(rows, user_id)
        builders.mailbox(rows, user_id)
        builders.subscription(rows, user_id, id=f"subscription-{user_id}", created_at=now)
        builders.left_out(rows, user_id, f"{now:%Y-%m-%d}", "no_candidate", 3)
    builders.shared_mailbox(rows, "Jobs", owners=["priya"])
    for number in range(count):
        box = builders.shared_mailbox(rows, f"Box{number}", owners=["priya", "alex"])
        builders.left_out(rows, box, f"{now:%Y-%m-%d}", "no_candidate", 1)
    for number in range(count):
        names = {"id": f"invitation{number}", "token_hash": f"hash{number}"}
        builders.invitation(rows, created_by="alex", **names)


def _aliases(rows: Rows, count: int, now: datetime) -> None:
    """Half of them are on, and their earlier messages are being searched."""
    builders.alias(rows, "priya", "priya@northwind.example", is_primary=1, is_included=1)
    builders.alias(rows, "priya", "talent@northwind.example")
    for number in range(count):
        address = f"alias{number}@northwind.example"
        alias_id = builders.alias(
            rows, "priya", address, is_included=number % 2, seen_in_mail_at=now
        )
        builders.left_out(rows, "priya", f"{now:%Y-%m-%d}", "alias_off", 2, alias_id)
        if number % 2:
            search = {"mailbox_id": "mailbox-priya", "address": address, "alias_id": alias_id}
            builders.search(rows, f"search{number}", at=now, **search)


def _candidates(rows: Rows, count: int, now: datetime) -> None:
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    found = []
    for number in range(count):
        address = f"candidate{number}@mail.example"
        builders.candidate(rows, f"Candidate{number} Silva", address, now=now)
        found.append(ImportRow(number + 2, f"New {number}", "", (f"new{number}@mail.example",)))
    with rows.write():
        import_store.add(rows, "list", found, user_id="priya", now=now)


def _feed(rows: Rows, count: int, now: datetime) -> None:
    """Messages that came through an alias, each with a file, and one that did not."""
    file = ("cv.pdf", "application/pdf", 9)
    messages.keep(rows, Message("portfolio", attachments=(file,)), now=now)
    for number in range(count):
        message = Message(
            f"message{number}",
            brought=(("priya", f"alias{number}"),),
            minutes_ago=number + 1,
            attachments=(file,),
        )
        messages.keep(rows, message, now=now)
        if number % 2:
            _hide(rows, f"<message{number}@mail.example>", now)


def _hide(rows: Rows, message_id: str, now: datetime) -> None:
    """Each hidden by Priya, whose page shows it with the question and the button."""
    visibility.hide(
        Act(rows, Actor("priya", "Priya"), now),
        [message_id],
        by="priya",
        candidate=AuditedCandidate("rosa"),
    )


def _sent(rows: Rows, count: int, now: datetime) -> None:
    """Mail that Priya sent to Rosa, in each state and with a file."""
    names = ["interview", *(f"sent{number}" for number in range(count))]
    for each, state in zip(names, cycle((State.SEEN, State.WAITING, State.ASKS)), strict=False):
        mail = sent_mail.mail(each, now=now, state=state)
        sent_mail.keep(rows, mail, files=(sent_mail.file(f"{each}.pdf"),))


def _organization(rows: Rows, count: int, now: datetime) -> None:
    rooms = [
        Room(f"room{number}", f"Room {number}", f"room{number}@northwind.example", "Harbour House")
        for number in range(count)
    ]
    with rows.write():
        rooms_store.replace_rooms(rows, rooms, now=now)
    with rows.write():
        rooms_store.save_delegate(rows, "priya", chosen_by="Alex Berg", now=now)
    actor = Actor("alex", "Alex Berg")
    with rows.write():
        for number in range(count):
            target = f"Candidate {number}"
            Act(rows, actor, now).record(
                Action.CANDIDATE_ADDED,
                target,
                new="Ada",
            )


def _tests(rows: Rows, count: int, now: datetime) -> None:
    """An ended test of each included alias, half of them with a result."""
    for number in range(1, count, 2):
        alias_id = f"alias{number}"
        test = sent_mail.seen(
            f"test{number}",
            now=now,
            kind=Kind.ALIAS_TEST,
            candidate_id=None,
            alias_id=alias_id,
            from_address=f"{alias_id}@northwind.example",
            ended_at=now,
        )
        to = sent_mail.recipient("priya@northwind.example")
        sent_mail.keep(rows, test, recipients=(to,))
        if number % 4 == 1:
            outcome = Outcome.AS_PRIMARY
            proof = AliasProof(alias_id, outcome, to.address, to.address, is_test=True, seen_at=now)
            with rows.write():
                outbox_store.save_proof(rows, proof)


def _templates(rows: Rows, count: int) -> None:
    builders.template(rows, "Thanks", owner="priya")
    for number in range(count):
        builders.template(rows, f"Own{number}", owner="priya")
        builders.template(rows, f"Team{number}")


def _never_synced(rows: Rows, count: int, now: datetime) -> None:
    own = [("lawyer", "priya"), *((f"own{number}", "priya") for number in range(count))]
    all_of_us = [("competitor", None), *((f"ours{number}", None) for number in range(count))]
    with rows.write():
        for entry_id, owner in (*own, *all_of_us):
            domain = f"{entry_id}.example"
            privacy_store.add(rows, Entry(entry_id, owner, domain, True, "Priya Kaur", now))


def _held(rows: Rows, count: int, now: datetime) -> None:
    names = [f"candidate{number}" for number in range(count)]
    held = [("priya", Hold(each, f"{each}@mail.example", now)) for each in names]
    with rows.write():
        hold_store.start_asking(rows, "priya", now=now)
        hold_store.add(rows, held, asked_by="Alex Berg")


def _automated(rows: Rows, count: int, now: datetime) -> None:
    """Automated mail of many subjects that waits, and as much that needs a decision."""
    with rows.write():
        for number in range(count):
            for state in ("waiting", "asks"):
                mail = {
                    "id": f"{state}{number}",
                    "kind": "automated",
                    "route": "microsoft",
                    "author_name": "Portal",
                    "from_address": "jobs@northwind.example",
                    "from_name": "Jobs",
                    "subject": f"Reminder {number}",
                    "text": "Until tomorrow.",
                    "signature": "",
                    "state": state,
                    "created_at": now,
                    "free_at": now,
                    "due_at": now,
                }
                builders.insert(rows, "outbox", mail)
