"""Sentences after an action on Google Workspace. Pure."""

from portal.flash_texts import FlashText


class GoogleFlash(FlashText):
    """Google Workspace as the platform."""

    APPLICATION_SAVED = "The application is saved: Google knows it."
    ENABLED = "Google Workspace is enabled. People sign in with Google now."
    DISABLED = (
        "Google Workspace is disabled, and {people} {are} signed out. Everybody stays under Users."
    )
