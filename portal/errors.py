"""The errors that all subjects share. str(error) is a sentence for people."""


class PortalError(Exception):
    """Something Portal will not or cannot do. Details belong in the log."""

    status = 500
    # Nothing of a write can have reached Microsoft.
    is_unsent = False

    def __init__(self, sentence: str, *, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class NotFound(PortalError):
    """Missing or not yours. Both give the same answer."""

    status = 404

    def __init__(self, sentence: str = "This page does not exist, or it is not yours.") -> None:
        super().__init__(sentence)


class Invalid(PortalError):
    """Input that cannot be accepted; `field` names the form field it belongs to, if any."""

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotAllowed(PortalError):
    """Your role may not do this."""

    status = 403


class Conflict(PortalError):
    """Another person or an earlier request of yours was first."""

    status = 409


class TooMany(PortalError):
    """A person or an address has reached a limit. `retry_after` is in seconds."""

    status = 429


class Misconfigured(PortalError):
    """Portal cannot start with these settings. The sentence says what to change."""
