"""Bind a Microsoft account to a local account, or make that account a person."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.entra.errors import AccountTaken
from portal.entra.models import Identity
from portal.storage import sessions
from portal.users import invitation_store, roles, store
from portal.users.models import User


def bind(act: Act, user_id: str, identity: Identity) -> User:
    """Bind a Microsoft account that a local account connects. Returns its user from then on.

    A person of the directory who has this account is that user: password and Microsoft sign-in in
    one session prove it. An account that is bound already stays; connecting refuses another.
    """
    with act.rows.write():
        user = store.user(act.rows, user_id)
        if user.tenant_id is not None:
            return user
        person = store.user_by_identity(act.rows, identity.tenant_id, identity.object_id)
        if person is not None:
            return _become(act, user, person, identity)
        store.save_identity(
            act.rows,
            user_id,
            tenant_id=identity.tenant_id,
            object_id=identity.object_id,
            user_name=identity.user_name or None,
        )
        act.record(
            Action.MICROSOFT_ACCOUNT_ADDED_TO_LOCAL_ACCOUNT,
            user.label,
            new=f"{identity.name} <{identity.address}>",
        )
        return store.user(act.rows, user_id)


def _become(act: Act, local: User, person: User, identity: Identity) -> User:
    """Merge a local account into a person, who takes its password, role and open invitations."""
    may_enable = local.is_admin and not person.is_kept_out_by_directory
    if not local.is_local or person.is_local or not (person.is_enabled or may_enable):
        raise AccountTaken(
            f"{identity.account} already belongs to {person.display_name} in this portal."
        )
    role = local.role.or_higher(person.role)
    store.retire(act.rows, local.id, became=person.id)
    store.save_password(
        act.rows,
        person.id,
        local.password_hash or "",
        sign_in_address=local.sign_in_address or "",
    )
    roles.assign(act.rows, person, role)
    store.save_enabled(act.rows, person.id, enabled=True)
    invitation_store.hand_over(act.rows, local.id, to=person.id)
    sessions.delete_of_user(act.rows, local.id)
    act.record(
        Action.LOCAL_ACCOUNT_BECAME_A_PERSON,
        person.label,
        old=f"{local.label}, {person.role}",
        new=str(role),
    )
    return store.user(act.rows, person.id)
