"""Authorize addresses, code exchange and renewal. No Flask, and nothing is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from portal import clock
from portal.config import MicrosoftConfig
from portal.entra import app_tokens, id_tokens
from portal.entra import client_credentials as credential
from portal.entra.errors import (
    AuthorityUnavailable,
    IdentityRefused,
    code_refused,
    directory_unknown,
    organization_refused,
    renewal_refused,
)
from portal.entra.models import Identity, OrganizationToken, PersonToken
from portal.entra.scopes import OF_THE_PROTOCOL, granted_in
from portal.entra.token_http import Authority, Refusal
from portal.errors import PortalError

# Not 0: the token may live no longer than this, and would arrive expired.
PROOF_SECONDS = 600
DOCUMENTS_LIVE = timedelta(hours=24)


@dataclass(frozen=True)
class Tenant:
    """The tenant's discovery document and signing keys."""

    id: str
    issuer: str
    keys: tuple[Mapping[str, Any], ...]
    read_at: datetime


class OAuth:
    """One app in one tenant. Caches only discovery and keys, for a day."""

    def __init__(self, config: MicrosoftConfig) -> None:
        self.config = config
        self._authority = Authority(config.authority, name="Microsoft")
        self._tenant: Tenant | None = None

    @property
    def is_configured(self) -> bool:
        return self.config.is_configured

    def authorize_address(
        self,
        *,
        redirect_uri: str,
        scopes: Iterable[str],
        state: str,
        nonce: str,
        verifier: str,
        login_hint: str | None = None,
        must_prove: bool = False,
    ) -> str:
        """Without a hint Microsoft asks for the account.

        `must_prove` asks for a fresh sign-in. Anybody can take that out of the address, so only
        `auth_time` in the answer proves one.
        """
        who = {"login_hint": login_hint} if login_hint else {"prompt": "select_account"}
        if must_prove:
            who |= {"prompt": "login", "max_age": str(PROOF_SECONDS)}
        with self._authority.session(self.config.client_id) as session:
            address, _ = session.create_authorization_url(
                self._endpoint("oauth2/v2.0/authorize"),
                state=state,
                code_verifier=verifier,
                redirect_uri=redirect_uri,
                scope=" ".join(scopes),
                nonce=nonce,
                response_mode="query",
                **who,
            )
        return str(address)

    def approval_address(self, *, redirect_uri: str, scopes: Iterable[str]) -> str:
        """The address where an administrator approves delegated permissions for everybody."""
        named = [scope if scope in OF_THE_PROTOCOL else self._on_graph(scope) for scope in scopes]
        query = {
            "client_id": self.config.client_id,
            "scope": " ".join(named),
            "redirect_uri": redirect_uri,
        }
        return f"{self._endpoint('v2.0/adminconsent')}?{urlencode(query)}"

    def consent_address(self, *, redirect_uri: str, state: str | None = None) -> str:
        """The address where an administrator consents to every permission of the registration.

        https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
        """
        query = {
            "client_id": self.config.client_id,
            "scope": self._on_graph(".default"),
            "redirect_uri": redirect_uri,
        }
        with_state = query if state is None else {**query, "state": state}
        return f"{self._endpoint('v2.0/adminconsent')}?{urlencode(with_state)}"

    def tenant_id(self) -> str:
        """The tenant's id, even if the settings name a domain."""
        return self._known_tenant().id

    def person_token(
        self, *, code: str, verifier: str, nonce: str, redirect_uri: str, now: datetime
    ) -> PersonToken:
        """Trade a code for tokens and a checked identity."""

        def refusal(error: str, suberror: str, status: int) -> PortalError:
            return code_refused(error, suberror, status=status)

        answer = self._token(
            refusal,
            now,
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            redirect_uri=redirect_uri,
        )
        identity = self._identity(str(answer.get("id_token", "")), nonce=nonce, now=now)
        return _person_token(answer, identity, now)

    def renewed(self, *, refresh_token: str, scopes: Iterable[str], now: datetime) -> PersonToken:
        """Trade a refresh token for tokens. Only NeedsReconnect means that it has ended."""

        def refusal(error: str, suberror: str, status: int) -> PortalError:
            return renewal_refused(error, suberror, status=status)

        wanted = " ".join(scopes)
        answer = self._token(
            refusal, now, grant_type="refresh_token", refresh_token=refresh_token, scope=wanted
        )
        return _person_token(answer, None, now)

    def organization_token(self, *, now: datetime) -> OrganizationToken:
        """Fetch an app-only token. ConsentMissing if the organization does not know the app.

        Microsoft issues it even without granted roles; it then carries none.
        """

        def refusal(error: str, suberror: str, status: int) -> PortalError:
            return organization_refused(error, suberror, status=status)

        answer = self._token(
            refusal, now, grant_type="client_credentials", scope=self._on_graph(".default")
        )
        token = _person_token(answer, None, now)
        return app_tokens.read(token.access_token, token.expires_at, tenant_id=self.tenant_id())

    def _identity(self, id_token: str, *, nonce: str, now: datetime) -> Identity:
        try:
            return self._checked(id_token, self._known_tenant(), nonce, now)
        except id_tokens.UnknownKey:
            return self._checked(id_token, self._known_tenant(read_again=True), nonce, now)

    def _checked(self, id_token: str, tenant: Tenant, nonce: str, now: datetime) -> Identity:
        return id_tokens.identity_in(
            id_token,
            keys=tenant.keys,
            client_id=self.config.client_id,
            tenant_id=tenant.id,
            issuer=tenant.issuer,
            nonce=nonce,
            now=now,
        )

    def _known_tenant(self, *, read_again: bool = False) -> Tenant:
        """Without a lock: rather read it twice than let one sign-in wait for another."""
        known, now = self._tenant, clock.utc_now()
        if known is None or read_again or now - known.read_at >= DOCUMENTS_LIVE:
            known = self._tenant = self._read_tenant(now)
        return known

    def _read_tenant(self, now: datetime) -> Tenant:
        document = self._document(self._endpoint("v2.0/.well-known/openid-configuration"))
        issuer, keys_at = str(document.get("issuer")), str(document.get("jwks_uri"))
        authority = self.config.authority
        tenant_id = id_tokens.tenant_in(issuer, authority)
        is_other = id_tokens.is_guid(self.config.tenant) and self.config.tenant.lower() != tenant_id
        if tenant_id is None or is_other or not id_tokens.same_origin(keys_at, authority):
            raise IdentityRefused(id_tokens.NOT_TRUSTED)
        keys = self._document(keys_at).get("keys")
        named = keys if isinstance(keys, list) else []
        signing = tuple(key for key in named if isinstance(key, dict))
        return Tenant(tenant_id, issuer, signing, now)

    def _document(self, address: str) -> dict[str, Any]:
        document = self._authority.document(address)
        if document is None:
            raise directory_unknown()
        return document

    def _token(self, refusal: Refusal, now: datetime, **fields: str) -> dict[str, Any]:
        endpoint = self._endpoint("oauth2/v2.0/token")
        proof = credential.proof(self.config, audience=endpoint, now=now)
        return self._authority.token(
            endpoint, refusal, client_id=self.config.client_id, **fields, **proof
        )

    def _endpoint(self, path: str) -> str:
        return f"{self.config.authority}/{self.config.tenant}/{path}"

    def _on_graph(self, scope: str) -> str:
        return f"{self.config.graph}/{scope}"


def _person_token(answer: dict[str, Any], identity: Identity | None, now: datetime) -> PersonToken:
    access, refresh = answer.get("access_token"), answer.get("refresh_token")
    seconds = answer.get("expires_in")
    if not isinstance(access, str) or not isinstance(seconds, int | float | str):
        raise AuthorityUnavailable("Microsoft's sign-in gave an answer that cannot be used.")
    return PersonToken(
        access_token=access,
        refresh_token=refresh if isinstance(refresh, str) and refresh else None,
        expires_at=now + timedelta(seconds=min(int(float(seconds)), 7 * 24 * 3600)),
        scopes=granted_in(str(answer.get("scope", ""))),
        identity=identity,
    )
