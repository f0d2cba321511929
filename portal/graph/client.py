"""GraphClient: the only HTTP to Graph. No subject, no database."""

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from portal import clock
from portal.graph import batches, links, once, parsing, time_limits
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.calls import BODY_LIMIT, IMMUTABLE_IDS, MOST_SECONDS_TO_WAIT, TOTAL_SECONDS, Call
from portal.graph.errors import (
    ForeignCursor,
    ForeignLink,
    GraphError,
    Throttled,
    TokenRefused,
    TooLarge,
    TooSlow,
    Unavailable,
    error_from,
    for_the_organization,
)

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
TRIES = 4
CHUNK = 64 * 1024

Session = requests.Session
Answer = TypeVar("Answer", bytes, dict[str, Any])

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """Proxies and trusted certificates, from the environment."""

    proxies: Mapping[str, str]
    verify: bool | str

    @classmethod
    def towards(cls, address: str) -> "Surroundings":
        """Read the environment once: later, REQUESTS_CA_BUNDLE would override Session.verify."""
        with requests.Session() as session:
            found = session.merge_environment_settings(address, {}, None, None, None)
        return cls(proxies=dict(found["proxies"]), verify=found["verify"] or True)

    def settle(self, session: requests.Session) -> None:
        session.trust_env = False
        session.proxies = dict(self.proxies)
        session.verify = self.verify

    def session(self) -> requests.Session:
        """Make a session for one thread."""
        session = requests.Session()
        self.settle(session)
        return session


def tell_nobody(_told: object) -> None:
    """Leave refusals and answers to the caller alone."""


