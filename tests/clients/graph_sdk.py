"""Calls of Microsoft's Graph SDK, which is asynchronous."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from tests.sandbox.callers import person
from tests.support.sandbox_server import Sandbox


def of_person(tenant: Sandbox, upn: str, scopes: set[str]) -> Any:
    """Build a client with the token of a person. An HTTPS tenant is trusted by SSL_CERT_FILE."""
    from kiota_abstractions.authentication.api_key_authentication_provider import (
        ApiKeyAuthenticationProvider,
        KeyLocation,
    )
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient

    token = f"Bearer {person(tenant, upn, scopes).token}"
    provider = ApiKeyAuthenticationProvider(KeyLocation.Header, token, "Authorization")
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = f"{tenant.url}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


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
