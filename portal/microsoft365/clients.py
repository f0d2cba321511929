"""client_for(): the only way to a GraphClient, with the right token or none."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from portal import clock
from portal.config import MicrosoftConfig
from portal.entra.errors import ConsentMissing
from portal.entra.oauth import OAuth
from portal.errors import NotAllowed
from portal.graph.calls import TOTAL_SECONDS
from portal.graph.client import GraphClient, Session, Surroundings
from portal.graph.errors import GraphError, MailboxFenced, NeedsReconnect, PermissionMissing
from portal.graph.links import segment
from portal.microsoft365 import (
    authorization_store,
    authorizations,
    connections,
    consent,
    consent_store,
    coverage,
    renewal,
    store,
)
from portal.microsoft365.application import applications
from portal.microsoft365.application import store as application_store
from portal.microsoft365.models import NOBODY_READS, Expiry
from portal.microsoft365.organization_tokens import OrganizationTokens
from portal.microsoft365.permissions import Feature
from portal.storage.rows import Rows
from portal.vault import Vault

VERSION = "v1.0"
NO_CONSENT = (
    "Your organization has not consented to this portal yet. An administrator can connect it under "
    "Integrations, Microsoft 365."
)


@dataclass
class TokenSource:
    """Provide one person's tokens and remember which one Microsoft refused."""

    rows: Rows = field(repr=False)
    vault: Vault = field(repr=False)
    oauth: OAuth = field(repr=False)
    user_id: str
    feature: Feature
    version: int | None = None

    def __call__(self, was_refused: bool) -> str:
        fetched = renewal.token_for(
            self.rows,
            self.vault,
            self.oauth,
            user_id=self.user_id,
            feature=self.feature,
            refused_version=self.version if was_refused else None,
        )
        self.version = fetched.version
        return fetched.access_token


@dataclass
class OrganizationTokenSource:
    """Provide app-only tokens and remember which one Microsoft refused."""

    tokens: OrganizationTokens = field(repr=False)
    last: str | None = field(default=None, repr=False)

    def __call__(self, was_refused: bool) -> str:
        refused = self.last if was_refused else None
        self.last = self.tokens.token(refused=refused).access_token
        return self.last


@dataclass(frozen=True)
class InForce:
    """The application in force, with its OAuth client."""

    version: int
    config: MicrosoftConfig
    oauth: OAuth = field(repr=False)
    surroundings: Surroundings

    @classmethod
    def of(cls, version: int, config: MicrosoftConfig) -> "InForce":
        return cls(version, config, OAuth(config), Surroundings.towards(config.graph))


