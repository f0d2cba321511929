"""The ids of Graph's permissions.

https://learn.microsoft.com/graph/permissions-reference
"""

# Application permissions, called app roles: name, id, description on the consent page.
ROLES: dict[str, tuple[str, str]] = {
    "User.ReadBasic.All": (
        "97235f07-e226-4f63-ace3-39588e11d3a1",
        "Read all users' basic profiles",
    ),
    "User.Read.All": ("df021288-bdef-4463-88db-98f22de89214", "Read all users' full profiles"),
    "Organization.Read.All": (
        "498476ce-e0fe-48b0-b801-37ba7e2685c6",
        "Read organization information",
    ),
    "Domain.Read.All": ("dbb9058a-0e50-45d7-ae91-66909b5d4664", "Read domains"),
    "Directory.Read.All": ("7ab1d382-f21e-4acd-a863-ba3e13f7da61", "Read directory data"),
    "ProfilePhoto.Read.All": (
        "e24d31aa-e1ab-4c80-85fe-23018690335d",
        "Read all users' profile photos",
    ),
    "Mail.ReadBasic": ("6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a", "Read basic mail in all mailboxes"),
    "Mail.ReadBasic.All": (
        "693c5e45-0940-467d-9b8a-1022fb9d42ef",
        "Read basic mail in all mailboxes",
    ),
    "Mail.Read": ("810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Read mail in all mailboxes"),
    "Mail.ReadWrite": (
        "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
        "Read and write mail in all mailboxes",
    ),
    "Mail.Send": ("b633e1c5-b582-4048-a93e-9f11b44c7e96", "Send mail as any user"),
    "MailboxSettings.Read": (
        "40f97065-369a-49f4-947c-6a255697ae91",
        "Read all user mailbox settings",
    ),
    "Calendars.Read": ("798ee544-9d2d-430c-a058-570e29e34338", "Read calendars in all mailboxes"),
    "Calendars.ReadWrite": (
        "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
        "Read and write calendars in all mailboxes",
    ),
    "GroupMember.Read.All": ("98830695-27a2-44f7-8c18-0c3ebc9698f6", "Read all group memberships"),
    "Group.Read.All": ("5b567255-7703-4780-807c-7be8301ae99b", "Read all groups"),
    "Group.ReadWrite.All": ("62a82d76-70ea-41e2-9197-370581804d09", "Read and write all groups"),
    "Member.Read.Hidden": ("658aa5d8-239f-45c4-aa12-864f4fc7e490", "Read all hidden memberships"),
    "OrgContact.Read.All": (
        "e1a88a34-94c4-4418-be12-c87b00e26bea",
        "Read organizational contacts",
    ),
    "Place.Read.All": ("913b9306-0ce1-42b8-9137-6a7df690a760", "Read all company places"),
    "Application.Read.All": ("9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", "Read all applications"),
    "DelegatedPermissionGrant.ReadWrite.All": (
        "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
        "Manage all delegated permission grants",
    ),
    "AppRoleAssignment.ReadWrite.All": (
        "06b708a9-e830-4db3-a914-8e69da51d44f",
        "Manage app permission grants and app role assignments",
    ),
    "User.RevokeSessions.All": (
        "77f3a031-c388-4f99-b373-dc68676a979e",
        "Revoke all sign in sessions for a user",
    ),
    "OnlineMeetings.ReadWrite.All": (
        "b8bb2037-6e08-44ac-a4ea-4674e010e2a4",
        "Read and create online meetings",
    ),
}
# Delegated permissions, called scopes: name and id.
SCOPES = {
    "openid": "37f7f235-527c-4136-accd-4a02d197296e",
    "profile": "14dad69e-099b-42c9-810b-d002981feec1",
    "email": "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
    "offline_access": "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
    "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
    "User.ReadBasic.All": "b340eb25-3456-403f-be2f-af7a0d370277",
    "User.Read.All": "a154be20-db9c-4678-8ab7-66f6cc099a59",
    "Organization.Read.All": "4908d5b9-3fb2-4b1e-9336-1888b7937185",
    "Domain.Read.All": "2f9ee017-59c1-4f1d-9472-bd5529a7b311",
    "Directory.Read.All": "06da0dbc-49e2-44d2-8312-53f166ab848a",
    "ProfilePhoto.Read.All": "469cd065-729e-4dee-b1fa-d92e0fab6310",
    "Mail.ReadBasic": "a4b8392a-d8d1-4954-a029-8e668a39a170",
    "Mail.Read": "570282fd-fa5c-430d-a7fd-fc8dc98a9dca",
    "Mail.Read.Shared": "7b9103a5-4610-446b-9670-80643382c1fa",
    "Mail.ReadWrite": "024d486e-b451-40bb-833d-3e66d98c5c73",
    "Mail.ReadWrite.Shared": "5df07973-7d5d-46ed-9847-1271055cbd51",
    "Mail.Send": "e383f46e-2787-4529-855e-0e479a3ffac0",
    "Mail.Send.Shared": "a367ab51-6b49-43bf-a716-a1fb06d2a174",
    "MailboxSettings.Read": "87f447af-9fa4-4c32-9dfa-4a57a73d18ce",
    "Calendars.ReadBasic": "662d75ba-a364-42ad-adee-f5f880ea4878",
    "Calendars.Read": "465a38f9-76ea-45b9-9f34-9e8b0d4b0b42",
    "Calendars.Read.Shared": "2b9c4092-424d-4249-948d-b43879977640",
    "Calendars.ReadWrite": "1ec239c2-d7c9-4623-a91a-a9775856bb36",
    "OnlineMeetings.ReadWrite": "a65f2972-a4f8-4f5e-afd7-69ccb046d5dc",
    "GroupMember.Read.All": "bc024368-1153-4739-b217-4326f2e966d0",
    "Group.Read.All": "5f8c59db-677d-491f-a6b8-5f174b11ec1d",
    "Group.ReadWrite.All": "4e46008b-f24c-477d-8fff-7bb4ec7aafe0",
    "Member.Read.Hidden": "f6a3db3e-f7e8-4ed2-a414-557c8c9830be",
    "OrgContact.Read.All": "08432d1b-5911-483c-86df-7980af5cdee0",
    "Place.Read.All": "cb8f45a0-5c2e-4ea1-b803-84b870a7d7ec",
    "Application.Read.All": "c79f8feb-a9db-4090-85f9-90d820caa0eb",
    "DelegatedPermissionGrant.ReadWrite.All": "41ce6ca6-6826-4807-84f1-1c82854f7ee5",
    "AppRoleAssignment.ReadWrite.All": "84bccea3-f856-4a8a-967b-dbe0a3d53a64",
    "User.RevokeSessions.All": "fc30e98b-8810-4501-81f5-c20a3196387b",
}
_SPELLING = {name.lower(): name for name in ROLES}


def role_name(name: str) -> str | None:
    """Return Microsoft's spelling of an application permission, or None for an unknown one."""
    return _SPELLING.get(name.lower())
