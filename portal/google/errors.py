"""Google's refusals in our words; decided by `error`, never by prose."""

from portal.entra.errors import TRANSIENT, AuthorityUnavailable, Outcome
from portal.errors import PortalError

UNUSABLE = "Google's sign-in gave an answer that cannot be used. Please try again later."


class GoogleError(PortalError):
    """Somebody who was sent to Google did not come back with what we need."""

    status = 403
    outcome = Outcome.FAILED


class Declined(GoogleError):
    outcome = Outcome.DECLINED


class CodeRefused(GoogleError):
    outcome = Outcome.EXPIRED


class WrongDomain(GoogleError):
    """A Google account of another organization, or of none."""

    outcome = Outcome.WRONG_DOMAIN


class ClientRefused(GoogleError):
    """Google does not accept how this portal is registered there; an administrator has to act."""

    outcome = Outcome.MISCONFIGURED


def came_back_with(error: str) -> PortalError:
    """What the error means that Google put into the address."""
    if error == "access_denied":
        return Declined("The sign-in was not finished at Google.")
    if error in TRANSIENT:
        return unavailable()
    return _misconfigured()


def code_refused(error: str, suberror: str, status: int) -> PortalError:  # noqa: ARG001  # as each authority is asked
    """Why the token endpoint did not take a code."""
    if error == "invalid_grant":
        return CodeRefused("This sign-in took too long or was used before. Please start again.")
    if error == "invalid_client":
        return ClientRefused(
            "Google does not know this client ID, or the secret does not belong to it. Copy both "
            "once more from the Google Cloud console."
        )
    if error == "redirect_uri_mismatch":
        return ClientRefused(
            "Google does not know the redirect address of this portal. Add it to the client at the "
            "Google Cloud console."
        )
    if error in TRANSIENT or not error or status >= 500 or status == 429:
        return unavailable()
    return _misconfigured()


def unavailable() -> AuthorityUnavailable:
    return AuthorityUnavailable("Google's sign-in has a problem. Please try again later.")


def _misconfigured() -> ClientRefused:
    return ClientRefused(
        "Google does not accept how this portal is registered there. An administrator has to check "
        "the client ID, its secret and the redirect address."
    )
