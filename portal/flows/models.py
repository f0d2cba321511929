"""A flow: one trip to a sign-in service and back, and its kinds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

GOOGLE_CALLBACK = "/oauth/google/callback"


class FlowKind(StrEnum):
    """Why a person was sent to a sign-in service."""

    SIGN_IN = "sign_in"
    CONFIRMATION = "confirmation"
    CONNECT = "connect"
    INVITATION = "invitation"
    CONSENT = "consent"
    USER_SYNC = "user_sync"
    SHARED_MAILBOX = "shared_mailbox"
    SENDING = "sending"
    GROUP_CALENDARS = "group_calendars"
    AVAILABILITY = "availability"
    INTERVIEWS = "interviews"
    GROUP_INTERVIEWS = "group_interviews"
    WITHOUT_SCHEDULING = "without_scheduling"
    GOOGLE = "google"


class Service(StrEnum):
    """A sign-in service, by the callback that its flows end at."""

    MICROSOFT = "microsoft365"
    CONSENT = "consent"
    GOOGLE = "google"


@dataclass(frozen=True)
class Flow:
    """One trip to a sign-in service and back, used once."""

    kind: FlowKind
    user_id: str | None
    invitation_id: str | None
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    wished_endpoint: str
    wished_arguments: Mapping[str, Any]
    # Known of a flow that came back.
    started_at: datetime | None = None
