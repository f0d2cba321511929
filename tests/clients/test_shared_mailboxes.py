"""Microsoft's Graph SDK reads a shared mailbox and sends from it."""

from typing import Any

import pytest

from tests.clients.graph_sdk import run
from tests.support.sandbox_server import Sandbox

# Warnings of third-party clients are not ours to fix.
pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]
JOBS = "jobs@northwind.example"


def test_reads_a_shared_mailbox_and_sends_from_it(graph: Any, tenant: Sandbox) -> None:
    from msgraph.generated.models.body_type import BodyType
    from msgraph.generated.models.email_address import EmailAddress
    from msgraph.generated.models.item_body import ItemBody
    from msgraph.generated.models.message import Message
    from msgraph.generated.models.recipient import Recipient
    from msgraph.generated.users.item.send_mail.send_mail_post_request_body import (
        SendMailPostRequestBody,
    )

    tenant.control("POST", f"mailboxes/{JOBS}/applicants")
    message = Message(
        subject="Welcome",
        body=ItemBody(content_type=BodyType.Text, content="Hello."),
        to_recipients=[Recipient(email_address=EmailAddress(address="maja.holm@mail.example"))],
    )

    async def calls() -> Any:
        mailbox = graph.users.by_user_id(JOBS)
        inbox = mailbox.mail_folders.by_mail_folder_id("inbox")
        settings = await mailbox.mailbox_settings.get()
        changes = await inbox.messages.delta.get()
        await mailbox.send_mail.post(
            SendMailPostRequestBody(message=message, save_to_sent_items=True)
        )
        sent = await mailbox.mail_folders.by_mail_folder_id("sentitems").messages.get()
        return settings.user_purpose.value, changes.value, sent.value

    purpose, changes, (copy,) = run(graph, calls())

    assert purpose == "shared"
    assert "Daniel Okoye" in [one.from_.email_address.name for one in changes]
    assert copy.from_.email_address.address == copy.sender.email_address.address == JOBS


def test_mail_of_a_group_is_not_found(graph: Any, tenant: Sandbox) -> None:
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError

    groups = tenant.control("GET", "groups")["value"]
    (group,) = [one for one in groups if one["displayName"] == "Recruiting"]

    with pytest.raises(ODataError) as refused:
        run(graph, graph.users.by_user_id(group["id"]).messages.get())

    assert refused.value.response_status_code == 404
    assert refused.value.error.code == "ErrorInvalidUser"
