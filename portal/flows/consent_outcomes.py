"""How asking for the organization's consent can end, as a page says it. Pure."""

from enum import Enum

from portal.flows.outcomes import OutcomePage, pages_of

NEEDED_ROLE = (
    "Permissions that reach every mailbox can be granted by a Global Administrator or a Privileged "
    "Role Administrator only. An Application Administrator or Cloud Application Administrator is "
    "not enough."
)


class ConsentOutcome(Enum):
    """How asking for the organization's consent can end."""

    ENABLED = OutcomePage(
        "The integration has been enabled",
        "Your organization has consented, and Microsoft accepts Portal's application.",
        may_try_again=False,
        offers_import=True,
    )
    PARTLY = OutcomePage(
        "Connected, with something missing",
        "Your organization has consented, but Microsoft does not grant everything that Portal "
        "needs. What the other permissions power works. The missing ones may not stand in the "
        "application's registration, or need a few minutes to arrive.",
        offers_check=True,
    )
    DECLINED = OutcomePage(
        "Nothing was connected",
        "The permissions were not accepted at Microsoft. Portal got nothing and changed "
        "nothing. You can ask again whenever you like.",
    )
    NOT_ALLOWED = OutcomePage(
        "This account may not consent",
        "Microsoft did not let the account that signed in there consent for the organization, or "
        f"the page was left. Nothing was changed. {NEEDED_ROLE}",
        offers_approval=True,
    )
    NOT_YET = OutcomePage(
        "Microsoft does not know of the consent yet",
        "It said that the permissions were accepted, but gives Portal none of them so far. "
        "That can take an hour. Portal checks automatically and starts as soon as they arrive.",
        offers_check=True,
    )
    STALE = OutcomePage(
        "This way back cannot be used",
        "It was used before, is older than ten minutes, or began in another browser. Nothing was "
        "changed. Please start again.",
    )
    ROLE_LOST = OutcomePage(
        "You are not an administrator any more",
        "Somebody changed your role while you were at Microsoft, so the answer was not used. "
        "An administrator of Portal can check again under Integrations.",
        may_try_again=False,
    )
    OTHER_ORGANIZATION = OutcomePage(
        "That is another organization",
        "Portal belongs to another organization than the one that answered. Nothing was "
        "changed. Disable Microsoft 365 before you connect another one.",
        may_try_again=False,
    )
    PLATFORM_OFF = OutcomePage(
        "Microsoft 365 is not enabled",
        "Somebody disabled it in Portal while you were at Microsoft, so nothing was kept. "
        "Enable it under Integrations, then connect again.",
        may_try_again=False,
    )
    FAILED = OutcomePage(
        "That did not work",
        "Microsoft's answer could not be used. Nothing was changed. Please start again.",
    )
    MISCONFIGURED = OutcomePage(
        "Portal is not registered rightly",
        "Consent may have been given, but Microsoft does not accept how Portal proves itself: "
        "its secret may be wrong or expired. Check it under Application, then check again.",
        offers_check=True,
    )
    UNAVAILABLE = OutcomePage(
        "Microsoft cannot be reached",
        "Microsoft's sign-in did not answer, or has a problem. Nothing was changed. Please check "
        "again in a few minutes.",
        offers_check=True,
    )


CONSENT_PAGES = pages_of(ConsentOutcome)
