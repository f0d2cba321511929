"""The organization's verified domains, which tell its people from others."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from portal.addresses import fold_domain
from portal.graph.client import GraphClient
from portal.graph.errors import GraphError, Unavailable
from portal.graph.paging import list_page
from portal.storage.rows import Rows
from portal.users import domain_store as store

DAY = timedelta(days=1)
log = logging.getLogger(__name__)


def refresh(rows: Rows, graph: GraphClient, tenant_id: str, *, now: datetime) -> None:
    """Read the domains in a person's name, at most daily. After a failure the known ones stay.

    `User.Read` is enough for a person; an application needs `Organization.Read.All`.
    https://learn.microsoft.com/graph/api/organization-list
    """
    if any(now - each.read_at < DAY for each in store.domains(rows, tenant_id)):
        return
    try:
        names = _names(graph.get("/organization", query={"$select": "id,verifiedDomains"}))
    except GraphError as error:
        log.info("The verified domains could not be read: %s", error)
        return
    with rows.write():
        store.save(rows, tenant_id, names, now=now)


def _names(answer: Mapping[str, Any]) -> frozenset[str]:
    first = next(iter(list_page(answer).items), {})
    names = {fold_domain(str(domain.get("name") or "")) for domain in _objects(first)} - {""}
    if not names:
        raise Unavailable("Microsoft's answer does not name your organization's domains.")
    return frozenset(names)


def _objects(tenant: Mapping[str, Any]) -> list[dict[str, Any]]:
    domains = tenant.get("verifiedDomains")
    listed = domains if isinstance(domains, list) else []
    return [domain for domain in listed if isinstance(domain, dict)]
