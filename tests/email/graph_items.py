"""A message as Microsoft Graph lists it."""

from typing import Any


def item(**changes: Any) -> dict[str, Any]:
    usual = {
        "id": "AAk1",
        "internetMessageId": "<1@mail.example>",
        "subject": "Hello",
        "from": {"emailAddress": {"name": "Rosa", "address": "rosa@mail.example"}},
        "toRecipients": [{"emailAddress": {"name": "Priya", "address": "priya@x.example"}}],
        "ccRecipients": [],
        "bccRecipients": [{"emailAddress": {"name": "", "address": "kim@x.example"}}],
        "receivedDateTime": "2026-11-24T14:00:00Z",
        "sentDateTime": "2026-11-24T13:59:58Z",
        "isDraft": False,
        "hasAttachments": False,
        "parentFolderId": "inbox",
        "webLink": "https://outlook.office365.com/owa/?ItemID=1",
    }
    return usual | changes
