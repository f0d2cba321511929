"""A slice of the real mail: every expected message once, and no other."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.corpus import comparison, deputies, threads
from tests.corpus.deputies import Copy

pytestmark = pytest.mark.corpus


def test_comparison_finds_missing_wrong_and_duplicate_messages() -> None:
    feeds = {"a": ["<1>", "<1>", "<3>"]}

    result = comparison.compare(feeds, {"a": "ann"}, {"ann": {"<1>", "<2>"}})

    assert (result.right, result.missing, result.wrong, result.twice) == (1, 1, 1, 1)
    assert not result.is_exact


def test_message_between_a_member_and_a_candidate_is_no_noise() -> None:
    raw = b"From: Ann <ann@a.example>\nTo: list@l.example\nCc: B <BOB@b.example>\n\nHi"

    assert threads.written_addresses(raw) == {"ann@a.example", "list@l.example", "bob@b.example"}
    for box in threads.BOXES:
        cut = comparison.plan(box)
        members = {address for own in cut.members.values() for address in own}
        candidates = {address for own in cut.candidates.values() for address in own}
        for post in cut.noise:
            written = threads.written_addresses(post.raw)
            assert written.isdisjoint(members) or written.isdisjoint(candidates)


@pytest.mark.parametrize("box", threads.BOXES)
def test_feeds_match_the_threads(box: str, instance: Path) -> None:
    off, on = comparison.run(comparison.plan(box, most_threads=12), instance, say=print)

    assert str(off) == f"{off.right} right, 0 missing, 0 wrong, 0 twice"
    assert str(on) == f"{on.right} right, 0 missing, 0 wrong, 0 twice"
    assert 0 < off.right < on.right


def test_list_mail_as_it_is_brings_only_what_is_between_people(instance: Path) -> None:
    cut = comparison.untouched_plan("spamassassin-a", most_noise=20)
    off, on = comparison.run(cut, instance, say=print)

    assert str(off) == f"{off.right} right, 0 missing, 0 wrong, 0 twice"
    assert str(on) == f"{on.right} right, 0 missing, 0 wrong, 0 twice"
    assert 0 < off.right < on.right


@pytest.mark.parametrize(
    ("box", "sent"),
    [
        (threads.BOXES[0], "18 sent in the name of the shared mailbox, 23 copies"),
        # Half of these have an alias in From, which is off at first.
        (threads.BOXES[1], "24 sent in the name of the shared mailbox, 30 copies"),
    ],
)
def test_shared_mailbox_in_whose_name_members_send_brings_each_message_once(
    box: str, sent: str, instance: Path
) -> None:
    cut, said = comparison.plan(box, most_threads=40), list[str]()
    off, on = comparison.run(cut, instance, say=said.append, has_shared_mailbox=True)

    assert str(off) == f"{off.right} right, 0 missing, 0 wrong, 0 twice"
    assert str(on) == f"{on.right} right, 0 missing, 0 wrong, 0 twice"
    assert 0 < off.right < on.right
    assert sent in said


def test_copy_in_sent_items_is_decided_by_the_mailbox_in_from() -> None:
    jobs, ann = "jobs@n.example", "ann@n.example"
    sent = Copy("<1>", "ann", True, jobs, ann, frozenset({"rosa@a.example"}))
    copies = [sent, replace(sent, message_id="<2>", is_in_sent_items=False)]

    def feeds(*included: str) -> set[str]:
        found = deputies.expected(
            copies,
            shared="jobs",
            addresses={"jobs": {jobs}, "ann": {ann}},
            included={"jobs": {*included} & {jobs}, "ann": {*included} & {ann}},
            candidates={"rosa": {"rosa@a.example"}},
        )
        return found["rosa"]

    assert (feeds(jobs), feeds(ann), feeds(jobs, ann)) == ({"<1>"}, {"<2>"}, {"<1>", "<2>"})
