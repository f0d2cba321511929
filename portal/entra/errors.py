"""Entra ID's refusals as our errors, decided by `error` and `suberror`, never by prose."""

from enum import StrEnum

from portal.errors import PortalError
from portal.graph.errors import RECONNECT, GraphError, NeedsReconnect, Unavailable

# After these only the person can go on, in a browser: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
FINAL = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required"})
# AADSTS90002, by documents and by the token endpoint. Portal's requests are otherwise well-formed.
NO_DIRECTORY = frozenset({"invalid_tenant", "invalid_request"})
TRANSIENT = frozenset({"temporarily_unavailable", "server_error", "request_timeout"})


class Outcome(StrEnum):
    """How a flow to a sign-in service can end; the last part of the address of a page."""

    DECLINED = "declined"
    APPROVAL = "approval"
    NOT_ALLOWED = "not-allowed"
    NOT_YET = "not-yet"
    WRONG_ACCOUNT = "wrong-account"
    WRONG_DOMAIN = "wrong-domain"
    OTHER_ORGANIZATION = "other-organization"
    GUEST = "guest"
    GUEST_SIGN_IN = "guest-sign-in"
    TAKEN = "taken"
    REFUSED = "refused"
    STALE = "stale"
    EXPIRED = "expired"
    UNAVAILABLE = "unavailable"
    MISCONFIGURED = "misconfigured"
    PLATFORM_OFF = "platform-off"
    ROLE_LOST = "role-lost"
    FAILED = "failed"
    KEPT_OUT = "kept-out"
    PARTLY = "partly"
    ENABLED = "enabled"
    REVOKED = "revoked"
    STILL_OPEN = "still-open"


class EntraError(PortalError):
    """The person came back from Microsoft without what we need."""

    status = 403
    outcome = Outcome.FAILED


class ConsentDeclined(EntraError):
    outcome = Outcome.DECLINED


class ApprovalRequired(EntraError):
    outcome = Outcome.APPROVAL


class NotAllowedToConsent(EntraError):
    """The person who signed in may not consent for the organization."""

    outcome = Outcome.NOT_ALLOWED


class OtherOrganization(EntraError):
    """The account belongs to another tenant than this portal."""

    outcome = Outcome.OTHER_ORGANIZATION


class PlatformOff(EntraError):
    """An admin disabled Microsoft 365 during the flow."""

    outcome = Outcome.PLATFORM_OFF


class RoleLost(EntraError):
    """The administrator's role was changed while they were at Microsoft."""

    outcome = Outcome.ROLE_LOST


class GuestSignIn(EntraError):
    """A guest who only signs in, and connects nothing."""

    outcome = Outcome.GUEST_SIGN_IN


class WrongAccount(EntraError):
    outcome = Outcome.WRONG_ACCOUNT


class GuestAccount(EntraError):
    outcome = Outcome.GUEST


class AccountTaken(EntraError):
    outcome = Outcome.TAKEN


class FlowRefused(EntraError):
    outcome = Outcome.REFUSED


class CodeRefused(EntraError):
    outcome = Outcome.EXPIRED


class IdentityRefused(EntraError):
    """The id_token cannot be trusted."""

    outcome = Outcome.FAILED


class Misconfigured(GraphError):
    """The app registration at Microsoft is wrong. An operator has to act."""

    outcome = Outcome.MISCONFIGURED


class SecretRefused(Misconfigured):
    """The secret or certificate is not accepted, or the application was removed there."""


class DirectoryUnknown(Misconfigured):
    """There is no such directory in this cloud."""


class ConsentMissing(GraphError):
    """The organization has not consented to this app, or has withdrawn its consent."""

    status = 409
    outcome = Outcome.NOT_YET


class AuthorityUnavailable(Unavailable):
    """The sign-in service cannot be reached or fails."""

    outcome = Outcome.UNAVAILABLE


def came_back_with(error: str, suberror: str) -> PortalError:
    """Make the error for what the authorize endpoint put into the redirect."""
    if "consent_required" in (error, suberror):
        return ApprovalRequired("An administrator of your organization has to approve this first.")
    if error == "access_denied":
        return ConsentDeclined("Nothing was connected: the permissions were not accepted.")
    if error in ("interaction_required", "login_required"):
        return CodeRefused("Microsoft wants you to sign in there again. Please start once more.")
    if error in TRANSIENT:
        return AuthorityUnavailable("Microsoft's sign-in has a problem. Please try again later.")
    return misconfigured()


def code_refused(error: str, suberror: str, *, status: int) -> PortalError:
    """Make the error for a code that the token endpoint refused."""
    if "consent_required" in (error, suberror):
        return ApprovalRequired("An administrator of your organization has to approve this first.")
    if error in FINAL:
        return CodeRefused("This sign-in took too long or was used before. Please start again.")
    return not_final(error, status=status)


def renewal_refused(error: str, suberror: str, *, status: int) -> GraphError:
    """Make the error for a refused renewal. Only NeedsReconnect is final."""
    if error in FINAL:
        wants_consent = "consent_required" in (error, suberror)
        reason = "A permission was taken back" if wants_consent else "Microsoft ended the access"
        return NeedsReconnect(f"{reason}. {RECONNECT}")
    return not_final(error, status=status)


def organization_refused(error: str, suberror: str, *, status: int) -> GraphError:
    """Make the error for a refused app-only token. An unknown app has no service principal."""
    if error in ("unauthorized_client", "access_denied") or "consent_required" in (error, suberror):
        return ConsentMissing(
            "Microsoft does not know this portal's application in your organization. Its consent "
            "was not given yet, or was taken back; an administrator can give it again."
        )
    if error == "invalid_client":
        return SecretRefused(
            "Microsoft refuses this portal's secret or certificate. It may be wrong or expired, or "
            "the application was removed from your organization. An administrator has to check it "
            "under Integrations, Microsoft 365, Application."
        )
    if error in NO_DIRECTORY:
        return directory_unknown()
    return not_final(error, status=status)


def not_final(error: str, *, status: int) -> GraphError:
    if error in TRANSIENT or not error or status >= 500 or status == 429:
        return AuthorityUnavailable("Microsoft's sign-in has a problem. Please try again later.")
    return misconfigured()


def directory_unknown() -> DirectoryUnknown:
    return DirectoryUnknown(
        "Microsoft does not know this directory in this cloud. An administrator has to check the "
        "directory ID and the cloud under Integrations, Microsoft 365, Application."
    )


def outcome_of(refusal: PortalError) -> Outcome:
    """The page that tells of a refusal."""
    outcome: Outcome = getattr(refusal, "outcome", Outcome.FAILED)
    return outcome


def misconfigured() -> Misconfigured:
    return Misconfigured(
        "Microsoft does not accept how this portal is registered there. "
        "An administrator has to check the application's ID, secret and tenant."
    )
