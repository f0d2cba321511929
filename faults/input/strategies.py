"""Hypothesis strategies for random input."""

from hypothesis import strategies as st

WORDS = st.one_of(st.text(max_size=60), st.sampled_from(["", "0", "-1", "\x00", "on", "é" * 500]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)
OURS = (
    "subscriptionId",
    "clientState",
    "tenantId",
    "lifecycleEvent",
    "subscriptionExpirationDateTime",
)
ITEM = st.dictionaries(st.sampled_from(OURS), JSON, max_size=5)
FIELDS = (
    "code", "name", "address", "password", "time_zone", "id", "role", "note", "on", "number",
    "headline", "addresses", "file", "start", "subject", "day", "time", "search", "q", "person",
    "mail", "inbox", "check", "action", "page", "after", "before", "csrf_token",
)  # fmt: skip  # one to a line says no more
