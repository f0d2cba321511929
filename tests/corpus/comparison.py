"""Load a box into mailboxes, sync it, and compare the feeds with the threads."""

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.rights import store as rights
from tests.corpus import deputies, threads
from tests.corpus.deputies import Copy
from tests.corpus.environment import (
    Environment,
    open_environment,
    running_worker,
    wait_until_idle,
)
from tests.corpus.threads import Message, Post

Say = Callable[[str], None]


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

    def expected(self, *, with_aliases: bool, without: str = "") -> dict[str, set[str]]:
        """By the threads, without what one person wrote."""
        return threads.expected(
            (each for each in self.messages if each.post.person != without),
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

    With `has_shared_mailbox` the member who wrote most is a shared mailbox, in whose name others
    send all that it wrote.
    """
    say(f"{len(cut.messages)} messages, {len(cut.noise)} others, {len(cut.members)} members")
    with open_environment(folder) as environment:
        if has_shared_mailbox:
            environment.consent()
        people = fill(environment, cut, shared=writer_of_most(cut) if has_shared_mailbox else "")
        names = {
            environment.add_candidate(f"Candidate {number}", sorted(addresses)): person
            for number, (person, addresses) in enumerate(sorted(cut.candidates.items()))
        }
        for each in people.values():
            if not each.is_shared:
                environment.connect(each.user_id, each.upn)
        with running_worker(environment, log=folder / "worker.log"):
            copies = send_in_its_name(environment, cut, people, say) if has_shared_mailbox else []
            return list(_compared(environment, Expectation(cut, people, copies), names, say))


@dataclass(frozen=True)
class Member:
    """A member's mailbox in the tenant and Portal."""

    user_id: str
    upn: str
    is_shared: bool = False


@dataclass(frozen=True)
class Expectation:
    """The expected feeds: by the threads, and by the tenant's copies of what deputies sent."""

    cut: Plan
    people: dict[str, Member]
    copies: Sequence[Copy]

    def feeds(self, *, with_aliases: bool) -> dict[str, set[str]]:
        found = self.cut.expected(with_aliases=with_aliases, without=self._shared)
        if self.copies:
            included = self.cut.included(with_aliases=with_aliases)
            sent = deputies.expected(
                self.copies,
                shared=self.people[self._shared].upn,
                addresses=self._by_mailbox(self.cut.members),
                included=self._by_mailbox(included),
                candidates=self.cut.candidates,
            )
            found = {person: found[person] | sent[person] for person in found}
        return found

    @property
    def _shared(self) -> str:
        return next((person for person, each in self.people.items() if each.is_shared), "")

    def _by_mailbox(self, owned: Mapping[str, Collection[str]]) -> dict[str, Collection[str]]:
        return {self.people[person].upn: addresses for person, addresses in owned.items()}


def _compared(
    environment: Environment,
    expectation: Expectation,
    names: dict[str, str],
    say: Say,
) -> Iterator[Result]:
    for with_aliases in (False, True):
        if with_aliases:
            for each in expectation.people.values():
                environment.include_all_aliases(each.user_id)
        wait_until_idle(environment, seconds=600)
        expected = expectation.feeds(with_aliases=with_aliases)
        result = compare(environment.feeds(), names, expected)
        assert environment.entries_without_candidate() == []
        say(f"aliases {'on' if with_aliases else 'off'}: {result}")
        yield result


def writer_of_most(cut: Plan) -> str:
    """The member who wrote most of the messages."""
    wrote = Counter(each.post.person for each in cut.messages if each.post.person in cut.members)
    return min(cut.members, key=lambda person: (-wrote[person], person))


def fill(environment: Environment, cut: Plan, *, shared: str) -> dict[str, Member]:
    """Fill every mailbox in thread order. Returns the members by person.

    What the shared mailbox wrote is sent later, by others.
    """
    people: dict[str, Member] = {}
    # Those who own the shared mailbox exist before it.
    for number, person in enumerate(sorted(cut.members, key=lambda each: (each == shared, each))):
        people[person] = _added(environment, cut, person, number, [*people.values()], shared)
        upn = people[person].upn
        for message in cut.messages:
            if person in message.addresses and message.post.person != shared:
                is_own = message.post.person == person
                environment.sandbox.deliver(
                    upn, message.raw, folder="Sent Items" if is_own else "Inbox"
                )
        for post in cut.noise[number::10]:
            environment.sandbox.deliver(upn, post.raw)
    return people


def _added(
    environment: Environment, cut: Plan, person: str, number: int, there: list[Member], shared: str
) -> Member:
    addresses = cut.members[person]
    if person == shared:
        upn, owner = f"shared{number}@northwind.example", there[0].user_id
        account_id = environment.add_shared_mailbox("Shared", upn, addresses, owner=owner)
        return Member(account_id, upn, is_shared=True)
    upn = f"member{number}@northwind.example"
    return Member(environment.add_member(f"Member {number}", upn, addresses), upn)


def send_in_its_name(
    environment: Environment, cut: Plan, people: dict[str, Member], say: Say
) -> list[Copy]:
    """Let two members send all that the shared mailbox wrote. Returns the tenant's copies.

    Its addresses are known then: a copy that is read before them is its sender's alone.
    """
    wait_until_idle(environment, seconds=600)
    state = environment.sandbox.state
    (shared,) = [person for person, each in people.items() if each.is_shared]
    wrote = [each for each in cut.messages if each.post.person == shared]
    others = [each.upn for each in people.values() if not each.is_shared]
    senders = {rights.SEND_AS: others[0], rights.SEND_ON_BEHALF: others[-1]}
    count = deputies.send_all(state, people[shared].upn, senders, (each.raw for each in wrote))
    copies = deputies.recorded(
        state, [each.upn for each in people.values()], {each.mid for each in wrote}
    )
    environment.sync_everybody()
    say(f"{count} sent in the name of the shared mailbox, {len(copies)} copies")
    return copies


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
