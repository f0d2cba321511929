"""Commands that make Exchange open no other mailbox to the application. Pure."""

from collections.abc import Iterable

# https://learn.microsoft.com/exchange/permissions-exo/application-rbac
OBJECT_ID = '$app = Read-Host "Object ID of Portal under Enterprise applications"\n'
UNDO = f"""\
{OBJECT_ID}\
Remove-ManagementRoleAssignment "Portal mail"
Remove-ManagementScope "Portal mailboxes"
Remove-ServicePrincipal $app
Remove-DistributionGroup "Portal mailboxes"
"""


def commands(client_id: str, addresses: Iterable[str]) -> str:
    """Commands for a group of these mailboxes, a scope of it, and the role within that scope.

    The object id is of the enterprise application, which only the organization's directory knows.
    """
    members = ",".join(map(_quoted, addresses)) or "@()"
    return f"""\
{OBJECT_ID}\
New-DistributionGroup -Name "Portal mailboxes" -Type Security -Members {members}
$group = (Get-DistributionGroup "Portal mailboxes").DistinguishedName
New-ServicePrincipal -AppId {_quoted(client_id)} -ObjectId $app -DisplayName Portal
New-ManagementScope -Name "Portal mailboxes" `
  -RecipientRestrictionFilter "MemberOfGroup -eq '$group'"
New-ManagementRoleAssignment -Name "Portal mail" -App $app -Role "Application Mail.Read" `
  -CustomResourceScope "Portal mailboxes"
"""


def _quoted(text: str) -> str:
    """Text that PowerShell takes as it is. It also ends text at typographic quotes."""
    for quote in "'\u2018\u2019\u201a\u201b":
        text = text.replace(quote, quote * 2)
    return f"'{text}'"
