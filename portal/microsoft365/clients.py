"""client_for(): the one door to Graph, opened in the right name or not at all."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlite_utils import Database

from portal.config import MicrosoftConfig
from portal.microsoft365 import connections, renewal
from portal.microsoft365.calls import TOTAL_SECONDS
from portal.microsoft365.graph import GraphClient, Session, Surroundings
from portal.microsoft365.oauth import OAuth
from portal.microsoft365.permissions import Feature
from portal.vault import Vault

VERSION = "v1.0"


@dataclass
class TokenSource:
    """Hands out one person's tokens and remembers which one Microsoft refused."""

    database: Callable[[], Database] = field(repr=False)
    vault: Vault = field(repr=False)
    oauth: OAuth = field(repr=False)
    user_id: str
    feature: Feature
    version: int | None = None

    def __call__(self, was_refused: bool) -> str:
        fetched = renewal.token_for(
            self.database(),
            self.vault,
            self.oauth,
            user_id=self.user_id,
            feature=self.feature,
            refused_version=self.version if was_refused else None,
        )
        self.version = fetched.version
        return fetched.access_token


class Microsoft365:
    """Made once for each process; each thread has a session of its own."""

    def __init__(
        self, config: MicrosoftConfig, database: Callable[[], Database], vault: Vault
    ) -> None:
        self.config = config
        self.oauth = OAuth(config)
        self.root = f"{config.graph}/{VERSION}"
        self._database = database
        self._vault = vault
        self._surroundings = Surroundings.towards(config.graph)
        self._own = threading.local()

    @property
    def is_configured(self) -> bool:
        return self.config.is_configured

    def client_for(
        self, feature: Feature, user_id: str, *, patience: float = TOTAL_SECONDS
    ) -> GraphClient:
        """Speaks in the person's own name about their own mailbox.

        Refuses people who are disabled, not connected, lapsed, or did not grant the permission.
        `patience` is how many seconds one call may take, its repetitions included.
        """
        connection = connections.usable(self._database(), user_id, feature)
        source = TokenSource(self._database, self._vault, self.oauth, user_id, feature)
        return GraphClient(
            session=self._session(),
            root=self.root,
            mailbox_path="/me",
            token=source,
            object_id=connection.object_id,
            patience=patience,
        )

    def client_with(self, access_token: str, object_id: str, *, patience: float) -> GraphClient:
        """For the last calls of an authorization that is already forgotten here."""
        return GraphClient(
            session=self._session(),
            root=self.root,
            mailbox_path="/me",
            token=lambda _: access_token,
            object_id=object_id,
            patience=patience,
        )

    def _session(self) -> Session:
        if not hasattr(self._own, "session"):
            self._own.session = self._surroundings.session()
        session: Session = self._own.session
        return session
