"""Read a pasted reference to a group: an Object ID, an address of a page, an email address. Pure.

The pages are those of Entra, the admin centers, Outlook and Teams.
"""

import re
import uuid
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from email_validator import EmailNotValidError

from portal.addresses import checked
from portal.errors import Invalid

FIELD = "group"
ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
WHOLE_ID = re.compile(rf"\{{?({ID}|[0-9a-f]{{32}})\}}?", re.IGNORECASE)
ANY_ID = re.compile(rf"(?<![0-9a-z-])({ID})(?![0-9a-z-])", re.IGNORECASE)
PART_OF_ID = re.compile(r"[0-9a-f-]{12,}", re.IGNORECASE)
OF_GROUP = re.compile(rf"(?:groupId|objectId|groups?)[=/:]+({ID})", re.IGNORECASE)
OF_TENANT = re.compile(rf"(?:tenantId[=/:]+|(?<![a-z])tid=|/t/|@)({ID})", re.IGNORECASE)
# https://outlook.office.com/mail/group/northwind.example/hiring/email
IN_OUTLOOK = re.compile(r"/groups?/([^/@\s]+\.[^/@\s]+)/([^/@\s]+)", re.IGNORECASE)
# https://outlook.office365.com/owa/?path=/group/hiring@northwind.example/mail
ADDRESS = re.compile(r"/groups?/([^/@\s]+@[^/@\s]+)", re.IGNORECASE)
HOSTS = (
    *("microsoft.com", "microsoft.us", "cloud.microsoft", "office.com", "office365.com"),
    *("office365.us", "portal.azure.com", "portal.azure.us", "portal.azure.cn"),
    *("partner.outlook.cn", "microsoftonline.cn", "windowsazure.com"),
)
NOTHING = "Paste an Object ID, the address of its page, or its email address."
NOT_MICROSOFT = (
    "This address belongs to {host}, not to Microsoft. Paste the address of the page in "
    "Outlook, Teams, Entra or an admin center."
)
WITHOUT_ID = (
    "This address names no group. Open the group itself, and copy the address from there, or paste "
    "its Object ID."
)
SEVERAL = "This address holds more than one ID. Paste the Object ID of the group alone."
FOREIGN = "This address belongs to a group of another organization. Portal adds groups of yours."
WRONG_LENGTH = "An Object ID has 36 characters, and this has {count}. Copy it once more."


@dataclass(frozen=True)
class Reference:
    """A group as somebody named it: by its id or by its email address."""

    group_id: str = ""
    address: str = ""


def reference(text: str, *, tenant_id: str) -> Reference:
    """The group that a text names. Invalid if it names none, or one of another organization."""
    text = text.strip().strip("<>")
    whole = WHOLE_ID.fullmatch(text)
    if whole:
        return Reference(group_id=_plain(whole[1]))
    if "://" in text or ("." in text.partition("/")[0] and "/" in text):
        return _in_url(text if "://" in text else f"https://{text}", tenant_id)
    if "@" in text:
        return Reference(address=_address(text.removeprefix("mailto:")))
    if PART_OF_ID.fullmatch(text):
        raise Invalid(WRONG_LENGTH.format(count=len(text)), field=FIELD)
    raise Invalid(NOTHING, field=FIELD)


def _in_url(text: str, tenant_id: str) -> Reference:
    url = _microsofts(text)
    told = unquote(unquote(f"{url.path}?{url.query}#{url.fragment}"))
    tenants = {_plain(each) for each in OF_TENANT.findall(told)}
    if tenant_id and tenants - {_plain(tenant_id)}:
        raise Invalid(FOREIGN, field=FIELD)
    named = {_plain(each) for each in OF_GROUP.findall(told)}
    ids = named or {_plain(each) for each in ANY_ID.findall(told)} - tenants
    if len(ids) > 1:
        raise Invalid(SEVERAL, field=FIELD)
    return Reference(group_id=ids.pop()) if ids else Reference(address=_address_in(told))


def _microsofts(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        host = (url.hostname or "").rstrip(".")
    except ValueError:  # not an address at all
        raise Invalid(NOTHING, field=FIELD) from None
    is_known = any(host == each or host.endswith(f".{each}") for each in HOSTS)
    if url.scheme not in ("https", "http") or "@" in url.netloc or not is_known:
        raise Invalid(NOT_MICROSOFT.format(host=host or "another place"), field=FIELD)
    return url


def _address_in(told: str) -> str:
    if found := IN_OUTLOOK.search(told):
        return _address(f"{found[2]}@{found[1]}")
    if found := ADDRESS.search(told):
        return _address(found[1])
    raise Invalid(WITHOUT_ID, field=FIELD)


def _address(text: str) -> str:
    try:
        return checked(text)
    except EmailNotValidError:
        raise Invalid(NOTHING, field=FIELD) from None


def _plain(text: str) -> str:
    return str(uuid.UUID(text)) if WHOLE_ID.fullmatch(text) else text
