"""Sign in with Microsoft or a password, and record it."""

from dataclasses import replace
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.entra.models import Identity
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services import Services
from portal.storage import platforms
from portal.storage.ids import new_id
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from portal.users import invitation_store, passwords, people_store, roles, store
from portal.users.models import WAITING, Invitation, Source, User

WRONG = "That address and password do not belong together. Please try again."


class NotEnabled(NotAllowed):
    """The user is known, but an administrator has to enable them."""

    title = "Not enabled for sign-in"


class Unknown(NotAllowed):
    """No user has this account."""

    title = "You are not in this portal yet"


class PlatformOff(NotAllowed):
    """The platform of this sign-in is not enabled."""

    title = "This way to sign in is off"


class InvitationOver(NotAllowed):
    """The invitation was used, withdrawn or has expired. One sentence for all three."""

    title = "This invitation no longer works"

    def __init__(self) -> None:
        super().__init__(
            "It has been used, was withdrawn, or is older than 72 hours. Ask the administrator who "
            "sent it for a new one."
        )


def active_user(rows: Rows, user_id: str) -> User | None:
    """The user if they may use Portal now. Called at every request."""
    try:
        user = store.user(rows, user_id)
    except NotFound:
        return None
    return user if user.may_sign_in else None


def arrive(
    services: Services,
    identity: Identity,
    *,
    platform: Platform,
    invitation_id: str | None = None,
    actor: Actor,
    now: datetime,
) -> User:
    """Sign in a checked identity. A refusal is recorded too."""
    rows = services.rows
    actor = replace(actor, tenant_id=identity.tenant_id)
    try:
        with rows.write():
            service = _service(rows, platform)
            user = _known_or_invited(
                Act(rows, actor, now),
                identity,
                invitation_id,
                service=service,
            )
            return _let_in(
                Act(rows, actor, now),
                user,
                identity,
                service=service,
            )
    except NotAllowed as refusal:
        with rows.write():
            _note(
                Act(rows, actor, now),
                _name(identity),
                refusal,
            )
        raise


def _service(rows: Rows, platform: Platform) -> str:
    """The sign-in service of this platform. Refused unless the platform is enabled."""
    service = "Google" if platform is Platform.GOOGLE_WORKSPACE else "Microsoft"
    if platforms.enabled(rows) is not platform:
        raise PlatformOff(
            f"{platform.label} is not enabled in this portal, so nobody signs in with {service}. "
            "Ask an administrator of Portal."
        )
    return service


def _known_or_invited(
    act: Act, identity: Identity, invitation_id: str | None, *, service: str
) -> User:
    user = store.user_by_identity(act.rows, identity.tenant_id, identity.object_id)
    if user is not None:
        return _invited_again(act, user, invitation_id) if invitation_id else user
    if invitation_id:
        return _accept(
            act,
            identity,
            invitation_id,
        )
    raise Unknown(
        f"You signed in to {service} as {identity.account}, and nobody in Portal has that account. "
        "Ask an administrator of Portal for an invitation."
    )


def _let_in(act: Act, user: User, identity: Identity, *, service: str) -> User:
    _require_enabled(user)
    _save_names(act, user, identity)
    return _signed_in(act, user, how=service)


def _save_names(act: Act, user: User, identity: Identity) -> None:
    """Take names from the account. The address of a listed person is the directory's.

    A claim of an address changes with the user name, and mail may never reach it.
    """
    is_listed = store.is_listed(act.rows, user)
    named = replace(
        user,
        display_name=identity.name or user.display_name,
        address=user.address if is_listed else identity.address or user.address,
        user_name=identity.user_name or user.user_name,
    )
    if named != user:
        store.save_names(act.rows, named)
    if named.full_label != user.full_label:
        act.by(id=user.id, name=user.label).record(
            Action.NAME_OR_ADDRESS_CHANGED, user.label, old=user.full_label, new=named.full_label
        )


def _accept(act: Act, identity: Identity, invitation_id: str) -> User:
    invitation = invitation_store.invitation(act.rows, invitation_id)
    user = _invited(identity, invitation, act.now)
    store.add(act.rows, user)
    if not invitation_store.use(act.rows, invitation_id, used_by=user.id, now=act.now):
        raise InvitationOver
    act.by(id=user.id, name=user.label).record(
        Action.INVITATION_ACCEPTED,
        user.label,
        new=str(user.role),
    )
    return user


