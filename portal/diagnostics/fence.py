"""Commands that make Exchange open no other mailbox to the application. Pure."""

from collections.abc import Iterable

# https://learn.microsoft.com/exchange/permissions-exo/application-rbac
OBJECT_ID = '$app = Read-Host "Object ID of Portal under Enterprise applications"\n'
# The name of each assignment, with the role that it gives.
READING = ("Portal mail", "Application Mail.Read")
SENDING = ("Portal sending", "Application Mail.Send")


def commands(client_id: str, addresses: Iterable[str], *, sends: bool) -> str:
    """Commands for a group of these mailboxes, a scope of it, and the roles within that scope.

    The object id is of the enterprise application, which only the organization's directory knows.
    """
    members = ",".join(map(_quoted, addresses)) or "@()"
    assignments = "".join(
        f'New-ManagementRoleAssignment -Name "{name}" -App $app -Role "{role}" `\n'
        f'  -CustomResourceScope "Portal mailboxes"\n'
        for name, role in _assigned(sends)
    )
    return f"""\
{OBJECT_ID}\
New-DistributionGroup -Name "Portal mailboxes" -Type Security -Members {members}
$group = (Get-DistributionGroup "Portal mailboxes").DistinguishedName
New-ServicePrincipal -AppId {_quoted(client_id)} -ObjectId $app -DisplayName Portal
New-ManagementScope -Name "Portal mailboxes" `
  -RecipientRestrictionFilter "MemberOfGroup -eq '$group'"
{assignments}"""


def undo(*, sends: bool) -> str:
    """Commands that take the fence away, last step first."""
    removals = "".join(
        f'Remove-ManagementRoleAssignment "{name}"\n' for name, _role in reversed(_assigned(sends))
    )
    return f"""\
{OBJECT_ID}{removals}\
Remove-ManagementScope "Portal mailboxes"
Remove-ServicePrincipal $app
Remove-DistributionGroup "Portal mailboxes"
"""


def _assigned(sends: bool) -> tuple[tuple[str, str], ...]:
    return (READING, SENDING) if sends else (READING,)


def _quoted(text: str) -> str:
    """Text that PowerShell takes as it is. It also ends text at typographic quotes."""
    for quote in "'\u2018\u2019\u201a\u201b":
        text = text.replace(quote, quote * 2)
    return f"'{text}'"
