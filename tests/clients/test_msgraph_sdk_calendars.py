"""Rooms and calendars with Microsoft's Graph SDK."""

import base64
from typing import Any

import pytest

from tests.clients.graph_sdk import all_pages, run
from tests.support.sandbox_server import Sandbox

# Warnings of third-party clients are not ours to fix.
pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]
PRIYA = "priya@northwind.example"


def test_rooms_come_in_pages(graph: Any, tenant: Sandbox) -> None:
    tenant.control("POST", "rooms/bulk", {"count": 120, "building": "Tower"})

    rooms = run(graph, all_pages(graph.places.graph_room))

    assert len(rooms) == 125
    assert (rooms[0].display_name, rooms[0].building, rooms[0].capacity) == (
        "Aurora",
        "Harbour House",
        8,
    )


def test_room_is_busy_during_an_event(graph: Any, tenant: Sandbox) -> None:
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
    from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import (
        GetSchedulePostRequestBody,
    )

    room = "room-aurora@northwind.example"
    event = {"start": "2026-11-27T09:00:00Z", "end": "2026-11-27T10:00:00Z"}
    tenant.control("POST", f"mailboxes/{room}/events", event)
    asked = GetSchedulePostRequestBody(
        schedules=[room, "none@elsewhere.example"],
        start_time=DateTimeTimeZone(date_time="2026-11-27T08:00:00", time_zone="UTC"),
        end_time=DateTimeTimeZone(date_time="2026-11-27T11:00:00", time_zone="UTC"),
        availability_view_interval=60,
    )

    found = run(graph, graph.users.by_user_id(PRIYA).calendar.get_schedule.post(asked))

    assert [one.availability_view for one in found.value] == ["020", ""]
    assert found.value[0].schedule_items[0].status.value == "busy"
    assert found.value[1].error.response_code == "ErrorMailRecipientNotFound"


def test_calendar_view_comes_in_pages(graph: Any, tenant: Sandbox) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import (
        CalendarViewRequestBuilder,
    )

    daily = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd"}}
    event = {"start": "2026-11-01T09:00:00Z", "end": "2026-11-01T10:00:00Z", "recurrence": daily}
    tenant.control("POST", f"mailboxes/{PRIYA}/events", event)
    query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
        start_date_time="2026-11-01T00:00:00+01:00",
        end_date_time="2026-12-01T00:00:00+01:00",
        select=["id", "start", "type", "showAs"],
        top=25,
    )
    config = RequestConfiguration(query_parameters=query)
    config.headers.add("Prefer", 'outlook.timezone="W. Europe Standard Time"')

    async def all_events() -> list[Any]:
        builder = graph.users.by_user_id(PRIYA).calendar_view
        page = await builder.get(request_configuration=config)
        found: list[Any] = page.value
        while page.odata_next_link:
            page = await builder.with_url(page.odata_next_link).get()
            found += page.value
        return found

    events = run(graph, all_events())

    assert len(events) == 30
    assert (events[0].start.date_time, events[0].start.time_zone) == (
        "2026-11-01T10:00:00.0000000",
        "W. Europe Standard Time",
    )
    assert {(one.type.value, one.show_as.value) for one in events} == {("occurrence", "busy")}


def test_delta_of_a_calendar_view_tells_of_a_series(graph: Any, tenant: Sandbox) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import (
        DeltaRequestBuilder,
    )

    daily = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd"}}
    event = {"start": "2026-11-27T09:00:00Z", "end": "2026-11-27T10:00:00Z", "recurrence": daily}
    query = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
        start_date_time="2026-11-27T00:00:00Z", end_date_time="2026-11-30T00:00:00Z"
    )
    config = RequestConfiguration(query_parameters=query)

    async def rounds() -> tuple[list[Any], list[Any]]:
        delta = graph.users.by_user_id(PRIYA).calendar_view.delta
        first = await delta.get(request_configuration=config)
        tenant.control("POST", f"mailboxes/{PRIYA}/events", event)
        second = await delta.with_url(first.odata_delta_link).get()
        return first.value, second.value

    before, told = run(graph, rounds())

    assert before == []
    kinds = [one.type.value for one in told]
    assert kinds == ["seriesMaster", "occurrence", "occurrence", "occurrence"]
    assert {one.series_master_id for one in told[1:]} == {told[0].id}


def test_blob_and_instances_of_a_series_are_read(graph: Any, tenant: Sandbox) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.users.item.events.item.event_item_request_builder import (
        EventItemRequestBuilder,
    )
    from msgraph.generated.users.item.events.item.instances.instances_request_builder import (
        InstancesRequestBuilder,
    )

    daily = {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd"}}
    event = {"start": "2026-11-27T09:00:00Z", "end": "2026-11-27T10:00:00Z", "recurrence": daily}
    made = tenant.control("POST", f"mailboxes/{PRIYA}/events", {**event, "calendarType": 8})
    blob = "Binary {00062002-0000-0000-C000-000000000046} Id 0x8216"
    query = EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(
        expand=[f"singleValueExtendedProperties($filter=id eq '{blob}')"]
    )
    window = InstancesRequestBuilder.InstancesRequestBuilderGetQueryParameters(
        start_date_time="2026-11-27T00:00:00Z", end_date_time="2026-11-29T00:00:00Z"
    )
    series = graph.users.by_user_id(PRIYA).events.by_event_id(made["id"])

    async def both() -> tuple[Any, Any]:
        whole = await series.get(request_configuration=RequestConfiguration(query_parameters=query))
        config = RequestConfiguration(query_parameters=window)
        return whole, await series.instances.get(request_configuration=config)

    whole, instances = run(graph, both())

    (told,) = whole.single_value_extended_properties
    assert base64.b64decode(told.value)[8:10] == b"\x08\x00"
    assert len(instances.value) == 2


def test_time_zones_are_listed_by_standard(graph: Any) -> None:
    outlook = graph.users.by_user_id(PRIYA).outlook

    async def both() -> tuple[Any, Any]:
        iana = outlook.supported_time_zones_with_time_zone_standard("Iana")
        return await outlook.supported_time_zones.get(), await iana.get()

    windows, iana = run(graph, both())

    assert "W. Europe Standard Time" in [one.alias for one in windows.value]
    assert "Europe/Berlin" in [one.alias for one in iana.value]
