"""Lists of directory objects: $filter, $search, $orderby, $count and pages."""

from dataclasses import dataclass

from flask import Response

from sandbox import odata
from sandbox.directory import queries
from sandbox.directory.search import Search
from sandbox.errors import GraphError

OPTIONS = {"$select", "$filter", "$search", "$orderby", "$top", "$count", "$skiptoken"}
SEARCHED = ("displayName", "description", "mail", "mailNickname")
SEARCH_REFUSED = (
    "Request with $search query parameter only works through MSGraph with a special request"
    " header: 'ConsistencyLevel: eventual'"
)


@dataclass(frozen=True)
class ObjectList:
    """A kind of list: its type, what its answers name, and what $filter may not name."""

    kind: str
    context: str
    selectable: tuple[str, ...]
    unfiltered: frozenset[str] = frozenset()
    filters_need_index: bool = False


def answer(object_list: ObjectList, items: list[odata.Item]) -> Response:
    """Answer one page of the items that the request asks for, as selected."""
    odata.refuse_unknown_options(OPTIONS)
    names = odata.selected(object_list.selectable, kind=object_list.kind)
    start, size = odata.offset("$skiptoken"), queries.page_size()
    found = wanted(object_list, items)
    shown = found[start : start + size]
    return odata.partial_page(
        [odata.project(item, names or tuple(item)) for item in shown],
        context=f"{object_list.context}{odata.selection(names)}",
        start=start,
        total=len(found),
        mark="$skiptoken",
        # Graph ignores $count without the header, and counts on the first page only.
        is_counted=queries.is_eventual() and start == 0,
    )


def number(object_list: ObjectList, items: list[odata.Item]) -> Response:
    """Answer /$count: the number alone."""
    odata.refuse_unknown_options({"$filter", "$search"})
    queries.require_count()
    return Response(str(len(wanted(object_list, items))), content_type="text/plain")


def wanted(object_list: ObjectList, items: list[odata.Item]) -> list[odata.Item]:
    """Filter, search and sort. Refuses what needs the eventual index."""
    condition, search = odata.option("$filter"), odata.option("$search")
    if condition:
        _check_filter(object_list, condition)
        items = odata.filtered(items, takes_lists=True)
    if search:
        if not queries.is_eventual():
            raise GraphError(400, "Request_UnsupportedQuery", SEARCH_REFUSED)
        test = Search(search, members=SEARCHED).test
        items = [item for item in items if test(item)]
    return _sorted(items, is_narrowed=bool(condition or search))


def _check_filter(object_list: ObjectList, condition: str) -> None:
    queries.check_filter(condition)
    named = odata.filtered_members(condition)
    refused = sorted(object_list.unfiltered & named)
    if refused:
        raise GraphError(
            400,
            "Request_UnsupportedQuery",
            f"Unsupported or invalid query filter clause specified for property '{refused[0]}'"
            f" of resource '{object_list.kind.title()}'.",
        )
    if object_list.filters_need_index:
        queries.require_advanced(
            "The specified filter to the reference property query is currently not supported."
        )


def _sorted(items: list[odata.Item], *, is_narrowed: bool) -> list[odata.Item]:
    order = odata.option("$orderby")
    if not order:
        return items
    name, _, direction = order.strip().lower().partition(" ")
    if name != "displayname" or direction not in ("", "asc", "desc"):
        raise _not_sorted()
    if is_narrowed and not queries.is_advanced():
        raise _not_sorted()
    return sorted(
        items,
        key=lambda item: (str(item.get("displayName") or "").lower(), item["id"]),
        reverse=direction == "desc",
    )


def _not_sorted() -> GraphError:
    return GraphError(400, "Request_UnsupportedQuery", "Sorting not supported for current query.")
