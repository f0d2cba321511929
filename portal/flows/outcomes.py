"""How a flow to Microsoft can end, as a page says it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from portal.entra.errors import Outcome


@dataclass(frozen=True)
class OutcomePage:
    """A title, what holds now, and what the page offers."""

    title: str
    sentence: str
    offers_approval: bool = False
    may_try_again: bool = True
    # Whether the refusal itself is shown too: it names an account or a domain.
    names_account: bool = False
    offers_other_account: bool = False
    offers_check: bool = False
    lists_remaining: bool = False
    offers_sync_off: bool = False
    offers_import: bool = False


def pages_of(ends: type[Enum]) -> Mapping[Outcome, OutcomePage]:
    """The pages of one sign-in service. Each member is named after the outcome it tells of."""
    return {Outcome[each.name]: each.value for each in ends}


AGAIN = "Nothing was connected. Please start again."


class ConnectionOutcome(Enum):
    """How signing in at Microsoft and connecting an account can end."""

    DECLINED = OutcomePage(
        "Nothing was connected",
        "The permissions were not accepted at Microsoft, so Portal got nothing and kept "
        "nothing. You can try again whenever you like. If Microsoft said that an administrator "
        "has to approve first, hand on the link below.",
        offers_approval=True,
    )
    APPROVAL = OutcomePage(
        "An administrator has to approve this",
        "Your organization does not let people connect apps without approval. That is common. "
        "Send the link below to an administrator. After their approval, connect again.",
        offers_approval=True,
    )
    WRONG_ACCOUNT = OutcomePage(
        "That is another Microsoft account",
        "It was not connected, and nothing was changed. Choose the account that you use with "
        "Portal.",
        names_account=True,
        offers_other_account=True,
    )
    GUEST = OutcomePage(
        "Guests cannot connect",
        "A guest's mailbox is in another organization, so Portal cannot read it. Nothing was "
        "connected. Sign in with an account of this organization.",
        names_account=True,
        offers_other_account=True,
    )
    GUEST_SIGN_IN = OutcomePage(
        "Guests cannot sign in",
        "Your account belongs to another organization. Nothing was changed. Please use an account "
        "of this organization.",
        names_account=True,
        offers_other_account=True,
    )
    ROLE_LOST = OutcomePage(
        "You are not an administrator any more",
        "Your role was changed while you were at Microsoft, so the answer was not used. An "
        "administrator can authorize user sync under Integrations.",
        may_try_again=False,
    )
    TAKEN = OutcomePage(
        "That account belongs to somebody else",
        "A Microsoft account can belong to one person in this portal. Nothing was changed. If this "
        "is your account, ask an administrator of Portal.",
        names_account=True,
        offers_other_account=True,
    )
    REFUSED = OutcomePage(
        "This way back cannot be used",
        "It was used before, is older than ten minutes, or began in another browser. "
        f"{AGAIN} If you opened a link that somebody sent you, close this page.",
    )
    EXPIRED = OutcomePage(
        "That took too long",
        f"Microsoft did not accept the sign-in any more: it was used before or waited too long. "
        f"{AGAIN}",
    )
    UNAVAILABLE = OutcomePage(
        "Microsoft cannot be reached",
        "Microsoft's sign-in did not answer, or has a problem. Nothing was changed. "
        "Please try again in a few minutes.",
    )
    MISCONFIGURED = OutcomePage(
        "Portal is not registered rightly",
        "Microsoft does not accept how this portal is registered there. Nothing was changed. Tell "
        "an administrator to check the application's ID, secret, redirect address and tenant.",
    )
    PLATFORM_OFF = OutcomePage(
        "Microsoft 365 is not in use",
        "An administrator of Portal disabled it, so nothing was connected and nothing kept.",
        may_try_again=False,
    )
    FAILED = OutcomePage(
        "That did not work",
        f"Microsoft's answer could not be trusted, so it was not used. {AGAIN} If it "
        "happens again, tell an administrator of Portal: the clock of its server may be off.",
    )
    KEPT_OUT = OutcomePage(
        "You were not let in",
        "Nothing was changed.",
        may_try_again=False,
        names_account=True,
    )
    PARTLY = OutcomePage(
        "Connected, with something missing",
        "Your account is connected, but not every permission was granted.",
    )
    REVOKED = OutcomePage(
        "Access is revoked",
        "Portal has forgotten your authorization, and no longer reads your mailbox. Mail "
        "that was not removed stays in candidates' feeds.",
        may_try_again=False,
        lists_remaining=True,
    )
    STILL_OPEN = OutcomePage(
        "Your own connection is removed",
        "Portal has forgotten your authorization. Your organization's consent still lets it "
        "read your mailbox. To stop that, turn email sync off. Mail that was not removed "
        "stays in candidates' feeds.",
        may_try_again=False,
        lists_remaining=True,
        offers_sync_off=True,
    )


PAGES = pages_of(ConnectionOutcome)
# Pages about the same event, of which only one is true.
OF_REVOKING = (Outcome.REVOKED, Outcome.STILL_OPEN)
