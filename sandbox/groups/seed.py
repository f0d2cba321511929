"""Northwind's groups: one of each kind, with the people of the small organization."""

from typing import Any

from sandbox.database import State
from sandbox.directory.seed import DOMAIN
from sandbox.groups import references, resource, store

# Takes mail without being one of the verified domains.
SUBDOMAIN = f"lists.{DOMAIN}"
UNIFIED = {"groupTypes": ["Unified"]}
SECURITY = {"securityEnabled": True}
CONTACTS: tuple[dict[str, Any], ...] = (
    {
        "displayName": "Ines Agency",
        "givenName": "Ines",
        "surname": "Agency",
        "mail": "ines@agency.example",
        "companyName": "Harbour Staffing",
    },
)
DEVICES: tuple[dict[str, Any], ...] = ({"displayName": "NW-LAPTOP-01"},)
# For each group its properties, and its members by address or name.
GROUPS: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    (
        {
            "displayName": "Recruiting",
            "description": "Everybody who recruits",
            "mail": f"recruiting@{DOMAIN}",
            "visibility": "Public",
            "resourceProvisioningOptions": ["Team"],
            "allowExternalSenders": True,
            **UNIFIED,
        },
        (f"priya@{DOMAIN}", f"alex@{DOMAIN}"),
    ),
    (
        {
            "displayName": "Works council",
            "mail": f"works-council@{DOMAIN}",
            "visibility": "HiddenMembership",
            **UNIFIED,
        },
        (f"kim@{DOMAIN}", f"sam@{DOMAIN}"),
    ),
    ({"displayName": "Alumni", **SECURITY}, ()),
    (
        {"displayName": "Hiring managers", "description": "They decide", **SECURITY},
        (f"sam@{DOMAIN}",),
    ),
    (
        {"displayName": "Hiring", "description": "Recruiters and managers", **SECURITY},
        ("Hiring managers", f"priya@{DOMAIN}"),
    ),
    (
        {
            "displayName": "Facilities",
            "mail": f"facilities@{DOMAIN}",
            "proxyAddresses": [f"smtp:post@{SUBDOMAIN}", "x500:/o=northwind/cn=facilities"],
            **SECURITY,
        },
        (f"frontdesk@{DOMAIN}", "ines@agency.example"),
    ),
    (
        {
            "displayName": "Office news",
            "mail": f"office-news@{SUBDOMAIN}",
            "proxyAddresses": [f"smtp:office-news@{DOMAIN}"],
        },
        (f"kim@{DOMAIN}", "guest@partner.example", "ines@agency.example"),
    ),
    ({"displayName": "Managed laptops", **SECURITY}, ("NW-LAPTOP-01", f"kim@{DOMAIN}")),
    (
        {
            "displayName": "Everybody",
            "groupTypes": ["DynamicMembership"],
            "membershipRule": resource.EVERY_MEMBER,
            **SECURITY,
        },
        (),
    ),
)
# An owner is a member only where the members name them too: not of the works council.
OWNERS = {"Recruiting": "alex", "Works council": "alex", "Hiring": "alex"}


def seed(state: State) -> None:
    """Add the contacts, devices and groups, each after its members."""
    for facts in CONTACTS:
        store.add_object(state, "orgContact", resource.contact(facts))
    for facts in DEVICES:
        store.add_object(state, "device", resource.device(facts))
    for facts, members in GROUPS:
        item = store.add_group(state, facts, references.ids_of(state, members))
        owner = OWNERS.get(item["displayName"])
        if owner:
            store.set_owners(state, item["id"], references.ids_of(state, [f"{owner}@{DOMAIN}"]))
