"""HTTP to a sign-in service through Authlib: documents and token endpoint, within limits."""

from collections.abc import Callable
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session

from portal import clock
from portal.entra.errors import AuthorityUnavailable
from portal.errors import PortalError
from portal.graph import client as graph
from portal.graph import parsing, time_limits
from portal.graph.errors import Unavailable

BODY_LIMIT = 1024 * 1024
TOTAL_SECONDS = 20.0
CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0

# What `error`, `suberror` and the status of a token endpoint mean, as an error of ours.
Refusal = Callable[[str, str, int], PortalError]


class Authority:
    """A sign-in service, Microsoft's or Google's. Follows no redirects and caches nothing."""

    def __init__(self, address: str, *, name: str) -> None:
        self._surroundings = graph.Surroundings.towards(address)
        self._unreachable = (
            f"{name}'s sign-in cannot be reached at the moment. Please try again later."
        )

    def session(self, client_id: str) -> OAuth2Session:
        session = OAuth2Session(
            client_id=client_id,
            # The proof is among the fields: Authlib has no PS256 with a thumbprint.
            token_endpoint_auth_method="none",  # noqa: S106  # the name of a method, not a secret
            code_challenge_method="S256",
        )
        self._surroundings.settle(session)
        return session

    def document(self, address: str) -> dict[str, Any] | None:
        """Get a JSON object. None if the service refuses."""
        deadline, timeout = self._limits()
        try:
            with (
                self._surroundings.session() as session,
                session.get(address, timeout=timeout, allow_redirects=False, stream=True) as answer,
            ):
                content = self._content(answer, deadline)
        except requests.RequestException as error:
            raise AuthorityUnavailable(self._unreachable) from error
        document = parsing.document_or_nothing(content)
        if answer.status_code == 200 and document is not None:
            return document
        if 400 <= answer.status_code < 500 and answer.status_code != 429:
            return None
        raise AuthorityUnavailable(self._unreachable)

    def token(
        self, endpoint: str, refusal: Refusal, *, client_id: str, **fields: str
    ) -> dict[str, Any]:
        """Post to a token endpoint. The fields contain the client's proof."""
        deadline, timeout = self._limits()
        with self.session(client_id) as session:
            session.register_compliance_hook(
                "access_token_response", lambda answer: self._granted(answer, refusal, deadline)
            )
            try:
                return dict(
                    session.fetch_token(
                        endpoint, timeout=timeout, allow_redirects=False, stream=True, **fields
                    )
                )
            except requests.RequestException as error:
                raise AuthorityUnavailable(self._unreachable) from error

    def _limits(self) -> tuple[float, tuple[float, float]]:
        """The deadline of one call, and how long it may be silent."""
        deadline = time_limits.deadline(TOTAL_SECONDS)
        left = deadline - clock.monotonic()
        if left <= 0:
            raise AuthorityUnavailable(self._unreachable)
        return deadline, time_limits.timeouts(left, connect=CONNECT_SECONDS, read=READ_SECONDS)

    def _granted(self, answer: requests.Response, refusal: Refusal, deadline: float) -> "Granted":
        document = parsing.document_or_nothing(self._content(answer, deadline))
        if answer.status_code == 200 and document is not None and "error" not in document:
            return Granted(document)
        said = document or {}
        error, suberror = str(said.get("error") or ""), str(said.get("suberror") or "")
        raise refusal(error, suberror, answer.status_code)

    def _content(self, answer: requests.Response, deadline: float) -> bytes:
        try:
            return graph.read(answer, limit=BODY_LIMIT, deadline=deadline)
        except Unavailable as error:
            raise AuthorityUnavailable(self._unreachable) from error


class Granted:
    """A token answer read within limits, in the form Authlib expects."""

    status_code = 200

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def json(self) -> dict[str, Any]:
        return self._document
