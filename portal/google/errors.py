"""Google's refusals as our errors, decided by `error`, never by prose."""

from portal.entra.errors import TRANSIENT, AuthorityUnavailable, Outcome
from portal.errors import PortalError

UNUSABLE = "Google's sign-in gave an answer that cannot be used. Please try again later."


class GoogleError(PortalError):
    """The person came back from Google without what we need."""

    status = 403
    outcome = Outcome.FAILED


class Declined(GoogleError):
    outcome = Outcome.DECLINED


class CodeRefused(GoogleError):
    outcome = Outcome.EXPIRED


class WrongDomain(GoogleError):
    """The Google account belongs to another organization, or to none."""

    outcome = Outcome.WRONG_DOMAIN


class ClientRefused(GoogleError):
    """Google refuses Portal's client. An administrator has to act."""

    outcome = Outcome.MISCONFIGURED


def came_back_with(error: str) -> PortalError:
    """Make the error for what Google put into the redirect."""
    if error == "access_denied":
        return Declined("The sign-in was not finished at Google.")
    if error in TRANSIENT:
        return unavailable()
    return _misconfigured()


def code_refused(error: str, suberror: str, status: int) -> PortalError:  # noqa: ARG001  # as each authority is asked
    """Make the error for a code that the token endpoint refused."""
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
