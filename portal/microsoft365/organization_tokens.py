"""App-only tokens, kept only in memory. Each new one shows what the consent covers."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta

from portal import clock
from portal.entra.errors import ConsentMissing
from portal.entra.models import OrganizationToken
from portal.entra.oauth import OAuth
from portal.graph.errors import GraphError
from portal.microsoft365 import consent
from portal.storage.rows import Rows

MARGIN = timedelta(minutes=5)
# A thousand mailboxes must not repeat a request that was just refused.
REFUSAL_HOLDS_SECONDS = 20.0


@dataclass
class OrganizationTokens:
    """One cache for a process. Threads wait for the one that fetches."""

    rows: Rows = field(repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _oauth: OAuth | None = field(default=None, repr=False)
    _token: OrganizationToken | None = field(default=None, repr=False)
    _refusal: GraphError | None = field(default=None, repr=False)
    _refused_at: float = 0.0

    def token(self, oauth: OAuth, *, refused: str | None = None) -> OrganizationToken:
        """The cached token, or a new one. `refused` is a token that Microsoft no longer accepts."""
        with self._lock:
            self._forget_other_application(oauth)
            known = self._token
            if known is not None and known.access_token != refused and self._is_fresh(known):
                return known
            if self._refusal is not None and self._was_just_refused():
                raise self._refusal
            return self._fetched(oauth)

    def fetch(self, oauth: OAuth) -> OrganizationToken:
        """Fetch a new token, since the cached one lacks newly granted roles."""
        with self._lock:
            self._forget_other_application(oauth)
            return self._fetched(oauth)

    def forget(self) -> None:
        with self._lock:
            self._oauth = self._token = self._refusal = None

    def _fetched(self, oauth: OAuth) -> OrganizationToken:
        now = clock.utc_now()
        try:
            token = oauth.organization_token(now=now)
        except GraphError as refusal:
            self._token, self._refusal, self._refused_at = None, refusal, clock.monotonic()
            self._note(refusal)
            raise
        self._token, self._refusal = token, None
        consent.observe(self.rows, token, now=now)
        return token

    def _note(self, refusal: GraphError) -> None:
        now = clock.utc_now()
        if isinstance(refusal, ConsentMissing):
            consent.lose(self.rows, consent.TAKEN_BACK, now=now)
        else:
            consent.note_failure(self.rows, str(refusal), now=now)

    def _forget_other_application(self, oauth: OAuth) -> None:
        if oauth is not self._oauth:
            self._oauth, self._token, self._refusal = oauth, None, None

    def _is_fresh(self, token: OrganizationToken) -> bool:
        return token.expires_at - clock.utc_now() > MARGIN

    def _was_just_refused(self) -> bool:
        return clock.monotonic() - self._refused_at < REFUSAL_HOLDS_SECONDS
