"""No detour brings in what an owner leaves in the mailbox."""

from datetime import timedelta

from portal import clock
from portal.candidates import imports
from portal.candidates import store as candidates
from portal.candidates.models import ImportRow
from portal.email import removal, search_store
from tests.email.environment import PRIYA, TALENT, EmailEnvironment, raw_message
from tests.privacy.owner_questions import (
    HOME,
    KAI,
    PAGE,
    act,
    answer,
    arrived,
    candidate,
    catch_up,
    texts_fetched,
    walk,
)
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

JOBS = "jobs@northwind.example"


def test_nothing_goes_round_the_decision(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    for sender in (KAI, HOME):
        arrived(env, f"From {sender}", sender=sender)
        arrived(env, f"From {sender} to an alias", sender=sender, to=TALENT)
    env.sync(asking_priya)
    kai = candidate(env, KAI)
    catch_up(env, asking_priya)
    answer(visit_connected, kai, "leave")
    visit_connected.post("/settings/email/asking", {"on": "0"})
    env.sandbox.control("DELETE", "requests")

    # Each of these searches or reads the mailbox again.
    include_alias(env, visit_connected)
    walk(env, asking_priya)
    again = env.candidate("The same person", KAI)
    tagged = env.candidate("The same mailbox", "kai+jobs@mail.example")
    catch_up(env, asking_priya)
    for each in (kai, again):
        removal.delete_candidate(act(env), candidates.candidate(env.rows, each))
    imported = import_one(env, KAI)
    catch_up(env, asking_priya)
    walk(env, asking_priya)

    assert [env.subjects(each) for each in (kai, again, tagged, imported)] == [[], [], [], []]
    assert texts_fetched(env) == 0
    assert "Not from your mailbox" in visit_connected.text(PAGE)


def test_mail_sent_as_a_shared_mailbox_waits_for_its_sender(
    env: EmailEnvironment, asking_priya: str
) -> None:
    """The copy in Sent Items is the sender's, whichever mailbox is in From."""
    account = builders.shared_mailbox(env.rows, "Northwind Jobs", id="jobs")
    builders.alias(env.rows, account, JOBS, is_primary=1, is_included=1)
    at = clock.utc_now() - timedelta(days=3)
    sent = raw_message("Sent as", sender=JOBS, to=KAI, sent_at=at)
    env.arrives(PRIYA, sent, folder="Sent Items", received_at=at)
    env.sync(asking_priya)
    kai = candidate(env, KAI)
    raw(env.rows).execute("update folders set cursor = null, stage = 'walking', walks_again = 1")

    env.sync(asking_priya)

    assert env.subjects(kai) == []
    assert texts_fetched(env) == 0


def include_alias(env: EmailEnvironment, visit: Visitor) -> None:
    (row,) = raw(env.rows).query("select id from aliases where folded = ?", [TALENT])
    path = f"/settings/email/aliases/{row['id']}/inclusion"
    assert visit.post(path, {"on": "1", "start": "beginning"}).status_code == 303


def import_one(env: EmailEnvironment, address: str) -> str:
    row = ImportRow(2, "Kai Sund", "", (address,))
    import_id = imports.keep(env.rows, (row,), user_id="priya", now=clock.utc_now())
    done, _ = imports.bring_in(act(env), import_id, user_id="priya")
    return done.candidate_ids[0]


def test_import_of_many_waits(
    env: EmailEnvironment, asking_priya: str, visit_connected: Visitor
) -> None:
    arrived(env, "Earlier", sender="person7@mail.example")
    env.sync(asking_priya)
    found = tuple(
        ImportRow(number + 2, f"Person {number}", "", (f"person{number}@mail.example",))
        for number in range(search_store.MOST_SEARCHES + 5)
    )
    import_id = imports.keep(env.rows, found, user_id=asking_priya, now=clock.utc_now())
    imports.bring_in(act(env), import_id, user_id=asking_priya)
    catch_up(env, asking_priya)

    assert env.count("messages") == 0
    assert "waits for you" in visit_connected.text("/settings/email")
    assert "25 candidates" in visit_connected.text("/settings/email")
    progress = search_store.import_progress(env.rows, ids(env))
    assert (progress.is_over, progress.asked) == (True, 1)


def ids(env: EmailEnvironment) -> list[str]:
    return [row["id"] for row in raw(env.rows).query("select id from candidates")]
