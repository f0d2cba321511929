"""The Message-IDs that a message refers to, as Microsoft tells them."""

import email
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.email.headers import MOST_LINKS, header, links
from tests.corpus import threads
from tests.email.graph_items import item

IN_REPLY_TO, REFERENCES = "String 0x1042", "String 0x1039"


def told(*values: Any, own: str = "<1@mail.example>", **more: Any) -> tuple[str, ...]:
    """The links of a message with these References."""
    properties = [{"id": REFERENCES, "value": value} for value in values]
    answer = {"singleValueExtendedProperties": properties, **more}
    return links(answer, header(item(internetMessageId=own)))


def test_both_properties_are_read_once() -> None:
    given = [
        {"id": "string 0x1039", "value": "<a@x> <b@x>"},
        {"id": IN_REPLY_TO, "value": "<b@x>"},
        {"id": "String 0x37", "value": "<no link@x>"},
    ]

    assert told(singleValueExtendedProperties=given) == ("<a@x>", "<b@x>")


def test_headers_are_read_where_they_are_told() -> None:
    given = [
        {"name": "references", "value": "<a@x>"},
        {"name": "In-Reply-To", "value": "<b@x>"},
        {"name": "Message-ID", "value": "<1@mail.example>"},
    ]

    assert told(internetMessageHeaders=given) == ("<a@x>", "<b@x>")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@x>\r\n\t<b@x>\r\n <c@x>", ("<a@x>", "<b@x>", "<c@x>")),
        ("<a@x><b@x>,<a@x>", ("<a@x>", "<b@x>")),
        ("< a@x >", ("<a@x>",)),
        ("<a\r\n b@x>", ("<a b@x>",)),
        ("<a\x00@x>", ("<a@x>",)),
        ("Your message of Monday <a@x>", ("<a@x>",)),
        ("Message from Rosa <Rosa@mail.example> of Monday", ()),
        ("<1@mail.example>", ()),
        ("no ids, a@x, <>, < >, <cut@x", ()),
        (None, ()),
        (5, ()),
    ],
)
def test_ids_are_found_in_any_value(value: Any, expected: tuple[str, ...]) -> None:
    assert told(value) == expected


@pytest.mark.parametrize("broken", [None, "text", 5, {"id": REFERENCES}, [None, "x", {}]])
def test_broken_answer_has_no_links(broken: Any) -> None:
    assert told(singleValueExtendedProperties=broken, internetMessageHeaders=broken) == ()


def test_the_newest_of_many_are_kept() -> None:
    ids = [f"<{number}@x>" for number in range(500)]

    assert told(" ".join(ids)) == (*ids[-MOST_LINKS:],)


UNUSUAL = ["1@mail.example", "<1@mail.example> (comment)", "< 1@mail.example >"]


@pytest.mark.parametrize("own", UNUSUAL)
def test_unusual_own_id_is_linked_to_the_form_that_answers_name(own: str) -> None:
    assert told(own=own) == ("<1@mail.example>",)


IDS = st.from_regex(r"<[!-;=?-~]{1,30}@[a-z.]{1,20}>", fullmatch=True)
BLANKS = st.text(" \t\r\n", min_size=1, max_size=4)


@given(st.lists(IDS, max_size=MOST_LINKS, unique=True), BLANKS)
def test_every_id_is_found_as_the_message_has_it(ids: list[str], blanks: str) -> None:
    own = [header(item(internetMessageId=each)).internet_message_id for each in ids]

    found = told(blanks.join(ids), own="<own@mail.example.org1>")

    assert found == (*own,)


@given(st.text() | st.none() | st.integers(), st.text())
def test_links_are_unlike_the_own_id_and_short(value: Any, own: str) -> None:
    found = told(value, own=own)

    assert header(item(internetMessageId=own)).internet_message_id not in found
    assert len(set(found)) == len(found) <= MOST_LINKS + 2
    assert all(each[0] == "<" and each[-1] == ">" and len(each) <= 1000 for each in found)


@pytest.mark.corpus
def test_messages_of_the_corpus_are_linked_to_their_parents() -> None:
    posts = [each for box in threads.BOXES for each in threads.posts(box) if each.parent]

    missed = [each.mid for each in posts if each.parent not in told(*_values(each), own=each.mid)]

    assert missed == []
    assert len(posts) == 2442


def _values(post: threads.Post) -> list[str]:
    message = email.message_from_bytes(post.raw)
    names = ("in-reply-to", "references")
    return [str(value) for name in names for value in message.get_all(name, [])]
