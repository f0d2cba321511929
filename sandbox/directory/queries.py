"""Queries of the directory: pages, and what only its eventual index answers.

https://learn.microsoft.com/graph/aad-advanced-queries
"""

import re

from flask import request

from sandbox import odata
from sandbox.errors import GraphError, not_implemented

PAGE_SIZE = 100
MAX_PAGE = 999


def is_eventual() -> bool:
    return request.headers.get("ConsistencyLevel", "").lower() == "eventual"


def is_advanced() -> bool:
    """Whether the client asks the eventual index: with the header and $count=true."""
    return is_eventual() and (odata.option("$count") or "").lower() == "true"


def require_advanced(message: str) -> None:
    if not is_advanced():
        raise GraphError(400, "Request_UnsupportedQuery", message)


def check_filter(text: str) -> None:
    """Refuse a filter that the tenant lacks, or one that needs the header ConsistencyLevel."""
    words = re.sub(r"'(?:[^']|'')*'", "''", text).lower()
    if re.search(r"/all\s*\(|\$count|\bin\b|\bcontains\s*\(", words):
        raise not_implemented(f"{request.path} with this $filter")
    if re.search(r"\bne\b|\bnot\b|\bendswith\s*\(", words):
        require_advanced(
            "Operator or function is only supported with the header 'ConsistencyLevel: eventual'"
            " and the query parameter '$count=true'."
        )


def require_count() -> None:
    """Refuse /$count without the header."""
    if not is_eventual():
        raise GraphError(
            400, "Request_BadRequest", "$count is not currently supported without ConsistencyLevel."
        )


def page_size() -> int:
    """Read $top, which the directory refuses beyond its limit."""
    size = odata.top(default=PAGE_SIZE, limit=1_000_000)
    if size > MAX_PAGE:
        raise GraphError(
            400,
            "Request_UnsupportedQuery",
            f"Invalid page size specified: '{size}'. Must be between 1 and 999 inclusive.",
        )
    return size
