"""OData as Graph speaks it: query options, paging, and the envelope of an answer."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, request

from sandbox.database import current_state
from sandbox.errors import GraphError
from sandbox.filters import Filter
from sandbox.graph_paths import canonical

Item = dict[str, Any]


def option(name: str) -> str | None:
    """Read a query option. Its case is ignored, and the dollar sign may be missing."""
    for key, value in request.args.items():
        if key.lower() == name or key.lower() == name.removeprefix("$"):
            return value
    return None


def refuse_unknown_options(known: set[str]) -> None:
    """Answer 501 to an unsupported parameter, so that the gap is seen."""
    for key in request.args:
        name = key.lower()
        if name not in known and f"${name}" not in known:
            raise GraphError(
                501, "NotImplemented", f"{request.path} with {key} is not part of the tenant."
            )


def selected(
    members: Iterable[str], *, kind: str, text: str | None = None
) -> tuple[str, ...] | None:
    """Read the names of $select (or `text`) in the schema's spelling. Returns None for none."""
    wanted = text if text is not None else option("$select")
    if not wanted:
        return None
    spelling = {name.lower(): name for name in members}
    names = []
    for name in (part.strip() for part in wanted.split(",")):
        if name.lower() not in spelling:
            raise GraphError(
                400,
                "BadRequest",
                "Parsing OData Select and Expand failed: Could not find a property named"
                f" '{name}' on type 'microsoft.graph.{kind}'.",
            )
        names.append(spelling[name.lower()])
    return tuple(dict.fromkeys(names))


def parts_of(text: str) -> list[str]:
    """Split an option at its commas, but not inside parentheses or quotes."""
    parts, depth, is_quoted = [""], 0, False
    for sign in text:
        is_quoted ^= sign == "'"
        depth += 0 if is_quoted else {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth and not is_quoted:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]


def project(item: Item, names: Iterable[str]) -> Item:
    """Keep the selected members. `id` and annotations always stay."""
    wanted = set(names) | {"id"}
    return {k: v for k, v in item.items() if k in wanted or k.startswith("@odata")}


def selection(names: Sequence[str] | None) -> str:
    """Write the selection for a context address."""
    return f"({','.join(names)})" if names else ""


def context_address(tail: str) -> str:
    return f"{current_state().base_url}/v1.0/$metadata#{tail}"


def entity(item: Item, *, context: str) -> Response:
    return answer({"@odata.context": context_address(context), **item})


def answer(body: Any, status: int = 200) -> Response:
    return Response(
        orjson.dumps(body),
        status,
        content_type="application/json; odata.metadata=minimal; odata.streaming=true;"
        "IEEE754Compatible=false;charset=utf-8",
    )


def json_body() -> dict[str, Any]:
    """Read a JSON request. The case of a member's first character is ignored."""
    try:
        found = orjson.loads(request.get_data() or b"{}")
    except orjson.JSONDecodeError as error:
        raise GraphError(
            400,
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type"
            " header is set and payload is of valid JSON format.",
        ) from error
    if not isinstance(found, dict):
        raise GraphError(400, "BadRequest", "The request body must be an object.")
    return {
        key[:1].lower() + key[1:]: value
        for key, value in found.items()
        if not key.startswith("@odata.")
    }


def top(*, default: int, limit: int) -> int:
    """Read $top. Graph refuses an invalid number, and caps a large one."""
    text = option("$top")
    if text is None:
        return default
    if not text.isdigit() or int(text) < 1:
        raise GraphError(400, "BadRequest", f"Invalid value '{text}' for $top query option found.")
    return min(int(text), limit)


def offset(mark: str) -> int:
    """Read the start of a page from the parameter `mark`."""
    told = option(mark) or "0"
    if not (told.isascii() and told.isdigit()):
        raise GraphError(400, "BadRequest", f"Invalid value '{told}' for {mark}.")
    return int(told[:15])


def page(items: Sequence[Item], *, context: str, size: int, mark: str) -> Response:
    """Answer one page of a complete list. `mark` is the paging parameter."""
    start = offset(mark)
    some = items[start : start + size]
    return partial_page(some, context=context, start=start, total=len(items), mark=mark)


def partial_page(
    items: Sequence[Item],
    *,
    context: str,
    start: int,
    total: int,
    mark: str,
    is_counted: bool = True,
) -> Response:
    """Answer one page that starts at `start`. `is_counted` tells whether $count applies."""
    body: Item = {"@odata.context": context_address(context)}
    if is_counted and (option("$count") or "").lower() == "true":
        body["@odata.count"] = total
    if items and start + len(items) < total:
        body["@odata.nextLink"] = next_link({mark: str(start + len(items))})
    return answer(body | {"value": list(items)})


def next_link(changes: dict[str, str]) -> str:
    """Build this request's address with some parameters changed."""
    names = {name.lower() for name in changes}
    kept = {k: v for k, v in request.args.items() if k.lower() not in names}
    return f"{request_address()}?{urlencode({**kept, **changes}, safe='$')}"


def request_address() -> str:
    """Build the address of this request without parameters, in Graph's spelling."""
    return f"{current_state().base_url}{canonical(request.path)}"


def filtered(items: Iterable[Item], *, takes_lists: bool = False) -> list[Item]:
    """Keep the items that match $filter."""
    text = option("$filter")
    if not text:
        return list(items)
    test = Filter(text, takes_lists=takes_lists).test
    return [item for item in items if test(item)]


def filtered_members(text: str) -> set[str]:
    """Name the members of a condition, in lower case."""
    return {name.lower() for name in Filter(text, takes_lists=True).names}
