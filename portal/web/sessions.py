"""Sessions of people in the database: the cookie carries a random id and nothing else."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import flask_login
from flask import Flask, Request, Response, request, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin

from portal.clock import utc_now
from portal.config import Config
from portal.services import Services
from portal.storage import sessions as store
from portal.storage.sessions import SessionRow
from portal.vault import hash_token
from portal.web import visitors
from portal.web.current import CurrentUser
from portal.web.known_browsers import remember_browser
from portal.web.visitors import Visitor

FRESH = timedelta(minutes=10)
# The last use of a session is saved once a minute, not at each request.
NOTED_EVERY = timedelta(minutes=1)
ID_LENGTH = 43
PERSON = "_user_id"
FORMER = "former"
_json = TaggedJSONSerializer()


class PortalSession(dict[str, Any], SessionMixin):
    """The session of one browser, saved at the end of the request if it changed.

    `row` is a signed-in person's, `visitor` what the cookie of anybody else holds.
    """

    def __init__(
        self, id: str, row: SessionRow | None = None, visitor: Visitor | None = None
    ) -> None:
        kept = row or visitor
        super().__init__(_json.loads(kept.content) if kept else {})
        if row is None:
            self.pop(PERSON, None)  # only a row signs anybody in
        self.id = id
        self.row = row
        self.visitor = visitor
        self.before = _json.dumps(dict(self))
        self.accessed = True
        self.must_be_kept = False
        self.ended_hash: str | None = None
        self.created_at = row.created_at if row else None
        self.fresh_at = row.fresh_at if row else None

    @property
    def content(self) -> str:
        content: str = _json.dumps(dict(self))
        return content

    @property
    def is_changed(self) -> bool:
        return self.must_be_kept or self.content != self.before

    @property
    def id_hash(self) -> str:
        return hash_token(self.id)

    def take_new_id(self) -> None:
        """Replace the session's id. The old one is worthless from now on."""
        self.ended_hash = self.row.id_hash if self.row else self.ended_hash
        self.id, self.row = secrets.token_urlsafe(32), None
        self.must_be_kept = True

    def begin(self, user_id: str, now: datetime, *, is_fresh: bool = True) -> None:
        """Begin a session for a person. Nothing is carried over from before."""
        self.clear()
        self.take_new_id()
        self[PERSON] = user_id
        self.created_at = now
        self.fresh_at = now if is_fresh else None

    def prove(self, now: datetime) -> None:
        """The person has just proved who they are. What the session holds stays."""
        self.take_new_id()
        self.fresh_at = now

    def end(self) -> None:
        self.clear()
        self.take_new_id()
        self.must_be_kept = False


