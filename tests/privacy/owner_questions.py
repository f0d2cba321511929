"""Mail that waits for its owner: how it arrives, what the page asks, and an answer to it."""

import re
from datetime import timedelta

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import edits
from portal.candidates.edits import Draft
from tests.email.environment import PRIYA, EmailEnvironment, raw_message
from tests.email.search_runs import run
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, words

KAI = "kai@mail.example"
HOME = "kai@home.example"
PAGE = "/settings/email/earlier-mail"
LONG_AGO = "2026-01-01T00:00:00Z"


def act(env: EmailEnvironment) -> Act:
    return Act(env.rows, Actor("alex", "Alex Berg"), clock.utc_now())


def arrived(
    env: EmailEnvironment, subject: str, *, sender: str = KAI, to: str = PRIYA, days: int = 3
) -> None:
    """A message that arrived some days ago, and lay in the mailbox since."""
    at = clock.utc_now() - timedelta(days=days)
    env.arrives(PRIYA, raw_message(subject, sender=sender, to=to, sent_at=at), received_at=at)


def catch_up(env: EmailEnvironment, user_id: str) -> None:
    """Let the worker do everything there is to do for a mailbox."""
    env.sync(user_id)
    run(env)


def candidate(env: EmailEnvironment, *addresses: str) -> str:
    """Kai, added by Alex."""
    candidate_id = env.candidate("Kai Sund", *addresses)
    raw(env.rows).execute("update held_addresses set asked_by = 'Alex Berg'")
    return candidate_id


def answer(visit: Visitor, candidate_id: str, text: str) -> str:
    page = visit.get(PAGE).text
    at = re.search(r'name="asked_at" value="([^"]+)"', page)
    assert at is not None, page
    sent = visit.post(f"{PAGE}/{candidate_id}/answer", {"answer": text, "asked_at": at[1]})
    assert sent.status_code == 303, sent.text
    return words(visit.get(sent.location))


def texts_fetched(env: EmailEnvironment) -> int:
    """How many messages the tenant handed over one by one, by its own record."""
    made = env.sandbox.control("GET", "requests")["value"]
    return sum(re.search(r"/messages/(?!delta)[^/]+$", each["path"]) is not None for each in made)


def counted(visit: Visitor) -> int:
    """The number of messages that the page announces."""
    page = visit.text(PAGE)
    if "would add nothing" in page:
        return 0
    found = re.search(r"Bringing it in adds (\d+) messages? to the feed", page)
    assert found is not None, page
    return int(found[1])


def add_address(env: EmailEnvironment, candidate_id: str, address: str) -> None:
    known = next(raw(env.rows).query("select * from candidates where id = ?", [candidate_id]))
    draft = Draft("Kai Sund", "", f"{KAI}\n{address}")
    edits.change(act(env), candidate_id, draft, seen=clock.moment(known["updated_at"]))


def walk(env: EmailEnvironment, user_id: str) -> None:
    """Read every folder again, as once in a while, and all of a mailbox."""
    raw(env.rows).execute("update mailboxes set walked_at = ?", [LONG_AGO])
    raw(env.rows).execute("update folders set cursor = null, stage = 'walking', walks_again = 1")
    catch_up(env, user_id)
    walked = raw(env.rows).execute("select min(walked_at) from mailboxes").fetchone()[0]
    assert walked > LONG_AGO
