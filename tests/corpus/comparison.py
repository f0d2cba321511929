"""Load a box into mailboxes, sync it, and compare the feeds with the threads."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.corpus import threads
from tests.corpus.environment import (
    Environment,
    open_environment,
    running_worker,
    wait_until_idle,
)
from tests.corpus.threads import Message, Post

Say = Callable[[str], None]
# The principal name of a shared mailbox among the members begins like this.
SHARED = "shared"


@dataclass(frozen=True)
class Plan:
    """One box, divided into members, candidates, their messages, and other messages."""

    messages: tuple[Message, ...]
    noise: tuple[Post, ...]
    members: dict[str, list[str]]
    candidates: dict[str, set[str]]

    def included(self, *, with_aliases: bool) -> dict[str, set[str]]:
        return {
            person: set(addresses if with_aliases else addresses[:1])
            for person, addresses in self.members.items()
        }

    def expected(self, *, with_aliases: bool) -> dict[str, set[str]]:
        return threads.expected(
            self.messages,
            included=self.included(with_aliases=with_aliases),
            candidates=set(self.candidates),
        )


@dataclass(frozen=True)
class Result:
    """The result of the comparison. It is exact if only `right` counts anything."""

    right: int
    missing: int
    wrong: int
    twice: int

    @property
    def is_exact(self) -> bool:
        return self.missing == self.wrong == self.twice == 0

    def __str__(self) -> str:
        return f"{self.right} right, {self.missing} missing, {self.wrong} wrong, {self.twice} twice"


def plan(box: str, *, most_threads: int | None = None) -> Plan:
    """Divide a box: people with several addresses are members, their correspondents candidates.

    Every fifth of those stays a stranger, so that there is mail with people of whom nothing
    may be kept.
    """
    posts = threads.posts(box)
    aliases = threads.people_with_aliases(box)
    found = threads.conversations(posts)
    named = sorted(name for name, own in found.items() if _has_member(own, aliases))
    if most_threads:
        named = sorted(random.Random(7).sample(named, min(most_threads, len(named))))  # noqa: S311  # the same slice each time
    messages = tuple(message for name in named for message in found[name])
    people = {person for message in messages for person in message.addresses}
    members = {person: used for person, used in aliases.items() if person in people}
    others = sorted(people - members.keys())
    candidates = {
        person: _addresses(messages, person) for number, person in enumerate(others) if number % 5
    }
    strangers = (post for post in posts if post.thread not in found)
    noise = [post for post in strangers if not _is_between(post, members, candidates)]
    return Plan(messages, tuple(noise[: 10 * (most_threads or 100)]), members, candidates)


def untouched_plan(box: str, *, most_noise: int = 1000) -> Plan:
    """Every message with its own headers. Most is list mail, which is between nobody.

    Everybody who wrote to the list is a candidate, but for the members.
    """
    posts = threads.posts(box)
    aliases = threads.people_with_aliases(box)
    found = threads.untouched(posts, aliases)
    messages = tuple(each for each in found if not aliases.keys().isdisjoint(each.addresses))
    people = {person for message in messages for person in message.addresses}
    writers = {post.person for post in posts} - aliases.keys()
    candidates = {person: _addresses(messages, person) for person in writers & people}
    noise = [each.post for each in found if aliases.keys().isdisjoint(each.addresses)]
    members = {person: used for person, used in aliases.items() if person in people}
    return Plan(messages, tuple(noise[:most_noise]), members, candidates)


def _is_between(post: Post, members: dict[str, list[str]], candidates: dict[str, set[str]]) -> bool:
    """Whether a message that is taken for noise is really with a member and a candidate."""
    written = threads.written_addresses(post.raw)
    return all(
        any(not written.isdisjoint(own) for own in people.values())
        for people in (members, candidates)
    )


def _has_member(messages: list[Message], members: dict[str, list[str]]) -> bool:
    return any(person in members for message in messages for person in message.addresses)


def _addresses(messages: tuple[Message, ...], person: str) -> set[str]:
    return {message.addresses[person] for message in messages if person in message.addresses}


def run(cut: Plan, folder: Path, *, say: Say, has_shared_mailbox: bool = False) -> list[Result]:
    """Compare twice: with every alias off, and with every alias on.

    With `has_shared_mailbox` the last member is a shared mailbox, which the first one owns.
    """
    say(f"{len(cut.messages)} messages, {len(cut.noise)} others, {len(cut.members)} members")
    with open_environment(folder) as environment:
        if has_shared_mailbox:
            environment.consent()
        users = fill(environment, cut, has_shared_mailbox=has_shared_mailbox)
        names = {
            environment.add_candidate(f"Candidate {number}", sorted(addresses)): person
            for number, (person, addresses) in enumerate(sorted(cut.candidates.items()))
        }
        for upn, user_id in users.items():
            if not upn.startswith(SHARED):
                environment.connect(user_id, upn)
        return list(_compared(environment, cut, names, users, folder, say))


def _compared(
    environment: Environment,
    cut: Plan,
    names: dict[str, str],
    users: dict[str, str],
    folder: Path,
    say: Say,
) -> list[Result]:
    results = []
    with running_worker(environment, log=folder / "worker.log"):
        for with_aliases in (False, True):
            if with_aliases:
                for user_id in users.values():
                    environment.include_all_aliases(user_id)
            wait_until_idle(environment, seconds=600)
            result = compare(environment.feeds(), names, cut.expected(with_aliases=with_aliases))
            assert environment.entries_without_candidate() == []
            say(f"aliases {'on' if with_aliases else 'off'}: {result}")
            results.append(result)
    return results


def fill(
    environment: Environment, cut: Plan, *, has_shared_mailbox: bool = False
) -> dict[str, str]:
    """Fill every mailbox in thread order. Returns user ids by principal name."""
    users: dict[str, str] = {}
    for number, (person, addresses) in enumerate(sorted(cut.members.items())):
        if has_shared_mailbox and number == len(cut.members) - 1:
            upn, owner = f"{SHARED}{number}@northwind.example", next(iter(users.values()))
            users[upn] = environment.add_shared_mailbox("Shared", upn, addresses, owner=owner)
        else:
            upn = f"member{number}@northwind.example"
            users[upn] = environment.add_member(f"Member {number}", upn, addresses)
        for message in cut.messages:
            if person in message.addresses:
                is_own = message.post.person == person
                environment.sandbox.deliver(
                    upn, message.raw, folder="Sent Items" if is_own else "Inbox"
                )
        for post in cut.noise[number::10]:
            environment.sandbox.deliver(upn, post.raw)
    return users


def compare(
    feeds: dict[str, list[str]], names: dict[str, str], expected: dict[str, set[str]]
) -> Result:
    """Compare every message of every candidate."""
    right = missing = wrong = twice = 0
    for candidate_id, person in names.items():
        there = Counter(feeds.get(candidate_id, []))
        right += len(expected[person] & there.keys())
        missing += len(expected[person] - there.keys())
        wrong += len(there.keys() - expected[person])
        twice += sum(count - 1 for count in there.values())
    return Result(right, missing, wrong, twice)
