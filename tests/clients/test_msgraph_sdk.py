"""Microsoft's Graph SDK with a credential of azure-identity."""

from typing import Any

import pytest

from tests.clients.graph_sdk import all_pages, run
from tests.support.sandbox_server import CLIENT_ID, Sandbox

# Warnings of third-party clients are not ours to fix.
pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]
PRIYA = "priya@northwind.example"
MESSAGE = (
    b"From: Rosa Ortega <rosa.ortega@mail.example>\r\nTo: priya@northwind.example\r\n"
    b"Subject: Portfolio\r\nMessage-ID: <portfolio@mail.example>\r\n\r\nHere it is.\r\n"
)


def test_lists_people_with_their_addresses(graph: Any) -> None:
    from msgraph.generated.users.users_request_builder import UsersRequestBuilder

    query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        select=["id", "displayName", "proxyAddresses"], filter="accountEnabled eq true", top=999
    )
    config = UsersRequestBuilder.UsersRequestBuilderGetRequestConfiguration(query_parameters=query)

    found = run(graph, graph.users.get(request_configuration=config))

    priya = next(user for user in found.value if user.display_name == "Priya Kaur")
    assert priya.proxy_addresses[0] == f"SMTP:{PRIYA}"


def test_delta_reports_renamed_and_deleted_users(graph: Any, tenant: Sandbox) -> None:
    async def rounds() -> tuple[int, list[Any]]:
        page = await graph.users.delta.get()
        count = 0
        while page.odata_next_link:
            count += len(page.value)
            page = await graph.users.delta.with_url(page.odata_next_link).get()
        tenant.control("PATCH", f"users/{PRIYA}", {"displayName": "Priya Kaur-Lund"})
        tenant.control("PATCH", "users/kim@northwind.example", {"deleted": True})
        later = await graph.users.delta.with_url(page.odata_delta_link).get()
        return count, later.value

    before, told = run(graph, rounds())

    assert before >= 9
    assert [one.display_name for one in told] == ["Priya Kaur-Lund", None]
    assert told[1].additional_data["@removed"] == {"reason": "changed"}


def test_group_is_found_by_search(graph: Any) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder

    query = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(
        search='"displayName:hiring"',
        filter="securityEnabled eq true",
        orderby=["displayName"],
        select=["id", "displayName", "groupTypes"],
        count=True,
    )
    config = RequestConfiguration(query_parameters=query)
    config.headers.add("ConsistencyLevel", "eventual")

    found = run(graph, graph.groups.get(request_configuration=config))

    assert [group.display_name for group in found.value] == ["Hiring", "Hiring managers"]
    assert found.odata_count == 2


def test_transitive_members_come_in_pages(graph: Any, tenant: Sandbox) -> None:
    tenant.control("POST", "users/bulk", {"count": 120})
    everybody = tenant.control("GET", "groups")["value"]
    group_id = next(one["id"] for one in everybody if one["displayName"] == "Everybody")

    people = run(graph, all_pages(graph.groups.by_group_id(group_id).transitive_members.graph_user))

    # Without the guest.
    assert len(people) == 133
    assert {type(person).__name__ for person in people} == {"User"}
    assert PRIYA in {person.mail for person in people}


def test_members_are_objects_of_their_types(graph: Any, tenant: Sandbox) -> None:
    listed = tenant.control("GET", "groups")["value"]
    group_id = next(one["id"] for one in listed if one["displayName"] == "Hiring")

    found = run(graph, graph.groups.by_group_id(group_id).members.get())

    assert sorted(type(member).__name__ for member in found.value) == ["Group", "User"]


def test_application_reads_its_own_grants(graph: Any) -> None:
    async def grants() -> tuple[str, list[Any]]:
        ours = await graph.service_principals_with_app_id(CLIENT_ID).get()
        assigned = await graph.service_principals.by_service_principal_id(
            ours.id
        ).app_role_assignments.get()
        return ours.display_name, assigned.value

    name, assigned = run(graph, grants())

    assert name == "Portal"
    # Microsoft's id of the application permission Mail.Read.
    assert "810c84a8-4a9e-49e6-bf7d-12d183f40d01" in {str(one.app_role_id) for one in assigned}