class Microsoft365:
    """Made once for each process. Each thread has its own session."""

    def __init__(self, config: MicrosoftConfig, rows: Rows, vault: Vault) -> None:
        self.settings = config
        self.tokens = OrganizationTokens(rows, lambda: self.oauth)
        self._rows = rows
        self._vault = vault
        self._own = threading.local()
        self._in_force = InForce.of(0, config)
        self._lock = threading.Lock()
        self._uses = authorizations.Uses(rows)

    @property
    def config(self) -> MicrosoftConfig:
        """The settings' application, or else the present one an administrator entered."""
        return self._now().config

    @property
    def oauth(self) -> OAuth:
        return self._now().oauth

    @property
    def is_configured(self) -> bool:
        return self.config.is_configured

    @property
    def expiry(self) -> Expiry | None:
        """When the secret or certificate in force ends."""
        return applications.expiry(self._rows, self.settings)

    def expires_soon(self, now: datetime) -> bool:
        return self.expiry is not None and self.expiry.is_soon(now.date())

    def client_for(
        self, feature: Feature, user_id: str, *, patience: float = TOTAL_SECONDS
    ) -> GraphClient:
        """A client by the organization's consent if it covers the feature, else by the connection.

        A shared mailbox is read by the connection of the member who reads it.

        Refuses disabled people, and without consent those who are not connected, have lapsed or
        did not grant the permission. `patience` is the seconds one call may take with retries.
        """
        rows = self._rows
        object_id = coverage.covers(rows, user_id, feature)
        if object_id is not None:
            coverage.note_access(rows, user_id, feature, now=clock.utc_now())
            return self._by_consent(f"/users/{segment(object_id)}", object_id, patience)
        shared = store.object_id_of_shared(rows, user_id)
        if shared is not None:
            return self._by_reader(user_id, shared, patience)
        return self._by_connection(feature, user_id, patience)

    def client_of_person(
        self, feature: Feature, user_id: str, *, patience: float = TOTAL_SECONDS
    ) -> GraphClient:
        """A client by the person's own connection, whatever the organization consented to."""
        return self._by_connection(feature, user_id, patience)

    def organization_client(self, *, patience: float = TOTAL_SECONDS) -> GraphClient:
        """A client of the organization without a mailbox: paths begin with a slash.

        ConsentMissing without a working consent.
        """
        given = consent_store.consent(self._rows)
        if given is None or not given.is_working:
            raise ConsentMissing(given.failure if given and given.failure else NO_CONSENT)
        return self._by_consent("", None, patience)

    def directory_client_of_person(self, user_id: str) -> GraphClient:
        """Like organization_client(), with the token of the person who authorized user sync."""
        own = self._by_connection(Feature.USER_SYNC, user_id, TOTAL_SECONDS)
        return replace(own, mailbox_path="", object_id=None)

    def client_with(self, access_token: str, object_id: str, *, patience: float) -> GraphClient:
        """A client for the last calls of an authorization that is already deleted."""
        return self._client("/me", lambda _: access_token, object_id, patience)

    def _by_connection(self, feature: Feature, user_id: str, patience: float) -> GraphClient:
        connection = connections.usable(self._rows, user_id, feature)
        source = TokenSource(self._rows, self._vault, self.oauth, user_id, feature)
        return self._client("/me", source, connection.object_id, patience)

    def _by_reader(self, account_id: str, object_id: str, patience: float) -> GraphClient:
        """A client of a shared mailbox with the token of the member who reads it."""
        if not store.is_enabled(self._rows, account_id):
            raise NotAllowed("This mailbox was removed, so it is not read.")
        reader = authorization_store.reader_of(self._rows, account_id)
        if reader is None:
            raise NeedsReconnect(NOBODY_READS)
        if reader.loss is not None:
            raise NeedsReconnect(reader.loss.sentence(reader.name))
        own = self._by_connection(Feature.SHARED_MAILBOXES, reader.user_id, patience)
        return replace(own, mailbox_path=f"/users/{segment(object_id)}", object_id=object_id)

    def _by_consent(self, path: str, object_id: str | None, patience: float) -> GraphClient:
        client = self._client(path, OrganizationTokenSource(self.tokens), object_id, patience)
        return replace(client, is_app_only=True, refused=self._refused, answered=self._answered)

    def _refused(self, refusal: GraphError) -> None:
        """A permission that the organization's token lacks may be in a newer one."""
        if isinstance(refusal, PermissionMissing) and not isinstance(refusal, MailboxFenced):
            consent.drop_tokens(self._rows, now=clock.utc_now())

    def _answered(self, path: str) -> None:
        self._uses.note(path, clock.utc_now().date())

    def _client(
        self, path: str, token: Callable[[bool], str], object_id: str | None, patience: float
    ) -> GraphClient:
        return GraphClient(
            session=self._session(),
            root=f"{self.config.graph}/{VERSION}",
            mailbox_path=path,
            token=token,
            object_id=object_id,
            patience=patience,
        )

    def _now(self) -> InForce:
        """The application in force. Notices another process's change at the next use."""
        if self.settings.is_configured:
            return self._in_force
        rows = self._rows
        with self._lock:
            if application_store.version(rows) != self._in_force.version:
                self._in_force = InForce.of(
                    *applications.in_force(rows, self._vault, self.settings)
                )
            return self._in_force

    def _session(self) -> Session:
        if not hasattr(self._own, "session"):
            self._own.session = self._in_force.surroundings.session()
        session: Session = self._own.session
        return session
