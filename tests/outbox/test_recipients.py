"""Recipients as people type them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.characters import LINE_BREAKS
from portal.errors import Invalid
from portal.outbox.models import Field, Recipient
from portal.outbox.recipients import checked_recipient, read, typed_name, written


def test_names_commas_and_semicolons_are_read() -> None:
    found = read(
        '"Ortega, Rosa" <Rosa@Mail.example>; sam@mail.example', "Kim Ek <kim@mail.example>,"
    )

    assert found == (
        Recipient("Rosa@mail.example", "rosa@mail.example", "Ortega, Rosa", Field.TO),
        Recipient("sam@mail.example", "sam@mail.example", "", Field.TO),
        Recipient("kim@mail.example", "kim@mail.example", "Kim Ek", Field.CC),
    )
    assert written(found, Field.TO) == '"Ortega, Rosa" <Rosa@mail.example>, sam@mail.example'


def test_an_address_counts_once_and_first_in_to() -> None:
    found = read("rosa@mail.example, ROSA@mail.example", "Rosa <rosa@mail.example>")

    assert found == (Recipient("rosa@mail.example", "rosa@mail.example", "", Field.TO),)


@pytest.mark.parametrize(
    "text",
    [
        "rosa@mail.example sam@mail.example",
        "rosa@mail.example <sam@mail.example>",
        "<rosa@mail.example> sam@mail.example",
        "<rosa@mail.example><sam@mail.example>",
        "Rosa <rosa@mail.example",
        '"Rosa <rosa@mail.example>',
        "rosa",
        "rosa@",
        "Rosa\r\nBcc: <sam@mail.example>",
        "rosa@mail.example\nsam@mail.example",
        "rosa@mail.example\u0085sam@mail.example",
        "rosa@mail.example\u2028",
        "=?utf-8?q?sam=40x.example?=@mail.example",
        "Rosa\x00 <rosa@mail.example>",
        f"{'r' * 260}@mail.example",
    ],
)
def test_what_is_unclear_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read("kim@mail.example", text)

    assert refusal.value.field == "cc"


def test_fifty_recipients_fit_and_the_next_does_not() -> None:
    fifty = ", ".join(f"a{place}@mail.example" for place in range(50))

    assert len(read(fifty, "")) == 50
    with pytest.raises(Invalid, match=r"50 recipients, To and Cc together. This one has 51\."):
        read(fifty, "another@mail.example")


@pytest.mark.parametrize("to", ["", " , ;"])
def test_a_mail_needs_an_address_in_to(to: str) -> None:
    with pytest.raises(Invalid, match="Enter an address to write to"):
        read(to, "rosa@mail.example")


@given(name=st.text(max_size=60), address=st.text(max_size=60) | st.emails())
def test_no_name_or_address_breaks_a_header(name: str, address: str) -> None:
    try:
        found = checked_recipient(name, address, Field.TO)
    except Invalid:
        return

    assert not LINE_BREAKS.search(found.name + found.address)
    assert "\0" not in found.name + found.address
    assert found.address.count("@") == 1


@given(st.text(max_size=300))
def test_a_typed_name_is_one_that_is_taken(name: str) -> None:
    found = Recipient("rosa@mail.example", "rosa@mail.example", typed_name(name), Field.TO)

    assert [each.address for each in read(written([found], Field.TO), "")] == ["rosa@mail.example"]


@pytest.mark.parametrize(
    "typed",
    [
        "x@mail.example, " + " " * 19_900 + '"',
        "a" + " " * 19_900 + "b",
        '"' + "a" * 9_000 + '"' + " " * 9_000 + "b",
        'a"' * 9_999,
        '"' * 19_999,
    ],
    ids=["blanks before a quotation mark", "blanks in a name", "after a name", "pairs", "marks"],
)
def test_unclear_recipients_are_refused_at_once(typed: str) -> None:
    began = time.process_time()

    with pytest.raises(Invalid, match="is not an email address"):
        read(typed, "")

    assert time.process_time() - began < 1
