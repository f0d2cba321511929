"""The group, contact and device resources of Graph.

https://learn.microsoft.com/graph/api/resources/group
"""

import uuid
from typing import Any

# The members of a group, and their defaults. All of them come without $select.
GROUP: dict[str, Any] = {
    "deletedDateTime": None,
    "classification": None,
    "createdDateTime": "2024-03-04T09:00:00Z",
    "creationOptions": [],
    "description": None,
    "displayName": "",
    "expirationDateTime": None,
    "groupTypes": [],
    "isAssignableToRole": None,
    "mail": None,
    "mailEnabled": False,
    "mailNickname": None,
    "membershipRule": None,
    "membershipRuleProcessingState": None,
    "onPremisesDomainName": None,
    "onPremisesLastSyncDateTime": None,
    "onPremisesNetBiosName": None,
    "onPremisesProvisioningErrors": [],
    "onPremisesSamAccountName": None,
    "onPremisesSecurityIdentifier": None,
    "onPremisesSyncEnabled": None,
    "preferredDataLocation": None,
    "preferredLanguage": None,
    "proxyAddresses": [],
    "renewedDateTime": "2024-03-04T09:00:00Z",
    "resourceBehaviorOptions": [],
    "resourceProvisioningOptions": [],
    "securityEnabled": False,
    "securityIdentifier": None,
    "serviceProvisioningErrors": [],
    "theme": None,
    "uniqueName": None,
    "visibility": None,
}
# Exchange keeps these: one group alone has them, not without $select, and not without a mailbox.
FROM_EXCHANGE: dict[str, Any] = {
    "allowExternalSenders": False,
    "autoSubscribeNewMembers": False,
    "hideFromAddressLists": False,
    "hideFromOutlookClients": False,
    "isSubscribedByMail": False,
    "unseenCount": 0,
}
# What control says of a group and Graph does not show.
IS_FRESH = "isFresh"
MEMBERS_READ_ONLY = "calendarMemberReadOnly"
SUBSCRIBERS = "subscribers"
# Teams made long ago are not named among the provisioning options.
HAS_OLD_TEAM = "hasOldTeam"
HIDDEN: dict[str, Any] = {
    IS_FRESH: False,
    MEMBERS_READ_ONLY: False,
    SUBSCRIBERS: None,
    HAS_OLD_TEAM: False,
}
CONTACT: dict[str, Any] = {
    "deletedDateTime": None,
    "companyName": None,
    "department": None,
    "displayName": "",
    "givenName": None,
    "jobTitle": None,
    "mail": None,
    "mailNickname": None,
    "onPremisesSyncEnabled": None,
    "proxyAddresses": [],
    "surname": None,
}
DEVICE: dict[str, Any] = {
    "deletedDateTime": None,
    "accountEnabled": True,
    "deviceId": None,
    "displayName": "",
    "isCompliant": True,
    "isManaged": True,
    "operatingSystem": "Windows",
    "operatingSystemVersion": "10.0.26100",
    "trustType": "AzureAd",
}
MEMBERS = ("id", *GROUP)
OF_ONE = (*MEMBERS, *FROM_EXCHANGE)
# The one rule that the tenant evaluates: every account that is no guest.
EVERY_MEMBER = '(user.userType -eq "Member")'


def made(kind: str, name: str, defaults: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """Build an object of the directory. Its id follows from its kind and name."""
    identity = str(facts.get("id") or uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}:{name}"))
    told = {member: facts.get(member, usual) for member, usual in defaults.items()}
    return {"id": identity, **told}


def group(facts: dict[str, Any]) -> dict[str, Any]:
    """Build a group, whose address follows `mail` and whose rule makes it dynamic."""
    item = made("group", facts["displayName"], GROUP | FROM_EXCHANGE | HIDDEN, facts)
    return with_address(item) | (
        {"membershipRuleProcessingState": "On"} if is_dynamic(item) else {}
    )


def with_address(item: dict[str, Any]) -> dict[str, Any]:
    """Keep the members that Exchange derives from `mail` in step with it."""
    mail = item["mail"]
    nickname = mail.partition("@")[0] if mail else item["id"][:8]
    others = [each for each in item["proxyAddresses"] if not each.startswith("SMTP:")]
    return item | {
        "mailEnabled": bool(mail),
        "mailNickname": nickname,
        "proxyAddresses": [f"SMTP:{mail}", *others] if mail else [],
    }


def listed(item: dict[str, Any]) -> dict[str, Any]:
    """Build a group as lists show it, without what Exchange keeps."""
    return {name: item[name] for name in MEMBERS}


def alone(item: dict[str, Any], *, has_facts: bool = True) -> dict[str, Any]:
    """Build a group as its own address shows it. Without a mailbox, Exchange knows nothing."""
    return item if has_facts and has_mailbox(item) else item | dict.fromkeys(FROM_EXCHANGE)


def has_mailbox(item: dict[str, Any]) -> bool:
    """Whether Exchange has a mailbox of the group, which one just made lacks for minutes."""
    return "Unified" in item["groupTypes"] and not item[IS_FRESH]


def has_team(item: dict[str, Any]) -> bool:
    return "Team" in item["resourceProvisioningOptions"] or bool(item[HAS_OLD_TEAM])


def is_dynamic(item: dict[str, Any]) -> bool:
    return "DynamicMembership" in item["groupTypes"]


def is_hidden(item: dict[str, Any]) -> bool:
    return str(item["visibility"]).lower() == "hiddenmembership"


def contact(facts: dict[str, Any]) -> dict[str, Any]:
    """Build a contact: a person outside, in the organization's address book."""
    item = made("contact", facts["mail"], CONTACT, facts)
    nickname = facts["mail"].partition("@")[0]
    return item | {"mailNickname": nickname, "proxyAddresses": [f"SMTP:{facts['mail']}"]}


def device(facts: dict[str, Any]) -> dict[str, Any]:
    item = made("device", facts["displayName"], DEVICE, facts)
    return item | {"deviceId": item["id"]}
