"""A part of the mail corpus, synced by a worker, first without aliases and then with them."""

from pathlib import Path

from demo import mime
from tests.corpus import comparison, environment, threads
from tests.corpus.comparison import Plan
from tests.corpus.environment import Environment
from tests.recorded import calls
from tests.recorded.recordings import Sections

BOX = "r-package-devel-2015-2018"
MOST_THREADS = 4
# More than two pages of one folder, so that the next page is asked for ahead.
MANY = 420
PATIENCE_SECONDS = 120


def record(folder: Path) -> Sections:
    """The tenant's requests until both syncs were done, and the number of messages."""
    plan = comparison.plan(BOX, most_threads=MOST_THREADS)
    with environment.open_environment(folder) as place:
        users = comparison.fill(place, plan)
        _deliver_more(place, plan, next(iter(users)))
        for number, (_, addresses) in enumerate(sorted(plan.candidates.items())):
            place.add_candidate(f"Candidate {number}", sorted(addresses))
        return {
            "connecting": _connecting(place, users),
            "syncing primary addresses": _syncing(place, folder),
            "syncing every alias": _with_aliases(place, users, folder),
        }


def _deliver_more(place: Environment, plan: Plan, upn: str) -> None:
    used = {message.mid for message in plan.messages}
    others = [post.raw for post in threads.posts(BOX) if post.mid not in used]
    place.sandbox.control("POST", f"mailboxes/{upn}/import", data=mime.mbox(others[:MANY]))


def _connecting(place: Environment, users: dict[str, str]) -> list[str]:
    for upn, user_id in users.items():
        place.connect(user_id, upn)
    return _asked(place)


def _syncing(place: Environment, folder: Path) -> list[str]:
    with environment.running_worker(place, log=folder / "worker.log"):
        environment.wait_until_idle(place, seconds=PATIENCE_SECONDS)
    return [*_asked(place), _kept(place)]


def _with_aliases(place: Environment, users: dict[str, str], folder: Path) -> list[str]:
    for user_id in users.values():
        place.include_all_aliases(user_id)
    return _syncing(place, folder)


def _asked(place: Environment) -> list[str]:
    """Since this was asked last."""
    lines = calls.counted(place.sandbox.control("GET", "requests")["value"])
    place.sandbox.control("DELETE", "requests")
    return lines


def _kept(place: Environment) -> str:
    feeds = place.feeds().values()
    return f"feed entries: {sum(map(len, feeds))}, candidates with any: {len(feeds)}"
