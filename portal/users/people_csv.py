"""The people of the Users page as rows of a table. Pure."""

from portal.clock import text
from portal.users.models import ListedUser

HEADER = (
    "Name",
    "Email address",
    "Role",
    "Source",
    "Can sign in",
    "Kept out because",
    "Microsoft 365",
    "Last signed in",
)


def row(listed: ListedUser) -> tuple[str, ...]:
    user = listed.user
    return (
        user.display_name,
        user.address,
        user.role.label,
        user.source.label,
        "yes" if user.is_enabled else "no",
        user.kept_out_label,
        listed.connection_label,
        text(user.last_signed_in_at) if user.last_signed_in_at else "",
    )
