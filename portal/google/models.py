"""The application at Google."""

from dataclasses import dataclass, field
from datetime import datetime

from portal.storage.platforms import Decided


@dataclass(frozen=True)
class Application:
    """Portal's client at Google, and the domains it admits, with blanks between them."""

    client_id: str
    client_secret: str = field(repr=False)
    hosted_domain: str

    @property
    def domains(self) -> tuple[str, ...]:
        return tuple(self.hosted_domain.split())


@dataclass(frozen=True)
class Entered:
    """The application as an administrator entered it. Its secret is sealed."""

    client_id: str
    hosted_domain: str
    entered_by: str
    entered_at: datetime
    proven_at: datetime | None = None
    sealed_client_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Workspace:
    """Google Workspace as its page shows it."""

    entered: Entered | None
    decided: Decided | None
    in_the_way: str = ""

    @property
    def is_enabled(self) -> bool:
        return self.decided is not None and self.decided.is_enabled

    @property
    def can_be_enabled(self) -> bool:
        return self.entered is not None and not self.in_the_way and not self.is_enabled

    @property
    def state(self) -> str:
        if self.is_enabled:
            return "Enabled"
        return "Unavailable" if self.in_the_way else "Off"