def _invited_again(act: Act, user: User, invitation_id: str) -> User:
    """Give the role of an invitation to a known user. It takes nothing away."""
    if not user.is_enabled and user.kept_out != WAITING:
        raise _not_enabled()
    invitation = invitation_store.invitation(act.rows, invitation_id)
    if not invitation_store.use(act.rows, invitation_id, used_by=user.id, now=act.now):
        raise InvitationOver
    role = user.role.or_higher(invitation.role)
    roles.assign(act.rows, user, role)
    if not user.is_enabled:
        store.save_enabled(act.rows, user.id, enabled=True)
    act.by(id=user.id, name=user.label).record(
        Action.INVITATION_ACCEPTED,
        user.label,
        old=str(user.role),
        new=str(role),
    )
    return store.user(act.rows, user.id)


def _invited(identity: Identity, invitation: Invitation, now: datetime) -> User:
    return User(
        id=new_id(),
        tenant_id=identity.tenant_id,
        object_id=identity.object_id,
        address=identity.address,
        display_name=identity.name or identity.address,
        role=invitation.role,
        source=Source.INVITATION,
        created_at=now,
        user_name=identity.user_name or None,
    )


def with_password(act: Act, address: str, password: str) -> User:
    """Sign in with a password. One sentence for every refusal, to hide which addresses exist."""
    user = store.local_user(act.rows, address)
    is_right = passwords.matches(password, user.password_hash if user else None)
    with act.rows.write():
        if user is not None and is_right:
            # Read again: it may have been disabled while the password was computed.
            user = store.user(act.rows, user.id)
            if user.may_sign_in:
                return _signed_in(act, user, how="password")
        refusal = NotEnabled(WRONG) if is_right else Invalid(WRONG, field="password")
        _note(
            act,
            address,
            refusal,
        )
    if is_right:
        raise _not_enabled()
    raise Invalid(WRONG, field="password")


def confirm_password(act: Act, user: User, password: str) -> None:
    """Check a person's password once more. Right and wrong ones are recorded."""
    is_right = passwords.matches(password, user.password_hash)
    note_confirmation(act, user, "by password", hindrance="" if is_right else "wrong password")
    if not is_right:
        raise Invalid("That is not your password. Please try again.", field="password")


def note_confirmation(act: Act, user: User, how: str, *, hindrance: str) -> None:
    """Record that a person proved who they are, or what was missing for that."""
    with act.rows.write():
        act.record(
            Action.IDENTITY_CONFIRMED,
            user.label,
            result="refused" if hindrance else "ok",
            new=hindrance or how,
        )


def sign_out(act: Act) -> None:
    with act.rows.write():
        act.record(
            Action.SIGNED_OUT,
            act.actor.name,
        )


def _require_enabled(user: User) -> None:
    if not user.is_enabled:
        raise _not_enabled()


def _not_enabled() -> NotEnabled:
    return NotEnabled(
        "Portal knows you, but you are not enabled for sign-in. An administrator can enable "
        "you on the Users page; after that, sign in again."
    )


def _signed_in(act: Act, user: User, *, how: str) -> User:
    store.save_sign_in(act.rows, user.id, act.now)
    act.by(id=user.id, name=user.label).record(
        Action.SIGNED_IN,
        user.label,
        new=how,
    )
    return store.user(act.rows, user.id)


def _note(act: Act, who: str, refusal: Exception) -> None:
    act.record(
        Action.SIGN_IN_REFUSED,
        who,
        result="refused",
        new=getattr(refusal, "title", "wrong password or address"),
    )


def _name(identity: Identity) -> str:
    return f"{identity.name} <{identity.address}>"


def paths_needing_attention(rows: Rows, user_id: str) -> set[str]:
    """Paths that need this person: their connection ended or lacks a permission."""
    connection = people_store.connection_of(rows, user_id)
    waits = connection is not None and connection.needs_reconnect
    return {"/settings/microsoft-365"} if waits else set()
