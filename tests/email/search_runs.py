"""Searches of mailboxes, run as a worker runs them."""

from portal import clock
from portal.email import search_store, searches
from portal.storage.claims import Claim
from tests.email.environment import EmailEnvironment, never


def claim(env: EmailEnvironment) -> Claim | None:
    return search_store.CLAIMS.claim(env.rows, "test", now=clock.utc_now())


def run(env: EmailEnvironment) -> int:
    """Run every due search as a worker does. Returns how many there were."""
    search_store.plan(env.rows, now=clock.utc_now())
    count = 0
    while (claimed := claim(env)) is not None:
        run_one(env, claimed)
        search_store.plan(env.rows, now=clock.utc_now())
        count += 1
    return count


def run_one(env: EmailEnvironment, claimed: Claim) -> None:
    user_id = search_store.search(env.rows, claimed.row_id).user_id
    searches.run_search(env.rows, env.client(user_id), claimed, should_stop=never)
