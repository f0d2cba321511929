"""Calls of Microsoft's Graph SDK, which is asynchronous."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def all_pages(builder: Any) -> list[Any]:
    """Read a list to its last page."""
    page = await builder.get()
    found: list[Any] = page.value
    while page.odata_next_link:
        page = await builder.with_url(page.odata_next_link).get()
        found += page.value
    return found


def run(graph: Any, work: Coroutine[Any, Any, Any]) -> Any:
    """Run all calls of a test in one event loop, then close the client's connections."""

    async def whole() -> Any:
        try:
            return await work
        finally:
            await graph.request_adapter._http_client.aclose()

    return asyncio.run(whole())
