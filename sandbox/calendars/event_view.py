"""Answers with events: the members selected and expanded, the conditions, the order, the pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, g

from sandbox import odata, preferences
from sandbox.calendars import event_resource, instances, properties, store, zones
from sandbox.calendars.instances import Instance
from sandbox.calendars.owners import Owner
from sandbox.database import current_state
from sandbox.errors import GraphError, item_not_found, malformed_id, not_implemented
from sandbox.filters import Filter, value_at
from sandbox.mail import extended_properties

Item = dict[str, Any]

LIST_OPTIONS = {"$select", "$filter", "$top", "$skip", "$orderby", "$expand", "$count"}
ONE_OPTIONS = {"$select", "$expand"}
# Any of these shows texts and properties too. Calendars.ReadBasic alone does not.
READ_WHOLE = {"Calendars.Read", "Calendars.ReadWrite", "Group.Read.All", "Group.ReadWrite.All"}
USUAL_PAGE = 10
LARGEST_PAGE = 1000


@dataclass(frozen=True)
class Wanted:
    """The members and properties that a request wants of each event."""

    names: tuple[str, ...] | None
    properties: frozenset[str]
    zone: str


def wanted() -> Wanted:
    found: frozenset[str] = frozenset()
    for part in odata.parts_of(odata.option("$expand") or ""):
        ids = extended_properties.expanded(part)
        if ids is None:
            raise not_implemented(f"$expand={part}")
        if not _may_read_whole():
            raise GraphError(
                403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
            )
        found |= ids
    names = odata.selected(event_resource.SELECTABLE, kind="event")
    return Wanted(names, found, zones.preferred())


def _may_read_whole() -> bool:
    granted = {name.lower().removesuffix(".shared") for name in g.caller.permissions}
    return bool(granted & {name.lower() for name in READ_WHOLE})


def page(
    owner: Owner,
    found: Iterable[Instance],
    *,
    path: str,
    unselected: frozenset[str] = frozenset(),
) -> Response:
    """Answer one page of a list of events."""
    want = wanted()
    if refused := set(want.names or ()) & unselected:
        raise GraphError(
            400, "ErrorInvalidRequest", f"The property '{min(refused)}' cannot be selected here."
        )
    kept = _sorted(_filtered(owner, found, want))
    start, size = odata.offset("$skip"), odata.top(default=0, limit=LARGEST_PAGE)
    size = size or preferences.page_size(USUAL_PAGE)
    answer = odata.partial_page(
        [shown(owner, one, want) for one in kept[start : start + size]],
        context=f"{owner.path}/{path}{odata.selection(want.names)}",
        start=start,
        total=len(kept),
        mark="$skip",
    )
    return with_preferences(answer)


def _filtered(owner: Owner, found: Iterable[Instance], want: Wanted) -> list[Instance]:
    text = odata.option("$filter")
    if not text:
        return list(found)
    test = Filter(text, takes_lists=True)
    if {name.lower() for name in test.lists} - {extended_properties.MEMBER.lower()}:
        raise GraphError(400, "ErrorInvalidUrlQueryFilter", "The query filter clause is invalid.")
    return [one for one in found if test.test(_testable(owner, one, want))]


def _testable(owner: Owner, instance: Instance, want: Wanted) -> Item:
    item = _whole(owner, instance, want)
    return item | {extended_properties.MEMBER: extended_properties.stored(instance.row)}


def _sorted(found: list[Instance]) -> list[Instance]:
    order = odata.option("$orderby")
    if not order:
        return found
    name, _, direction = order.strip().partition(" ")
    if name.lower() not in ("start/datetime", "end/datetime", "subject", "lastmodifieddatetime",
                            "createddatetime"):  # fmt: skip  # names of one order
        raise not_implemented(f"$orderby={order}")
    state = current_state()
    return sorted(
        found,
        key=lambda one: str(value_at(event_resource.shown(state, one, zone="UTC"), name)),
        reverse=direction.lower() == "desc",
    )


def shown(owner: Owner, instance: Instance, want: Wanted) -> Item:
    """Build an event as selected, with the properties that it has of those expanded."""
    item = odata.project(_whole(owner, instance, want), want.names or event_resource.MEMBERS)
    if not _may_read_whole():
        item = {name: value for name, value in item.items() if name not in event_resource.TEXTS}
    if want.properties:
        found = properties.shown(current_state(), instance, want.properties)
        if found:
            item[extended_properties.MEMBER] = found
    return item


def _whole(owner: Owner, instance: Instance, want: Wanted) -> Item:
    return event_resource.shown(
        current_state(),
        instance,
        zone=want.zone,
        as_text=preferences.wants_text(),
        is_others=owner.is_opened_by_another,
    )


def one(owner: Owner, instance: Instance, *, status: int = 200) -> Response:
    """Answer a single event."""
    want = wanted()
    context = f"{owner.path}/events{odata.selection(want.names)}/$entity"
    body = {"@odata.context": odata.context_address(context), **shown(owner, instance, want)}
    return with_preferences(odata.answer(body, status))


def require(owner: Owner, event_id: str, *, read: instances.Reader = store.event) -> Instance:
    """Find an event by the id that a client sends. Says whether that is no id at all."""
    found = instances.find(current_state(), owner.id, event_id, read=read)
    if found is not None:
        return found
    if not event_id.startswith("A"):
        raise malformed_id()
    raise item_not_found()


def with_preferences(answer: Response) -> Response:
    parts = [zones.applied(), *preferences.applied().values()]
    told = ", ".join(part for part in parts if part)
    if told:
        answer.headers["Preference-Applied"] = told
    return answer
