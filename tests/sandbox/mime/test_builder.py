"""The builder makes a message or a refusal of any JSON."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.app import open_state
from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.errors import GraphError
from sandbox.mime import builder, parser
from tests.sandbox.messages import PRIYA

TEXT = st.text(max_size=12) | st.sampled_from(
    ["a@b.example", "<", "<x", "=?utf-8?q?x?=", "\r\n", "x-a"]
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner, max_size=3)
)


def some(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A few objects with these members, or anything else in their place."""
    return st.lists(st.fixed_dictionaries(members), max_size=3) | ANY


RECIPIENT = st.fixed_dictionaries({"address": TEXT, "name": ANY})
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "subject": ANY,
        "toRecipients": some(emailAddress=RECIPIENT),
        "replyTo": some(emailAddress=RECIPIENT | ANY),
        "from": st.fixed_dictionaries({"emailAddress": RECIPIENT}) | ANY,
        "internetMessageId": ANY,
        "importance": ANY,
        "internetMessageHeaders": some(name=TEXT, value=ANY),
        "body": st.fixed_dictionaries({"contentType": ANY, "content": ANY}) | ANY,
        "attachments": some(name=ANY, contentType=ANY, contentBytes=ANY, contentId=ANY),
    },
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> State:
    path: Path = tmp_path_factory.mktemp("state") / "sandbox.db"
    return open_state(path, base_url="http://localhost")


@pytest.fixture(scope="module")
def owner(state: State) -> Row:
    row = directory.person(state, PRIYA)
    assert row is not None
    return row


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(message=MESSAGE)
def test_any_json_becomes_a_message_or_a_refusal(
    state: State, owner: Row, message: dict[str, Any]
) -> None:
    try:
        raw = builder.build(state, owner, message)
    except GraphError:
        return

    assert [address for _, address in parser.parse(raw).addresses("from")] == [PRIYA]


def test_folded_headers_are_replaced() -> None:
    rest = b"To: e@f.example\r\n\r\nFrom: x\r\n"
    raw = b"Date: yesterday\r\nFROM: a@b.example,\r\n\tc@d.example\r\n" + rest

    made = builder.with_headers(raw, {"From": "g@h.example"})

    assert made == b"From: g@h.example\r\nDate: yesterday\r\n" + rest
