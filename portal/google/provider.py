"""Google as an OpenID provider: authorize addresses and identities for codes."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from portal import clock
from portal.config import GOOGLE
from portal.entra.errors import AuthorityUnavailable
from portal.entra.id_tokens import UnknownKey, same_origin
from portal.entra.models import Identity
from portal.entra.token_http import Authority
from portal.flows.models import Flow
from portal.google import id_tokens
from portal.google.errors import UNUSABLE, CodeRefused, code_refused
from portal.google.models import Application
from portal.web_addresses import web_address

DOCUMENTS_LIVE = timedelta(hours=24)
SCOPES = ("openid", "email", "profile")
# Send the secret only there, whatever the discovery document says.
HOSTS = frozenset({"accounts.google.com", "oauth2.googleapis.com", "www.googleapis.com"})


@dataclass(frozen=True)
class Documents:
    """The discovery document and the signing keys."""

    authorize: str
    token: str
    keys: tuple[Mapping[str, Any], ...]
    read_at: datetime


class Provider:
    """One issuer. Caches only its documents, for a day."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self._authority = Authority(issuer, name="Google")
        self._documents: Documents | None = None

    def authorize_address(
        self, application: Application, flow: Flow, *, state: str, redirect_uri: str
    ) -> str:
        with self._authority.session(application.client_id) as session:
            address, _ = session.create_authorization_url(
                self._known().authorize,
                state=state,
                code_verifier=flow.verifier,
                redirect_uri=redirect_uri,
                scope=" ".join(SCOPES),
                nonce=flow.nonce,
                hd=_hint(application.domains),
                prompt="select_account",
            )
        return str(address)

    def identity(
        self, application: Application, flow: Flow, *, code: str, redirect_uri: str, now: datetime
    ) -> Identity:
        """Trade a code for an identity. Its tokens are not kept."""
        answer = self.redeemed(application, code, flow.verifier, redirect_uri)
        id_token = str(answer.get("id_token", ""))
        try:
            return self._checked(id_token, self._known(), application, flow.nonce, now)
        except UnknownKey:
            newer = self._known(read_again=True)
            return self._checked(id_token, newer, application, flow.nonce, now)

    def check(self, application: Application, *, redirect_uri: str) -> None:
        """Check without a person that Google answers and knows this client.

        Google is shown a code that it never issued. If it refuses the code, it accepted the client;
        otherwise ClientRefused is raised.
        """
        self._known(read_again=True)
        try:
            made_up = secrets.token_urlsafe(32)
            self.redeemed(application, made_up, secrets.token_urlsafe(64), redirect_uri)
        except CodeRefused:
            return

    def redeemed(
        self, application: Application, code: str, verifier: str, redirect_uri: str
    ) -> dict[str, Any]:
        return self._authority.token(
            self._known().token,
            code_refused,
            client_id=application.client_id,
            client_secret=application.client_secret,
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            redirect_uri=redirect_uri,
        )

    def _checked(
        self,
        id_token: str,
        documents: Documents,
        application: Application,
        nonce: str,
        now: datetime,
    ) -> Identity:
        return id_tokens.identity_in(
            id_token,
            keys=documents.keys,
            application=application,
            issuer=self.issuer,
            nonce=nonce,
            now=now,
        )

    def _known(self, *, read_again: bool = False) -> Documents:
        """Without a lock: rather read them twice than let one sign-in wait for another."""
        known, now = self._documents, clock.utc_now()
        if known is None or read_again or now - known.read_at >= DOCUMENTS_LIVE:
            known = self._documents = self._read(now)
        return known

    def _read(self, now: datetime) -> Documents:
        found = self._document(f"{self.issuer}/.well-known/openid-configuration")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        authorize, token, keys_at = (str(found.get(name)) for name in names)
        at_home = all(self.is_at_home(address) for address in (authorize, token, keys_at))
        if found.get("issuer") != self.issuer or not at_home:
            raise AuthorityUnavailable(UNUSABLE)
        keys = self._document(keys_at).get("keys")
        named = keys if isinstance(keys, list) else []
        return Documents(authorize, token, tuple(k for k in named if isinstance(k, dict)), now)

    def _document(self, address: str) -> dict[str, Any]:
        document = self._authority.document(address)
        if document is None:
            raise AuthorityUnavailable(UNUSABLE)
        return document

    def is_at_home(self, address: str) -> bool:
        if self.issuer != GOOGLE:
            return same_origin(address, self.issuer)
        found = web_address(address)
        return found is not None and found.origin in {("https", each, 443) for each in HOSTS}


def _hint(domains: Sequence[str]) -> str:
    """Of which accounts Google offers a choice: one domain's, or those of any organization."""
    return domains[0] if len(domains) == 1 else "*"


@lru_cache(maxsize=4)
def provider_at(issuer: str) -> Provider:
    """One provider for each process. Its cache contains only Google's documents."""
    return Provider(issuer)
