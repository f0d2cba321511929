"""/mailboxSettings: the purpose of a mailbox, and the time zone and hours of its owner.

https://learn.microsoft.com/graph/api/user-get-mailboxsettings
"""

from typing import Any

from flask import Blueprint, Response

from sandbox import odata, quirks
from sandbox.access import mailbox_of, needs
from sandbox.database import Row, current_state
from sandbox.errors import not_implemented
from sandbox.mail import folders
from sandbox.mailbox_paths import below_mailbox, where

bp = Blueprint("mail_settings", __name__, url_prefix="/v1.0")
READ = ("MailboxSettings.Read", "MailboxSettings.ReadWrite")
SINGLE = ("userPurpose", "timeZone", "dateFormat", "timeFormat")


@below_mailbox(bp, "mailboxSettings")
@needs(delegated=READ, application=READ)
def mailbox_settings(user: str | None) -> Response:
    owner = mailbox_of(user)
    odata.refuse_unknown_options({"$select"})
    item = settings_of(owner)
    if quirks.NESTED_PURPOSE.is_on(current_state()):
        item["userPurpose"] = {"value": item["userPurpose"]}
    names = odata.selected(item, kind="mailboxSettings") or tuple(item)
    shown = {name: item[name] for name in item if name in names}
    return odata.entity(shown, context=f"{where(owner)}/mailboxSettings")


@below_mailbox(bp, "mailboxSettings/<name>")
@needs(delegated=READ, application=READ)
def one_setting(user: str | None, name: str) -> Response:
    owner = mailbox_of(user)
    item = settings_of(owner)
    context = f"{where(owner)}/mailboxSettings/{name}"
    if name == "workingHours":
        return odata.entity(item[name], context=context)
    if name not in SINGLE:
        raise not_implemented(f"mailboxSettings/{name}")
    return odata.entity({"value": item[name]}, context=context)


def settings_of(owner: Row) -> dict[str, Any]:
    zone = current_state().setting("timeZone")
    midnight = {"dateTime": "2026-01-01T00:00:00.0000000", "timeZone": "UTC"}
    return {
        "archiveFolder": folders.folder_id(owner["id"], "archive"),
        "timeZone": zone,
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "yyyy-MM-dd",
        "timeFormat": "HH:mm",
        "userPurpose": owner["purpose"],
        "automaticRepliesSetting": {
            "status": "disabled",
            "externalAudience": "all",
            "internalReplyMessage": "",
            "externalReplyMessage": "",
            "scheduledStartDateTime": midnight,
            "scheduledEndDateTime": midnight,
        },
        "language": {"locale": "en-US", "displayName": "English (United States)"},
        "workingHours": working_hours(zone),
    }


def working_hours(zone: str) -> dict[str, Any]:
    return {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "08:00:00.0000000",
        "endTime": "17:00:00.0000000",
        "timeZone": {"name": zone},
    }
