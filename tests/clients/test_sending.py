"""Sending with other people's clients: the mark, its copy, and an answer in the thread."""

from typing import Any

import pytest

from sandbox.sending import ledger
from tests.clients.graph_sdk import run
from tests.clients.mail import EXPAND, FOUND, FROM_ROSA, NAME, PRIYA, ROSA
from tests.clients.o365_account import signed_in
from tests.clients.sign_in import SignIn
from tests.support.sandbox_server import Sandbox

# Warnings of third-party clients are not ours to fix.
pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]


def marked_message() -> Any:
    from msgraph.generated.models.body_type import BodyType
    from msgraph.generated.models.email_address import EmailAddress
    from msgraph.generated.models.internet_message_header import InternetMessageHeader
    from msgraph.generated.models.item_body import ItemBody
    from msgraph.generated.models.message import Message
    from msgraph.generated.models.recipient import Recipient
    from msgraph.generated.models.single_value_legacy_extended_property import (
        SingleValueLegacyExtendedProperty,
    )

    return Message(
        subject="Interview",
        body=ItemBody(content_type=BodyType.Html, content="<p>On Friday?</p>"),
        from_=Recipient(email_address=EmailAddress(address="talent@northwind.example")),
        to_recipients=[Recipient(email_address=EmailAddress(address=ROSA))],
        internet_message_headers=[InternetMessageHeader(name="x-portal-message", value="5f2c")],
        single_value_extended_properties=[SingleValueLegacyExtendedProperty(id=NAME, value="5f2c")],
    )


async def copies(graph: Any) -> list[Any]:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.users.item.messages.messages_request_builder import (
        MessagesRequestBuilder,
    )

    query = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters(
        filter=FOUND, expand=[EXPAND]
    )
    config = RequestConfiguration(query_parameters=query)
    page = await graph.users.by_user_id(PRIYA).messages.get(request_configuration=config)
    return list(page.value)


def test_sdk_finds_the_copy_by_its_mark(graph: Any, tenant: Sandbox) -> None:
    from msgraph.generated.users.item.send_mail.send_mail_post_request_body import (
        SendMailPostRequestBody,
    )

    async def send_and_find() -> list[Any]:
        body = SendMailPostRequestBody(message=marked_message(), save_to_sent_items=True)
        await graph.users.by_user_id(PRIYA).send_mail.post(body)
        return await copies(graph)

    (copy,) = run(graph, send_and_find())

    (row,) = ledger.deliveries(tenant.state)
    (mark,) = copy.single_value_extended_properties
    assert (mark.id, mark.value) == (NAME, "5f2c")
    assert copy.from_.email_address.address == "talent@northwind.example"
    assert (row.recipient, row.sent_from, row.mark) == (ROSA, "talent@northwind.example", "5f2c")


def test_sdk_answers_in_the_thread(graph: Any, tenant: Sandbox) -> None:
    from msgraph.generated.users.item.messages.item.reply.reply_post_request_body import (
        ReplyPostRequestBody,
    )

    original_id = tenant.deliver(PRIYA, FROM_ROSA)

    async def answer_and_find() -> tuple[Any, list[Any]]:
        original = graph.users.by_user_id(PRIYA).messages.by_message_id(original_id)
        await original.reply.post(ReplyPostRequestBody(message=marked_message()))
        return await original.get(), await copies(graph)

    original, (copy,) = run(graph, answer_and_find())

    (row,) = ledger.deliveries(tenant.state)
    assert copy.conversation_id == original.conversation_id
    assert copy.body_preview == "On Friday?"
    assert (row.in_reply_to, row.mark) == ("<portfolio@mail.example>", "5f2c")


def test_o365_finds_the_copy_by_its_mark(tenant: Sandbox, sign_in: SignIn) -> None:
    scopes = ("User.Read", "Mail.Read", "Mail.Send")
    account = signed_in(tenant, sign_in, "Priya Kaur", scopes)
    message = account.new_message()
    message.to.add(ROSA)
    message.subject = "Interview"
    message.body = "On Friday?"
    message.add_message_header("x-portal-message", "5f2c")
    message.single_value_extended_properties.append({"id": NAME, "value": "5f2c"})

    message.send()

    (copy,) = account.mailbox().sent_folder().get_messages(query=FOUND)
    (row,) = ledger.deliveries(tenant.state)
    assert (copy.subject, row.mark) == ("Interview", "5f2c")
    assert "x-portal-message: 5f2c" in copy.get_mime_content().decode()
