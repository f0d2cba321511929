"""Whether a sign-in with Microsoft proves that somebody has just signed in there."""

from portal.diagnostics.models import Check, failed, ok, skipped
from portal.services import Services
from portal.users import proofs

NAME = "Proof of a new sign-in"
CURE = (
    "In the Entra admin center, open the application, then Token configuration. Press Add optional "
    "claim, choose ID, tick auth_time, and press Add. Then sign in to Portal once more."
)


def check(services: Services) -> Check:
    """As the last sign-in by this application showed."""
    if not services.microsoft365.is_configured:
        return skipped(NAME, "No application is entered, so nobody signs in with Microsoft.")
    client_id = services.microsoft365.config.client_id
    last = proofs.last(services.rows, client_id=client_id)
    if last is None:
        return skipped(
            NAME,
            "Nobody has signed in with Microsoft by this application yet.",
            "Sign in with Microsoft once. Then this check knows.",
        )
    moment = f"on {last.at.date()}"
    if last.is_told:
        return ok(NAME, f"Microsoft told the time of the last sign-in, {moment}.")
    return failed(
        NAME,
        f"Microsoft did not tell the time of the last sign-in, {moment}. So administrators confirm "
        "by a password here alone.",
        CURE,
    )