@dataclass(frozen=True)
class GraphClient:
    """A client for one mailbox. Paths are relative to that mailbox.

    `is_app_only`: by the organization's consent rather than the person's own connection.
    A path that begins with a slash is relative to Graph itself: `/organization`. `token(True)` is
    called after Microsoft refused a token, and must not return the same one. `is_eventual`:
    reads of the directory's index, as $search, $count and members of one type demand.
    """

    session: requests.Session = field(repr=False)
    root: str
    mailbox_path: str
    token: Callable[[bool], str] = field(repr=False)
    object_id: str | None = None
    is_app_only: bool = False
    is_eventual: bool = False
    # Told of each answer that is an error, but for those of parts of a batch.
    refused: Callable[[GraphError], object] = field(default=tell_nobody, repr=False)
    # Told of the path of each success, also of parts of a batch.
    answered: Callable[[str], object] = field(default=tell_nobody, repr=False)
    patience: float = TOTAL_SECONDS
    wait: Callable[[float], object] = field(default=time.sleep, repr=False)

    def get(
        self, path: str, *, query: Mapping[str, str] | None = None, prefer: Iterable[str] = ()
    ) -> dict[str, Any]:
        return self._json(self._call("GET", self._address(path, query), prefer=prefer))

    def post(self, path: str, body: Any = None, *, prefer: Iterable[str] = ()) -> dict[str, Any]:
        return self._json(self.prepared("POST", path, body, prefer))

    def patch(self, path: str, body: Any, *, prefer: Iterable[str] = ()) -> dict[str, Any]:
        return self._json(self.prepared("PATCH", path, body, prefer))

    def delete(self, path: str) -> None:
        self._json(self.prepared("DELETE", path, None))

    def page(self, link: str, *, prefer: Iterable[str] = (), home: str = "") -> dict[str, Any]:
        """Get a next or delta link unchanged. ForeignCursor if it leaves `home` or this mailbox."""
        return self._json(self._call("GET", self._followed(link, home), prefer=prefer))

    def checked(self, link: str, *, home: str = "") -> str:
        """A link of an answer, before it is kept. ForeignLink if it leaves `home` or this mailbox.

        What is kept would otherwise fail at each later read, however honest Microsoft is then.
        """
        if self._address_at_home(link, home) is None:
            raise ForeignLink("Microsoft's answer pointed somewhere else, so it was not used.")
        return link

    def relative(self, link: str) -> str:
        """Turn a next or delta link into the url of a part of $batch."""
        return links.below(self._followed(link), root=self.root)

    def batch(self, wanted: Iterable[BatchRequest]) -> dict[str, BatchAnswer]:
        """Send the parts and return their answers. A failed part raises nothing; see error()."""
        answers: dict[str, BatchAnswer] = {}
        for some in batches.chunks(wanted):
            found = self._batch(some)
            for part in some:
                if found[part.id].error() is None:
                    self.answered(batches.url_of(part, self.mailbox_path))
            answers |= found
        return answers

    def download(self, path: str, *, limit: int = BODY_LIMIT) -> bytes:
        """Download an attachment, or a message as MIME. TooLarge past the limit."""
        return self._exchange(self._call("GET", self._address(path), limit=limit))

    def is_at_home(self, link: str | None) -> bool:
        """Whether a link that was kept can be followed."""
        return link is not None and self._address_at_home(link, "") is not None

    def _followed(self, link: str, home: str = "") -> str:
        address = self._address_at_home(link, home)
        if address is None:
            raise ForeignCursor("Where the last sync stopped points somewhere else.")
        return address

    def _address_at_home(self, link: str, home: str) -> str | None:
        """The address to ask for. None if it leaves `home`, or without one this mailbox."""
        homes = (home,) if home else links.homes_of(self.mailbox_path, self.object_id)
        if self.is_app_only and not home:
            link = links.named_by_id(link, root=self.root, mailbox_path=self.mailbox_path)
        return link if links.stays(link, root=self.root, homes=homes) else None

    def _address(self, path: str, query: Mapping[str, str] | None = None) -> str:
        below = path if path.startswith("/") else f"{self.mailbox_path}/{path}"
        words = "?" + urlencode(query, quote_via=quote, safe="$,:'()") if query else ""
        return f"{self.root}{below}{words}"

    def _call(
        self, method: str, address: str, *, prefer: Iterable[str] = (), limit: int = BODY_LIMIT
    ) -> Call:
        deadline = time_limits.deadline(self.patience)
        call = Call(method, address, None, tuple(prefer), limit=limit, deadline=deadline)
        return replace(call, is_eventual=True) if self.is_eventual else call

    def prepared(self, method: str, path: str, body: Any, prefer: Iterable[str] = ()) -> Call:
        """Prepare a write. Its time runs from now on."""
        deadline = time_limits.deadline(self.patience)
        address = self._address(path)
        return Call(method, address, body, tuple(prefer), is_read=False, deadline=deadline)

    def _json(self, call: Call) -> dict[str, Any]:
        return self._repeated(call, lambda: parsing.document(self._once(call)))

    def _exchange(self, call: Call) -> bytes:
        return self._repeated(call, lambda: self._once(call))

    def _repeated(self, call: Call, attempt: Callable[[], Answer]) -> Answer:
        """Apply the one retry rule.

        A write that met a broken gateway may have happened; only 429 promises it did not.
        """
        for number in range(1, TRIES + 1):
            try:
                return attempt()
            except (Throttled, Unavailable) as error:
                repeats = call.is_read or isinstance(error, Throttled)
                seconds = call.pause(error.retry_after, number)
                if not repeats or number == TRIES or not call.can_wait(seconds):
                    raise
            self.wait(seconds)
        raise AssertionError("the last try returns or raises")

    def _once(self, call: Call) -> bytes:
        """Send once. A refused token is renewed and tried again, since Microsoft did nothing."""
        try:
            return self.send(call, self.token(False))
        except TokenRefused:
            return self.send(call, self.token(True))

    def send(self, call: Call, token: str) -> bytes:
        """Send once, without any retry."""
        if call.seconds_left <= 0:
            raise once.unsent(TooSlow())
        trace = str(uuid.uuid4())
        try:
            with self.session.request(
                call.method,
                call.address,
                data=parsing.encoded(call.body),
                headers=call.headers(token, trace),
                timeout=time_limits.timeouts(
                    call.seconds_left, connect=CONNECT_SECONDS, read=READ_SECONDS
                ),
                allow_redirects=False,
                stream=True,
            ) as answer:
                content = read(answer, limit=call.limit, deadline=call.deadline)
        except requests.RequestException as error:
            log.warning("no answer from Graph: %s %s", type(error).__name__, trace)
            if isinstance(error, requests.ReadTimeout):
                raise TooSlow from error
            unreached = Unavailable("Microsoft 365 could not be reached.")
            raise (once.unsent(unreached) if once.never_left(error) else unreached) from error
        if 200 <= answer.status_code < 300:
            self.answered(links.below(call.address, root=self.root))
            return content
        raise self._error(answer, content, trace)

    def _error(self, answer: requests.Response, content: bytes, trace: str) -> GraphError:
        body = parsing.document_or_nothing(content)
        error = error_from(answer.status_code, answer.headers, body, now=clock.utc_now())
        theirs = answer.headers.get("request-id", "")
        log.warning(
            "Graph answered %s %s, request-id %s, client-request-id %s",
            answer.status_code, error.code[:64], theirs[:64], trace,
        )  # fmt: skip  # one line for each piece says no more
        self.refused(error)
        return for_the_organization(error) if self.is_app_only else error

    def _batch(self, wanted: list[BatchRequest]) -> dict[str, BatchAnswer]:
        """Send at most twenty parts and repeat those that can still succeed."""
        deadline = time_limits.deadline(self.patience)
        answers: dict[str, BatchAnswer] = {}
        left, has_renewed = wanted, False
        for number in range(1, TRIES + 1):
            answers |= self._batch_once(left, deadline)
            left, seconds = batches.to_repeat(
                left, answers, backoff=2.0 ** (number - 1), may_renew=not has_renewed
            )
            late = clock.monotonic() + seconds >= deadline
            if not left or late or seconds > MOST_SECONDS_TO_WAIT or number == TRIES:
                break
            if any(answers[part.id].status == 401 for part in left):
                self.token(True)
                has_renewed = True
            self.wait(seconds)
        return answers

    def _batch_once(self, parts: list[BatchRequest], deadline: float) -> dict[str, BatchAnswer]:
        body = batches.body_of(parts, mailbox_path=self.mailbox_path, prefer=IMMUTABLE_IDS)
        reads = all(part.is_read for part in parts)
        call = Call("POST", f"{self.root}/$batch", body, is_read=reads, deadline=deadline)
        return batches.answers_in(self._json(call), parts)


def read(answer: requests.Response, *, limit: int, deadline: float) -> bytes:
    """Read the decoded body. Gives up as soon as it is too long or too slow."""
    parts, size = [], 0
    for chunk in _as_it_comes(answer, deadline):
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"The answer is larger than {limit // (1024 * 1024)} MB.")
        parts.append(chunk)
    return b"".join(parts)


def _as_it_comes(answer: requests.Response, deadline: float) -> Iterator[bytes]:
    """Yield bytes as they arrive. iter_content() would wait for a whole chunk."""
    try:
        with time_limits.shrinking(answer.raw, deadline) as shrink:
            while True:
                shrink()
                chunk = answer.raw.read1(CHUNK, decode_content=True)
                if not chunk:
                    return
                yield chunk
    except (ReadTimeoutError, TimeoutError) as error:
        raise TooSlow from error
    except HTTPError as error:
        raise requests.ConnectionError(type(error).__name__) from error
