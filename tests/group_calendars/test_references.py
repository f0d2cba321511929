"""The group that a pasted text names: by an id, a page of Microsoft, or an email address."""

import pytest

from portal.errors import Invalid
from portal.group_calendars.references import Reference, reference

ID = "9f2b61c4-77a0-4d0e-9a53-0c1d5be0e7aa"
OWN = "7c3c0d5e-0000-4000-8000-0000000000aa"
OTHER = "11111111-2222-4333-8444-555555555555"
ENTRA = "https://entra.microsoft.com/#view/Microsoft_AAD_IAM/GroupDetailsMenuBlade/~/Overview"
TEAMS = "https://teams.microsoft.com/l/team/19%3aabc0def%40thread.tacv2/conversations"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID.upper()}\t",
        f"{{{ID}}}",
        ID.replace("-", ""),
        f"{ENTRA}/groupId/{ID}",
        f"{ENTRA}/groupId/{ID}/menuId/",
        f"https://entra.microsoft.com/#@{OWN}/view/Groups/groupId/{ID}",
        f"https://portal.azure.com/#blade/Microsoft_AAD_IAM/GroupDetailsMenuBlade/groupId/{ID}",
        f"https://admin.microsoft.com/#/groups/:/GroupDetails/{ID}/Details",
        f"https://admin.cloud.microsoft/?#/groups/:/TeamDetails/{ID}",
        f"https://admin.exchange.microsoft.com/#/groups/:/groupDetails/{ID}/general",
        f"https://admin.teams.microsoft.com/teams/{ID}/members",
        f"{TEAMS}?groupId={ID}&tenantId={OWN}",
        f"https://teams.cloud.microsoft/l/team/19%3Ax%40thread.tacv2?groupId={ID.upper()}",
        f"https://myaccount.microsoft.com/groups/{ID}",
        f"entra.microsoft.com/#view/Groups/groupId/{ID}",
        f"https://outlook.office.com/groups/?objectId%3D{ID}",
    ],
)
def test_id_is_found(text: str) -> None:
    assert reference(text, tenant_id=OWN) == Reference(group_id=ID)


@pytest.mark.parametrize(
    "text",
    [
        "hiring@northwind.example",
        "mailto:hiring@northwind.example",
        "<hiring@NORTHWIND.example>",
        "https://outlook.office.com/mail/group/northwind.example/hiring/email",
        "https://outlook.cloud.microsoft/groups/northwind.example/hiring/mail",
        "https://outlook.office365.com/owa/?path=/group/hiring@northwind.example/mail",
        "https://outlook.office365.com/owa/?path=%2Fgroup%2Fhiring%40northwind.example%2Fmail",
    ],
)
def test_address_is_found(text: str) -> None:
    assert reference(text, tenant_id=OWN) == Reference(address="hiring@northwind.example")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (ID[:23], "has 36 characters, and this has 23."),
        (f"{ID}0", "has 36 characters, and this has 37."),
        ("Hiring", "Paste an Object ID"),
        ("a@b@c", "Paste an Object ID"),
        (f"https://groups.example/groups/{ID}", "belongs to groups.example, not to Microsoft"),
        (f"https://entra.microsoft.com.evil.example/groupId/{ID}", "not to Microsoft"),
        (f"https://evilmicrosoft.com/groupId/{ID}", "not to Microsoft"),
        (f"https://entra.microsoft.com@evil.example/groupId/{ID}", "not to Microsoft"),
        (f"ftp://entra.microsoft.com/groupId/{ID}", "not to Microsoft"),
        (f"javascript://entra.microsoft.com/%0agroupId/{ID}", "not to Microsoft"),
        ("https://[::1/groupId", "Paste an Object ID"),
        ("https://entra.microsoft.com/#home", "names no group"),
        (f"{TEAMS}?tenantId={OWN}", "names no group"),
        (f"{TEAMS}?groupId={ID}&tenantId={OTHER}", "another organization"),
        (f"https://admin.microsoft.com/#/details/{ID}/{OTHER}", "Paste the Object ID"),
    ],
)
def test_refusal_says_why(text: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        reference(text, tenant_id=OWN)

    assert sentence in str(refusal.value)
    assert refusal.value.field == "group"
