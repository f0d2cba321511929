"""Declarations of sign-in services and kinds of flow for the return."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.entra.errors import EntraError, Outcome, outcome_of
from portal.errors import PortalError
from portal.flash_texts import Flash
from portal.flows.models import Flow, FlowKind, Service
from portal.flows.outcomes import OutcomePage
from portal.graph.errors import GraphError
from portal.services import Services
from portal.users.models import User

Proof = TypeVar("Proof")


@dataclass(frozen=True)
class Answer:
    """The unchecked answer in the redirect."""

    code: str = ""
    error: str = ""
    suberror: str = ""
    # Of an administrator's consent; a hint that proves nothing.
    tenant: str = ""


@dataclass(frozen=True)
class Visitor:
    """The browser that came back, and the person signed in there, if any."""

    services: Services
    actor: Actor
    now: datetime
    user_id: str | None
    is_admin: bool


@dataclass(frozen=True)
class Arrived:
    """The flow ends at a page of Portal, with a sentence or a new sign-in."""

    endpoint: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    said: Flash | None = None
    user: User | None = None
    # The person at this session has just proved who they are.
    is_proof: bool = False


@dataclass(frozen=True)
class Ended:
    """The flow ends at an outcome page; the facts are for this browser alone."""

    service: Service
    outcome: Outcome
    facts: Mapping[str, Any] = field(default_factory=dict)
    # The person whose session begins, where the flow found out that the visitor is another user.
    user: User | None = None


@dataclass(frozen=True)
class Return(Generic[Proof]):
    """The return of one kind of flow, and its name in the audit log."""

    kind: FlowKind
    action: Action
    then: Callable[[Visitor, Flow, Proof], Arrived | Ended]


@dataclass(frozen=True)
class RoundTrip(Generic[Proof]):
    """A sign-in service: how its answer is traded for a proof, and how its flows end."""

    service: Service
    trade: Callable[[Visitor, Flow, Answer], Proof]
    returns: tuple[Return[Proof], ...]
    pages: Mapping[Outcome, OutcomePage]
    template: str
    # By the kind of flow, where a person left in the middle of something.
    approval_link: Callable[[Visitor, FlowKind | None], str]
    # What the audit log calls an answer that belongs to no flow.
    stray_action: Action = Action.ANSWER_FROM_MICROSOFT
    refusals: tuple[type[PortalError], ...] = ()
    shown_as: Mapping[type[PortalError], Outcome] = field(default_factory=dict)

    @property
    def kinds(self) -> tuple[FlowKind, ...]:
        return tuple(each.kind for each in self.returns)

    @property
    def all_refusals(self) -> tuple[type[PortalError], ...]:
        return (EntraError, GraphError, *self.refusals)

    def return_of(self, kind: FlowKind) -> Return[Proof]:
        return next(each for each in self.returns if each.kind is kind)

    def action_of(self, flow: Flow | None) -> Action:
        return self.return_of(flow.kind).action if flow else self.stray_action

    def outcome_of(self, refusal: PortalError) -> Outcome:
        """The page that tells of a refusal."""
        shown = (page for error, page in self.shown_as.items() if isinstance(refusal, error))
        return next(shown, outcome_of(refusal))
