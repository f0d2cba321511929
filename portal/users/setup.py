"""The first administrator, and the way back for a locked-out one."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from portal.addresses import fold
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.errors import Invalid, NotFound
from portal.services import Services
from portal.storage import sessions
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.storage.settings import save_setting, setting
from portal.users import passwords, roles, store
from portal.users.models import Role, Source, User
from portal.wording import counted

SALT = "setup_salt"
CODE_LETTERS = 16


@dataclass(frozen=True)
class FirstAdmin:
    """The first administrator as entered at the first start."""

    name: str
    address: str
    password: str


def is_open(rows: Rows) -> bool:
    return not store.has_admin(rows)


def one_time_code(rows: Rows, secret_key: bytes) -> str:
    """The same for every process of this portal; nothing that is stored leads to it."""
    salt = setting(rows, SALT) or _new_salt(rows)
    digest = hmac.digest(secret_key, f"setup code {salt}".encode(), "sha256")
    letters = base64.b32encode(digest).decode()[:CODE_LETTERS]
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LETTERS, 4))


def _new_salt(rows: Rows) -> str:
    """Or that of another process which was faster."""
    with rows.write():
        salt = setting(rows, SALT) or secrets.token_hex(16)
        save_setting(rows, SALT, salt)
    return salt


def create_first_admin(act: Act, first: FirstAdmin, *, code: str, expected: str) -> User:
    """Once: from then on there is no set-up any more."""
    if not hmac.compare_digest(_bare(code), _bare(expected)):
        raise Invalid(
            "This is not the code that the server printed. Look for it on the console where "
            "Portal was started.",
            field="code",
        )
    user = _local_admin(first, act.now)
    with act.rows.write():
        if not is_open(act.rows):
            raise NotFound
        store.add(act.rows, user)
        store.save_sign_in(act.rows, user.id, act.now)
        act.by(id=user.id, name=user.label).record(
            Action.FIRST_ADMINISTRATOR_CREATED,
            user.label,
            new="admin",
        )
    return user


def make_admin(rows: Rows, first: FirstAdmin, *, now: datetime) -> tuple[User, bool]:
    """Make the person with this address an admin with a local password, or add a local admin.

    Does not undo the directory's decision: what Microsoft disables has only the password.
    """
    made = _local_admin(first, now)
    with rows.write():
        known = store.local_user(rows, first.address) or _person_at(rows, first.address)
        if known is None:
            store.add(rows, made)
        else:
            _raise_to_admin(rows, known, made)
        Act(rows, Actor.system("console"), now).record(
            Action.ADMINISTRATOR_MADE_ON_THE_CONSOLE,
            (known or made).label,
            old=str(known.role) if known else None,
            new="admin",
        )
    return store.user(rows, (known or made).id), known is None


def _person_at(rows: Rows, address: str) -> User | None:
    found = store.people_at(rows, address)
    if len(found) > 1:
        raise Invalid(
            f"{counted(len(found), 'person')} have the address {address}. Use another address."
        )
    return found[0] if found else None


def _raise_to_admin(rows: Rows, known: User, made: User) -> None:
    store.save_password(
        rows,
        known.id,
        made.password_hash or "",
        sign_in_address=known.sign_in_address or made.sign_in_address or "",
    )
    roles.assign(rows, known, Role.ADMIN)
    if not known.is_kept_out_by_directory:
        store.save_enabled(rows, known.id, enabled=True)
    sessions.delete_of_user(rows, known.id)


def _local_admin(first: FirstAdmin, now: datetime) -> User:
    return User(
        id=new_id(),
        address=first.address,
        display_name=first.name,
        role=Role.ADMIN,
        source=Source.SETUP,
        password_hash=passwords.hashed(first.password, name=first.name, address=first.address),
        sign_in_address=fold(first.address),
        created_at=now,
    )


def _bare(code: str) -> bytes:
    return "".join(sign for sign in code.upper() if sign.isalnum()).encode()


def announce(services: Services, console: TextIO) -> None:
    """While nobody administers: say where that is changed, and with which code."""
    if is_open(services.rows):
        code = one_time_code(services.rows, services.config.secret_key)
        console.write(
            f"\n  Nobody administers this portal yet. Open {services.config.base_url}/setup\n"
            f"  and enter this code: {code}\n\n"
        )
        console.flush()