@dataclass(frozen=True)
class DatabaseSessions(SessionInterface):
    """Flask's session interface over the database."""

    config: Config

    @property
    def cookie_name(self) -> str:
        return "portal" if self.config.test_mode else "__Host-portal"

    def open_session(self, app: Flask, request: Request) -> PortalSession:
        """Open the session. An unreadable cookie or an ended session means nobody."""
        value = request.cookies.get(self.cookie_name, "")
        if request.path.startswith("/static/"):
            return PortalSession(secrets.token_urlsafe(32))
        if len(value) == ID_LENGTH and value.isascii():
            row = store.session(_services(app).rows, hash_token(value))
            if row is not None and row.user_id and not self._is_over(row, utc_now()):
                return PortalSession(value, row)
        visitor = visitors.read(self.config.secret_key, value, longest=self._idle)
        if visitor is not None:
            return PortalSession(visitor.id, visitor=visitor)
        return PortalSession(secrets.token_urlsafe(32))

    @property
    def _idle(self) -> timedelta:
        return timedelta(minutes=self.config.idle_minutes)

    def _is_over(self, row: SessionRow, now: datetime) -> bool:
        is_idle = now - row.seen_at >= self._idle
        return is_idle or now - row.created_at >= timedelta(hours=self.config.absolute_hours)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        own = cast(PortalSession, session)
        now = utc_now()
        rows = _services(app).rows
        if own.ended_hash:
            with rows.write():
                store.delete(rows, own.ended_hash)
        if own.row is not None:
            if own.is_changed or now - own.row.seen_at >= NOTED_EVERY:
                with rows.write():
                    store.update(rows, self._row(own, now))
        elif own.get(PERSON):
            with rows.write():
                self._forget_old(app, now)
                store.save(rows, self._row(own, now))
            self._set_cookie(response, own.id)
        elif own or own.must_be_kept:
            self._keep_visitor(own, response, now)
        elif own.ended_hash:
            response.delete_cookie(
                self.cookie_name, path="/", secure=not self.config.test_mode, httponly=True
            )

    def _keep_visitor(self, own: PortalSession, response: Response, now: datetime) -> None:
        """Write the cookie of a visitor, if it changed or grows old.

        What does not fit, such as a very long wished address, is forgotten.
        """
        written_at = own.visitor.written_at if own.visitor else None
        if not own.is_changed and written_at and now - written_at < self._idle / 2:
            return
        key = self.config.secret_key
        value = visitors.written(key, own.id, own.content)
        if value is None:
            value = visitors.written(key, own.id, _json.dumps({}))
        self._set_cookie(response, str(value))

    def _row(self, own: PortalSession, now: datetime) -> SessionRow:
        return SessionRow(
            id_hash=own.id_hash,
            user_id=own.get(PERSON),
            content=own.content,
            created_at=own.created_at or now,
            seen_at=now,
            fresh_at=own.fresh_at,
            peer=request.remote_addr or "",
        )

    def _forget_old(self, app: Flask, now: datetime) -> None:
        store.delete_lapsed(
            _services(app).rows,
            seen_before=now - self._idle,
            created_before=now - timedelta(hours=self.config.absolute_hours),
        )

    def _set_cookie(self, response: Response, value: str) -> None:
        response.set_cookie(
            self.cookie_name,
            value,
            path="/",
            secure=not self.config.test_mode,
            httponly=True,
            samesite="Lax",
        )


def session_hash() -> str:
    """The hash of this session, to which a flow to Microsoft is bound. Keeps the session."""
    own = _own()
    own.must_be_kept = True
    return own.id_hash


def session_hashes() -> tuple[str, ...]:
    """The hash of this session, and the one that it had before its person's role changed."""
    own = _own()
    former = own.get(FORMER)
    return (session_hash(), former) if isinstance(former, str) else (session_hash(),)


def begin_session(user: CurrentUser, now: datetime, *, is_fresh: bool = True) -> None:
    """Sign a person in under a new session id.

    Not fresh: they are signed in, but not well enough for what needs a fresh sign-in.
    """
    own = _own()
    own.begin(user.id, now, is_fresh=is_fresh)
    own["role"] = str(user.role)
    flask_login.login_user(user, force=True)
    remember_browser(user.id)


def prove_session(now: datetime) -> None:
    """Make the session of a person fresh, under a new id."""
    _own().prove(now)


def end_session() -> None:
    flask_login.logout_user()
    _own().end()


def follow_role(user: CurrentUser) -> None:
    """Give the session a new id at the first request after a role changed."""
    own = _own()
    if user.is_authenticated and own.get("role") != str(user.role):
        own["role"] = str(user.role)
        own[FORMER] = own.id_hash
        own.take_new_id()


def is_fresh(now: datetime) -> bool:
    """Whether the person signed in during the last ten minutes in this session."""
    fresh_at = _own().fresh_at
    return fresh_at is not None and now - fresh_at < FRESH


def _own() -> PortalSession:
    own: Any = session
    return cast(PortalSession, own._get_current_object())


def _services(app: Flask) -> Services:
    return cast(Services, app.extensions["portal"])
