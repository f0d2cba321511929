"""Sentences after an action on drafts, templates and signatures. Pure."""

from portal.flash_texts import WARNING, FlashText


class ComposerFlash(FlashText):
    """Drafts, templates and signatures."""

    DRAFT_DISCARDED = "The draft is discarded."
    DRAFT_SAVED = "The draft is saved. Only you see it."
    HELD_BY_LIMIT = (
        "Automated mail has reached its limit, so your message goes out {moment} at the "
        "earliest. Until then you can take it back.",
        WARNING,
    )
    SIGNATURE_SAVED = "The signature is saved."
    SIGNATURE_REMOVED = "The signature is removed."
    TEMPLATE_SAVED = "The template “{name}” is saved."
    TEMPLATE_REMOVED = "The template “{name}” is removed."