def test_mailbox_settings_name_the_purpose(graph: Any) -> None:
    settings = graph.users.by_user_id("jobs@northwind.example").mailbox_settings

    found = run(graph, settings.get())

    assert found.user_purpose.value == "shared"


def test_organization_and_domains_are_read(graph: Any) -> None:
    async def both() -> tuple[Any, Any]:
        return await graph.organization.get(), await graph.domains.get()

    organization, domains = run(graph, both())

    assert organization.value[0].verified_domains[0].name == "northwind.example"
    assert [one.id for one in domains.value] == ["northwind.example"]


def test_delta_reports_a_new_message(graph: Any, tenant: Sandbox) -> None:
    async def rounds() -> tuple[int, list[Any]]:
        delta = graph.users.by_user_id(PRIYA).mail_folders.by_mail_folder_id("inbox").messages.delta
        first = await delta.get()
        tenant.deliver(PRIYA, MESSAGE)
        second = await delta.with_url(first.odata_delta_link).get()
        return len(first.value), second.value

    before, arrived = run(graph, rounds())

    assert before == 0
    assert [message.subject for message in arrived] == ["Portfolio"]


def test_sent_message_reaches_a_colleague(graph: Any, tenant: Sandbox) -> None:
    from msgraph.generated.models.body_type import BodyType
    from msgraph.generated.models.email_address import EmailAddress
    from msgraph.generated.models.item_body import ItemBody
    from msgraph.generated.models.message import Message
    from msgraph.generated.models.recipient import Recipient
    from msgraph.generated.users.item.send_mail.send_mail_post_request_body import (
        SendMailPostRequestBody,
    )

    alex = Recipient(email_address=EmailAddress(address="alex@northwind.example"))
    message = Message(
        subject="Lunch?",
        body=ItemBody(content_type=BodyType.Text, content="At noon."),
        to_recipients=[alex],
    )

    async def send_and_look() -> Any:
        await graph.users.by_user_id(PRIYA).send_mail.post(
            SendMailPostRequestBody(message=message, save_to_sent_items=True)
        )
        return await graph.users.by_user_id("alex@northwind.example").messages.get()

    received = run(graph, send_and_look())

    assert [one.subject for one in received.value] == ["Lunch?"]
    assert received.value[0].from_.email_address.address == PRIYA


def test_missing_message_is_an_odata_error(graph: Any) -> None:
    from kiota_abstractions.api_error import APIError

    with pytest.raises(APIError) as caught:
        run(graph, graph.users.by_user_id(PRIYA).messages.by_message_id("none").get())

    assert caught.value.response_status_code == 404
    assert caught.value.error.code == "ErrorItemNotFound"


def test_reads_links_between_messages(graph: Any, tenant: Sandbox) -> None:
    from msgraph.generated.users.item.messages.item.message_item_request_builder import (
        MessageItemRequestBuilder,
    )

    message_id = tenant.deliver(PRIYA, b"In-Reply-To: <first@mail.example>\r\n" + MESSAGE)
    query = MessageItemRequestBuilder.MessageItemRequestBuilderGetQueryParameters(
        select=["id"],
        expand=["singleValueExtendedProperties($filter=id eq 'String 0x1042')"],
    )
    config = MessageItemRequestBuilder.MessageItemRequestBuilderGetRequestConfiguration(
        query_parameters=query
    )
    message = graph.users.by_user_id(PRIYA).messages.by_message_id(message_id)

    found = run(graph, message.get(request_configuration=config))

    (link,) = found.single_value_extended_properties
    assert (link.id, link.value) == ("String 0x1042", "<first@mail.example>")
