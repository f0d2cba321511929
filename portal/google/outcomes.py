"""How a flow to Google can end, as a page says it. Pure."""

from enum import Enum

from portal.flows.outcomes import OutcomePage, pages_of

AGAIN = "Nothing was changed. Please start again."


class GoogleOutcome(Enum):
    """How signing in at Google can end."""

    DECLINED = OutcomePage(
        "You did not sign in",
        "The sign-in was not finished at Google, so Portal got nothing and kept nothing.",
    )
    WRONG_DOMAIN = OutcomePage(
        "That account is of another organization",
        "Nothing was changed. Please choose your account of this organization.",
        names_account=True,
    )
    REFUSED = OutcomePage(
        "This way back cannot be used",
        "It was used before, is older than ten minutes, or began in another browser. "
        f"{AGAIN} If you opened a link that somebody sent you, close this page.",
    )
    EXPIRED = OutcomePage(
        "That took too long",
        f"Google did not accept the sign-in any more: it was used before or waited too long. "
        f"{AGAIN}",
    )
    UNAVAILABLE = OutcomePage(
        "Google cannot be reached",
        "Google's sign-in did not answer, or has a problem. Nothing was changed. Please try again "
        "in a few minutes.",
    )
    MISCONFIGURED = OutcomePage(
        "Portal is not registered rightly",
        "Google does not accept how this portal is registered there. Nothing was changed. Tell an "
        "administrator to check the client ID, its secret and the redirect address.",
    )
    FAILED = OutcomePage(
        "That did not work",
        f"Google's answer could not be trusted, so it was not used. {AGAIN} If it happens again, "
        "tell an administrator of Portal.",
    )
    KEPT_OUT = OutcomePage("You were not let in", "Nothing was changed.", names_account=True)


PAGES = pages_of(GoogleOutcome)
