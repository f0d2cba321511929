"""Flashes on the next page. The only caller of Flask's flash()."""

from typing import Any

from flask import flash

from portal.errors import PortalError
from portal.flash_texts import WARNING, Flash, FlashText, joined


class SignedOutFlash(FlashText):
    """Sentences for people whose session ended."""

    MEANWHILE = (
        "You were signed out, and nothing was changed. Please sign in again.",
        WARNING,
    )


def tell(*parts: FlashText | Flash) -> None:
    """Show sentences on the next page, as one message."""
    said = joined(*parts)
    flash(said.text, said.category)


def tell_with_button(said: Flash, *, button: str, action: str) -> None:
    """Show a sentence on the next page, beside a button that posts to an address."""
    message: Any = {"text": said.text, "button": button, "action": action}
    flash(message, said.category)


def tell_refusal(refusal: PortalError, category: str = WARNING) -> None:
    """Show the sentence of a refused action on the next page."""
    flash(str(refusal), category)
