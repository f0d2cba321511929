"""App-only tokens, kept only in memory. Each new one shows what the consent covers."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from portal import clock
from portal.entra.errors import ConsentMissing
from portal.entra.models import OrganizationToken
from portal.entra.oauth import OAuth
from portal.graph import time_limits
from portal.graph.errors import GraphError, Unavailable
from portal.microsoft365 import consent, consent_store
from portal.storage.rows import Rows

MARGIN = timedelta(minutes=5)
# A thousand mailboxes must not repeat a request that was just refused.
REFUSAL_HOLDS_SECONDS = 20.0
# Microsoft's servers may disagree for a while after a change of consent. Asking each time that
# they do would never end.
SETTLES_SECONDS = 5.0


@dataclass(frozen=True)
class Kept:
    """Microsoft's last answer: a token, or why there is none."""

    oauth: OAuth = field(repr=False)
    version: int
    at: float
    token: OrganizationToken | None = field(default=None, repr=False)
    refusal: GraphError | None = None


@dataclass
class OrganizationTokens:
    """One cache for a process, tied to the version of the consent that all processes share."""

    rows: Rows = field(repr=False)
    # The application in force at the moment of the call.
    oauth: Callable[[], OAuth] = field(repr=False)
    settles_seconds: float = SETTLES_SECONDS
    _fetching: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _kept: Kept | None = field(default=None, repr=False)

    def token(self, *, refused: str | None = None) -> OrganizationToken:
        """The cached token, or a new one. `refused` is a token that Microsoft no longer accepts.

        Threads of a worker wait for the one that fetches. A page never waits for another's fetch.
        """
        found = self._usable(refused)
        if found is not None:
            return found
        if time_limits.is_limited():
            return self.fetch()
        with self._fetching:
            return self._usable(refused) or self.fetch()

    def forget(self) -> None:
        self._kept = None

    def _usable(self, refused: str | None) -> OrganizationToken | None:
        """The cached token while it may be used. Raises a refusal that was given just now."""
        kept = self._kept
        if kept is None or kept.oauth is not self.oauth():
            return None
        age, is_of_version = clock.monotonic() - kept.at, self._version() == kept.version
        if kept.refusal is not None:
            if is_of_version and age < REFUSAL_HOLDS_SECONDS:
                raise kept.refusal
            return None
        token = kept.token
        if token is None or token.access_token == refused or not _is_fresh(token):
            return None
        return token if is_of_version or age < self.settles_seconds else None

    def fetch(self) -> OrganizationToken:
        """Fetch a new token without a lock, since the cached one lacks newly granted roles.

        An answer counts only for the consent and the application for which it was asked.
        """
        version = self._version()  # before the application, whose change raises it
        oauth, now = self.oauth(), clock.utc_now()
        try:
            token = oauth.organization_token(now=now)
        except GraphError as refusal:
            if not (isinstance(refusal, Unavailable) and time_limits.is_limited()):
                # Running out of a page's short time says nothing to others.
                self._kept = Kept(oauth, version, clock.monotonic(), refusal=refusal)
                self._note(refusal, version)
            raise
        consent.observe(self.rows, token, since=version, now=now)
        self._kept = Kept(oauth, self._version(), clock.monotonic(), token=token)
        return token

    def _note(self, refusal: GraphError, version: int) -> None:
        now = clock.utc_now()
        if isinstance(refusal, ConsentMissing):
            consent.lose(self.rows, consent.TAKEN_BACK, since=version, now=now)
        else:
            consent.note_failure(self.rows, str(refusal), since=version, now=now)

    def _version(self) -> int:
        return consent_store.version(self.rows)


def _is_fresh(token: OrganizationToken) -> bool:
    return token.expires_at - clock.utc_now() > MARGIN
