"""The messages of a list, chosen by $filter, $search, $orderby and the page."""

from datetime import timedelta
from functools import partial
from typing import Any

from sandbox import odata, quirks
from sandbox.database import Row, State, current_state
from sandbox.errors import GraphError
from sandbox.filters import Filter, invalid, value_at
from sandbox.mail import extended_properties, message_resource, message_view, search, store


def page_rows(owner: Row, folder_id: str | None, size: int) -> tuple[list[Row], int, int, str]:
    """Return the rows of this page, its start, the total, and the paging parameter."""
    state = current_state()
    query, order = odata.option("$search"), odata.option("$orderby")
    mark = "$skiptoken" if query else "$skip"
    start = odata.offset(mark)
    test = _filter()
    if not query and not test and not order:
        rows = store.of_mailbox(state, owner["id"], folder_id, skip=start, limit=size)
        return rows, start, store.count_of_mailbox(state, owner["id"], folder_id), mark
    rows = store.of_mailbox(state, owner["id"], folder_id)
    if query:
        rows = search.found(
            _indexed(state, rows), query, is_strict=quirks.STRICT_SEARCH.is_on(state)
        )
    kept = [row for row in rows if test.test(_testable(row, test))] if test else rows
    kept = _ordered(kept, order) if order else kept
    return kept[start : start + size], start, len(kept), mark


def _indexed(state: State, rows: list[Row]) -> list[Row]:
    """Leave out what came in the last `searchDelay` seconds: the index lags behind the mailbox."""
    until = state.now() - timedelta(seconds=state.setting("searchDelay"))
    latest = message_resource.stamp(until)
    is_lagging = bool(state.setting("searchDelay"))
    return [row for row in rows if row["received_at"] <= latest] if is_lagging else rows


def _testable(row: Row, test: Filter) -> dict[str, Any]:
    """Build the message to test, from its columns alone where they suffice."""
    if {name.lower() for name in test.names} <= {"receiveddatetime", "isread"}:
        return {"receivedDateTime": row["received_at"], "isRead": bool(row["is_read"])}
    item = {} if _is_of_properties(test) else message_view.full(row)
    return item | {extended_properties.MEMBER: extended_properties.stored(row)}


def _is_of_properties(test: Filter) -> bool:
    return {name.lower() for name in test.names} == {extended_properties.MEMBER.lower()}


def _filter() -> Filter | None:
    """Read $filter. It excludes $search, and $orderby must sort by its members first."""
    text, order = odata.option("$filter"), odata.option("$orderby")
    if odata.option("$search") and (text or order):
        raise GraphError(
            400,
            "SearchWithFilter" if text else "SearchWithOrderBy",
            "The query parameter '$search' is not supported with '$filter' or '$orderby'.",
        )
    if not text:
        return None
    test = _condition(text)
    asked = list(dict.fromkeys(name.lower() for name in test.names))
    sorted_by = [part.split()[0].lower() for part in (order or "").split(",") if part.strip()]
    # The service sorts these by time, though its documentation refuses it.
    is_cheap = set(asked) == {"isread", "parentfolderid"}
    if sorted_by != asked[: len(sorted_by)] and not is_cheap:
        raise GraphError(
            400,
            "InefficientFilter",
            "The restriction or sort order is too complex for this operation.",
        )
    return test


def _condition(text: str) -> Filter:
    """Parse $filter. Of all lists of a message, Exchange searches the extended properties alone."""
    test = Filter(text, takes_lists=True)
    refused = [one for one in test.lists if one.lower() != extended_properties.MEMBER.lower()]
    if refused:
        raise invalid(f"{refused[0]}/any")
    if test.lists:
        extended_properties.require_stored_ids(text)
    return test


def _ordered(rows: list[Row], order: str) -> list[Row]:
    if order.lower().split() == ["receiveddatetime", "desc"]:
        return rows  # the stored order
    for part in reversed([part.split() for part in order.split(",") if part.strip()]):
        name, direction = part[0], (part[1:] or ["asc"])[0].lower()
        if direction not in ("asc", "desc") or name.partition("/")[0] not in message_view.MEMBERS:
            raise GraphError(400, "BadRequest", f"Invalid $orderby clause: {order}")
        rows = sorted(
            rows,
            key=partial(_sort_key, name=name),
            reverse=direction == "desc",
        )
    return rows


def _sort_key(row: Row, *, name: str) -> str:
    return str(value_at(message_view.full(row), name) or "").lower()
