"""Sentences after Microsoft 365 was enabled or disabled. Pure."""

from portal.flash_texts import WARNING, FlashText


class IntegrationFlash(FlashText):
    """Microsoft 365 as the platform."""

    NAMED = "This portal is now called {name}."
    ENABLED = "Microsoft 365 is enabled. Connect the organization next."
    DISABLED_BEFORE = ("Microsoft 365 was disabled already.", WARNING)
    DISABLED = "Microsoft 365 is disabled. Nothing is read any more; what is here stays."
    NOT_WATCHED = (
        "{interviews} {stay} in people's calendars and {are} not watched: Portal does not see "
        "changes, and cannot make any.",
        WARNING,
    )
    LEFT_OPEN = (
        "{subscriptions} could not be closed at Microsoft. What they send is refused here, and "
        "they end within a week.",
        WARNING,
    )
